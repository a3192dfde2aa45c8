import { podName, type DrainPod } from '../model/drain-pod.ts'
import type { DrainVolume } from '../model/drain-volumes.ts'

/** What a pod is to a drain; the first that holds, in this order. */
export const podClasses = ['mirror', 'daemonset', 'terminating', 'terminal', 'naked', 'controlled'] as const
export type PodClass = (typeof podClasses)[number]

/** A pod with what has to be decided about it. */
export interface ClassifiedPod {
  pod: DrainPod
  class: PodClass
  /** Where its data is on this node, beside emptyDir volumes. */
  localData: readonly string[]
  /** Annotations by which somebody asked not to evict it. */
  doNotEvict: readonly string[]
  /** Goes last, as with the kubelet's own shutdown. */
  isCritical: boolean
}

/** What of the cluster a pod is judged by. */
export interface PodSurroundings {
  /** UIDs of all DaemonSets. */
  daemonSets: ReadonlySet<string>
  volumes: readonly DrainVolume[]
}

/** Says what a pod is to a drain. */
export function classifyPod(pod: DrainPod, { daemonSets, volumes }: PodSurroundings): ClassifiedPod {
  const claims = new Set(pod.claims.map((claim) => `${pod.namespace}/${claim}`))
  const local = volumes.flatMap(({ name, claim, localPath }) =>
    claim !== undefined && localPath !== undefined && claims.has(claim) ? [`${localPath} (${name})`] : [],
  )
  return {
    pod,
    class: classOf(pod, daemonSets),
    localData: [...pod.hostPaths, ...local],
    doNotEvict: doNotEvictOf(pod),
    isCritical: criticalClasses.has(pod.priorityClass ?? ''),
  }
}

const criticalClasses = new Set(['system-cluster-critical', 'system-node-critical'])

function classOf(pod: DrainPod, daemonSets: ReadonlySet<string>): PodClass {
  const { controller, annotations, phase, deletionTimestamp } = pod
  if (Object.hasOwn(annotations, 'kubernetes.io/config.mirror') || controller?.kind === 'Node')
    return 'mirror'
  // The pod of a DaemonSet that is no more is created by nobody.
  const isOrphan = controller?.kind === 'DaemonSet' && !daemonSets.has(controller.uid)
  if (controller?.kind === 'DaemonSet' && !isOrphan) return 'daemonset'
  // Before terminal: a kubelet of 1.27 or newer says that the programs have ended some time before the pod is gone.
  if (deletionTimestamp !== undefined) return 'terminating'
  if (phase === 'Succeeded' || phase === 'Failed') return 'terminal'
  return controller === undefined || isOrphan ? 'naked' : 'controlled'
}

/** Sources: karpenter.sh/docs/concepts/disruption, the FAQ of the cluster autoscaler. */
function doNotEvictOf({ annotations }: DrainPod): string[] {
  const karpenter = annotations['karpenter.sh/do-not-disrupt'] ?? annotations['karpenter.sh/do-not-evict']
  const found: string[] = []
  if (karpenter !== undefined && karpenter !== 'false') found.push(`karpenter.sh/do-not-disrupt=${karpenter}`)
  if (annotations['cluster-autoscaler.kubernetes.io/safe-to-evict'] === 'false')
    found.push('cluster-autoscaler.kubernetes.io/safe-to-evict=false')
  return found
}

/** Sorts pods as people read them. */
export function byPodName(a: ClassifiedPod, b: ClassifiedPod): number {
  return podName(a.pod) < podName(b.pod) ? -1 : 1
}
