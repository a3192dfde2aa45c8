import { z } from 'zod'
import { parseApiObject } from '../model/api-object.ts'
import { compareText } from '../model/compare-text.ts'
import { LabelMap, NodeSelectorTerm, Toleration, type Taint } from '../model/cluster-parts.ts'
import type { ApiObject, Cluster } from '../model/cluster-port.ts'
import { parseDrainPod } from '../model/drain-pod.ts'
import { labelOf } from '../model/label-selector.ts'
import { termsSelect, tolerates, type SelectableNode } from '../model/node-selector.ts'
import { podsOn } from './core-objects.ts'

const DaemonSet = z.object({
  metadata: z.object({
    namespace: z.string(),
    name: z.string(),
    uid: z.string(),
    deletionTimestamp: z.string().nullish(),
  }),
  spec: z.object({
    template: z.object({
      spec: z.object({
        nodeName: z.string().nullish(),
        nodeSelector: LabelMap.nullish(),
        hostNetwork: z.boolean().nullish(),
        tolerations: z.array(Toleration).nullish(),
        volumes: z.array(z.object({ hostPath: z.object({ path: z.string() }).nullish() })).nullish(),
        affinity: z
          .object({
            nodeAffinity: z
              .object({
                requiredDuringSchedulingIgnoredDuringExecution: z
                  .object({ nodeSelectorTerms: z.array(NodeSelectorTerm) })
                  .nullish(),
              })
              .nullish(),
          })
          .nullish(),
      }),
    }),
  }),
})

const Containers = z
  .array(
    z.object({
      state: z.object({ waiting: z.object({ reason: z.string().nullish() }).nullish() }).nullish(),
    }),
  )
  .nullish()
const PodContainers = z.object({
  status: z.object({ containerStatuses: Containers, initContainerStatuses: Containers }).nullish(),
})

/** Why a container waits that has no image. Source: pkg/kubelet/images/types.go */
const withoutImage: ReadonlySet<string> = new Set(['ErrImagePull', 'ImagePullBackOff', 'ErrImageNeverPull'])

/** A DaemonSet that should have a pod on a node and has no ready one there. */
export interface MissingDaemon {
  /** `namespace/name`. */
  name: string
  /** Directories of the node that its pods use. */
  hostPaths: readonly string[]
  /** A pod of it is there and gets no image. */
  cannotPull: boolean
}

/** A node as DaemonSets see it. */
export interface TaintedNode extends SelectableNode {
  taints: readonly Taint[]
}

/**
 * Taints that the controller tolerates for every pod of a DaemonSet.
 * Source: https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/#taints-and-tolerations
 */
const always = [
  'not-ready',
  'unreachable',
  'disk-pressure',
  'memory-pressure',
  'pid-pressure',
  'unschedulable',
]

/** DaemonSets that should have a pod on a node and have no ready one there, as `namespace/name`. */
export async function missingDaemons(
  cluster: Cluster,
  node: TaintedNode,
  signal: AbortSignal,
): Promise<string[]> {
  return (await daemonsMissing(cluster, node, signal)).map(({ name }) => name)
}

/** The same with what each of them needs, sorted by name. */
export async function daemonsMissing(
  cluster: Cluster,
  node: TaintedNode,
  signal: AbortSignal,
): Promise<MissingDaemon[]> {
  const [sets, pods] = await Promise.all([
    cluster.list({ group: 'apps', version: 'v1', resource: 'daemonsets' }, signal),
    cluster.list(podsOn(node.name), signal),
  ])
  const ready = new Set<string>()
  const cannotPull = new Set<string>()
  for (const pod of pods) {
    const { controller, isReady, deletionTimestamp } = parseDrainPod(pod)
    if (controller === undefined || deletionTimestamp !== undefined) continue
    if (isReady) ready.add(controller.uid)
    else if (waitsForImage(pod)) cannotPull.add(controller.uid)
  }
  return sets
    .map((object) => parseApiObject(DaemonSet, object, 'DaemonSet'))
    .filter(({ metadata: { uid, deletionTimestamp }, spec }) => {
      const isEnding = deletionTimestamp !== null && deletionTimestamp !== undefined
      return !isEnding && !ready.has(uid) && runsOn(spec.template.spec, node)
    })
    .map(({ metadata: { namespace, name, uid }, spec }) => ({
      name: `${namespace}/${name}`,
      hostPaths: (spec.template.spec.volumes ?? []).flatMap(({ hostPath }) => hostPath?.path ?? []),
      cannotPull: cannotPull.has(uid),
    }))
    .sort((a, b) => compareText(a.name, b.name))
}

function waitsForImage(pod: ApiObject): boolean {
  const { status } = parseApiObject(PodContainers, pod, 'Pod')
  const containers = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])]
  return containers.some(({ state }) => withoutImage.has(state?.waiting?.reason ?? ''))
}

type DaemonTemplate = z.infer<typeof DaemonSet>['spec']['template']['spec']

/** True when the controller makes a pod for the node, and no taint keeps it away. */
export function runsOn(template: DaemonTemplate, node: TaintedNode): boolean {
  const { nodeName, nodeSelector, affinity, hostNetwork } = template
  if (typeof nodeName === 'string' && nodeName !== '' && nodeName !== node.name) return false
  const wanted = Object.entries(nodeSelector ?? {})
  if (wanted.some(([key, value]) => labelOf(node.labels, key) !== value)) return false
  const required = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution
  if (required !== null && required !== undefined && !termsSelect(required.nodeSelectorTerms, node))
    return false
  const names = hostNetwork === true ? [...always, 'network-unavailable'] : always
  const own = names.map((name) => ({ key: `node.kubernetes.io/${name}`, operator: 'Exists' }))
  const tolerations = [...(template.tolerations ?? []), ...own]
  return node.taints.every((taint) => taint.effect === 'PreferNoSchedule' || tolerates(tolerations, taint))
}
