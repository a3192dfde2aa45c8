import { z } from 'zod'
import { parseApiObject } from '../model/api-object.ts'
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
  const [sets, pods] = await Promise.all([
    cluster.list({ group: 'apps', version: 'v1', resource: 'daemonsets' }, signal),
    cluster.list(podsOn(node.name), signal),
  ])
  const ready = new Set(
    pods
      .map(parseDrainPod)
      .filter(({ isReady, deletionTimestamp }) => isReady && deletionTimestamp === undefined)
      .flatMap(({ controller }) => controller?.uid ?? []),
  )
  return sets.flatMap((set) => missing(set, node, ready)).sort()
}

function missing(object: ApiObject, node: TaintedNode, ready: ReadonlySet<string>): string[] {
  const { metadata, spec } = parseApiObject(DaemonSet, object, 'DaemonSet')
  const isEnding = metadata.deletionTimestamp !== null && metadata.deletionTimestamp !== undefined
  if (isEnding || ready.has(metadata.uid) || !runsOn(spec.template.spec, node)) return []
  return [`${metadata.namespace}/${metadata.name}`]
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
