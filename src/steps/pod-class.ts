import { asksToStay, doNotEvictAnnotations } from '../model/do-not-evict.ts'
import { podName, type DrainPod } from '../model/drain-pod.ts'
import type { DrainVolume } from '../model/drain-volumes.ts'

/** What a pod is to a drain; the first that holds, in this order. */
export const podClasses = [
  'mirror',
  'unknown',
  'daemonset',
  'terminating',
  'terminal',
  'naked',
  'controlled',
] as const
export type PodClass = (typeof podClasses)[number]

/** A pod with what has to be decided about it. */
export interface ClassifiedPod {
  pod: DrainPod
  class: PodClass
  /** Where its data is on this node, beside emptyDir volumes. */
  localData: readonly string[]
  /** Directories of it of which the plan of its node says nothing. */
  undecided: readonly string[]
  /** Annotations by which somebody asked not to evict it. */
  doNotEvict: readonly string[]
  /** Goes last, as with the kubelet's own shutdown. */
  isCritical: boolean
}

/** What of the cluster a pod is judged by. */
export interface PodSurroundings {
  /** UIDs of all DaemonSets. */
  readonly daemonSets: ReadonlySet<string>
  readonly volumes: readonly DrainVolume[]
  /** Which directories of a node nobody has decided about; undefined = there is no plan, and none is to be asked. */
  readonly undecided?: UndecidedData | undefined
  /** How they are kept up with pods that come later; undefined = they hold for every pod that is asked about. */
  readonly live?: LiveParts | undefined
}

/** Those of the directories of a node that would be lost with its disk, and of which its plan says nothing. */
export type UndecidedData = (node: string, paths: readonly string[]) => readonly string[]

/** Owners and claims that appear later are looked up before anything is said about their pods. */
export interface LiveParts {
  /** False = its DaemonSet, or a volume of it, has yet to be looked up. */
  isKnown(pod: DrainPod): boolean
  /** Looks up what these pods need; afterwards they are known. */
  learn(pods: readonly DrainPod[], signal: AbortSignal): Promise<void>
  /** Grows whenever something was looked up. */
  version(): number
}

const indexes = new WeakMap<readonly DrainVolume[], ReadonlyMap<string, readonly DrainVolume[]>>()

/** Volumes by the claim that they are bound to; there are thousands, and many pods ask. */
export function volumesByClaim(volumes: readonly DrainVolume[]): ReadonlyMap<string, readonly DrainVolume[]> {
  const known = indexes.get(volumes)
  if (known !== undefined) return known
  const index = new Map<string, DrainVolume[]>()
  for (const volume of volumes) {
    const { claim } = volume
    if (claim === undefined) continue
    const bound = index.get(claim)
    if (bound === undefined) index.set(claim, [volume])
    else bound.push(volume)
  }
  indexes.set(volumes, index)
  return index
}

/** Says what a pod is to a drain. */
export function classifyPod(pod: DrainPod, around: PodSurroundings): ClassifiedPod {
  const bound = volumesByClaim(around.volumes)
  const local = [...new Set(pod.claims)]
    .flatMap((claim) => bound.get(`${pod.namespace}/${claim}`) ?? [])
    .flatMap(({ name, localPath }) => (localPath === undefined ? [] : [{ name, localPath }]))
  const paths = [...pod.hostPaths, ...local.map(({ localPath }) => localPath)]
  return {
    pod,
    class: classOf(pod, around),
    localData: [...pod.hostPaths, ...local.map(({ name, localPath }) => `${localPath} (${name})`)],
    undecided: around.undecided?.(pod.node, paths) ?? [],
    doNotEvict: asksToStay(pod.annotations, binding),
    isCritical: criticalClasses.has(pod.priorityClass ?? ''),
  }
}

const binding = doNotEvictAnnotations.filter(({ isBinding }) => isBinding)

const criticalClasses = new Set(['system-cluster-critical', 'system-node-critical'])

/** Shown for a static pod, which its kubelet runs whatever becomes of it. */
export function isMirrorPod({
  annotations,
  controller,
}: Pick<DrainPod, 'annotations' | 'controller'>): boolean {
  return Object.hasOwn(annotations, 'kubernetes.io/config.mirror') || controller?.kind === 'Node'
}

function classOf(pod: DrainPod, { daemonSets, live }: PodSurroundings): PodClass {
  const { controller, phase, deletionTimestamp, toleratesCordon } = pod
  if (isMirrorPod(pod)) return 'mirror'
  // A DaemonSet may have been made since they were listed.
  if (live?.isKnown(pod) === false) return 'unknown'
  const isOther = isOtherDaemonSet(pod)
  // The pod of a DaemonSet that is no more is created by nobody.
  const isOrphan = controller?.kind === 'DaemonSet' && !isOther && !daemonSets.has(controller.uid)
  // One of another API group is created again here at once when it tolerates the cordon.
  if (isOther ? toleratesCordon : controller?.kind === 'DaemonSet' && !isOrphan) return 'daemonset'
  // Before terminal: a kubelet of 1.27 or newer says that the programs have ended some time before the pod is gone.
  if (deletionTimestamp !== undefined) return 'terminating'
  if (phase === 'Succeeded' || phase === 'Failed') return 'terminal'
  return controller === undefined || isOrphan ? 'naked' : 'controlled'
}

const ownGroups = new Set(['apps', 'extensions'])

/**
 * True for a pod of a DaemonSet of another API group (`apps.kruise.io`): what that API says of it is not looked up. kubectl
 * asks apps/v1 for every DaemonSet, does not find it, and deletes its pods with --force.
 * Source: daemonSetFilter in kubectl/pkg/drain/filters.go
 */
export function isOtherDaemonSet({ controller }: Pick<DrainPod, 'controller'>): boolean {
  return controller?.kind === 'DaemonSet' && !ownGroups.has(controller.apiVersion.split('/', 1)[0] ?? '')
}

/** Sorts pods as people read them. */
export function byPodName(a: ClassifiedPod, b: ClassifiedPod): number {
  return podName(a.pod) < podName(b.pod) ? -1 : 1
}
