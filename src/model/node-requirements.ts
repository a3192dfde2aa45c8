import type { ClusterNode } from './cluster-nodes.ts'
import type { NodeSelectorTerm, Scheduling, Taint, Toleration } from './cluster-parts.ts'
import { labelOf } from './label-selector.ts'
import { termsSelect, tolerates } from './node-selector.ts'

/** What a node has that decides which pods may run there. */
export interface NodeTraits {
  labels: Readonly<Record<string, string>>
  taints: readonly Taint[]
}

/** Field selectors of nodes know the name only; here it stands among the labels under a key that no label can have. */
export const nameKey = '@metadata.name'

/** The traits of a node; taints that only ask (`PreferNoSchedule`) and the cordon's own are left out. */
export function traitsOf({
  name,
  labels,
  taints,
}: Pick<ClusterNode, 'name' | 'labels' | 'taints'>): NodeTraits {
  return {
    labels: { ...labels, [nameKey]: name },
    taints: taints.filter(({ effect, key }) => effect !== 'PreferNoSchedule' && key !== cordonTaint),
  }
}

/** The node lifecycle controller shows `spec.unschedulable` as a taint too. */
const cordonTaint = 'node.kubernetes.io/unschedulable'

/** What a pod demands of its node: parts that are left out demand nothing. */
export interface NodeRequirements {
  nodeSelector: Readonly<Record<string, string>>
  /** Alternatives; undefined demands nothing, an empty list is fulfilled by no node. */
  terms: readonly NodeSelectorTerm[] | undefined
  tolerations: readonly Toleration[]
}

/** Of a pod's scheduling, the part that demands something of nodes. */
export function requirementsOf({ nodeSelector, affinity, tolerations }: Scheduling): NodeRequirements {
  const required = affinity?.node?.required ?? []
  return {
    nodeSelector: nodeSelector ?? {},
    terms: required.length === 0 ? undefined : required,
    tolerations: tolerations ?? [],
  }
}

/** Keys of labels that the requirements look at. */
export function keysOf({ nodeSelector, terms }: NodeRequirements): string[] {
  return [
    ...Object.keys(nodeSelector),
    ...(terms ?? []).flatMap(({ matchExpressions, matchFields }) => [
      ...(matchExpressions ?? []).map(({ key }) => key),
      ...(matchFields === undefined ? [] : [nameKey]),
    ]),
  ]
}

/** True when a pod with these requirements may be put on the node. */
export function fulfils(node: NodeTraits, { nodeSelector, terms, tolerations }: NodeRequirements): boolean {
  return (
    Object.entries(nodeSelector).every(([key, value]) => labelOf(node.labels, key) === value) &&
    (terms === undefined || matchesTerms(node, terms)) &&
    node.taints.every((taint) => tolerates(tolerations, taint))
  )
}

/** True when one of the terms holds; a term without parts never does. */
export function matchesTerms(
  { labels }: Pick<NodeTraits, 'labels'>,
  terms: readonly NodeSelectorTerm[],
): boolean {
  return termsSelect(terms, { name: labels[nameKey] ?? '', labels })
}
