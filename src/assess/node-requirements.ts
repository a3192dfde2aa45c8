import type { ClusterNode } from '../model/cluster-nodes.ts'
import type { NodeSelectorTerm, Scheduling, Taint, Toleration } from '../model/cluster-parts.ts'

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
    Object.entries(nodeSelector).every(([key, value]) => own(node.labels, key) === value) &&
    (terms === undefined || matchesTerms(node, terms)) &&
    node.taints.every((taint) => tolerations.some((toleration) => tolerates(toleration, taint)))
  )
}

/** True when one of the terms holds; a term without parts never does. */
export function matchesTerms(
  { labels }: Pick<NodeTraits, 'labels'>,
  terms: readonly NodeSelectorTerm[],
): boolean {
  return terms.some(({ matchExpressions = [], matchFields = [] }) => {
    if (matchExpressions.length + matchFields.length === 0) return false
    return (
      matchExpressions.every((row) => holds(own(labels, row.key), row)) &&
      matchFields.every((row) => row.key === 'metadata.name' && holds(labels[nameKey], row))
    )
  })
}

/** https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#NodeSelectorRequirement */
function holds(
  value: string | undefined,
  { operator, values = [] }: { operator: string; values?: readonly string[] | undefined },
): boolean {
  if (operator === 'In') return value !== undefined && values.includes(value)
  if (operator === 'NotIn') return value === undefined || !values.includes(value)
  if (operator === 'Exists') return value !== undefined
  if (operator === 'DoesNotExist') return value === undefined
  const limit = Number(values[0])
  if (value === undefined || !/^-?\d+$/.test(value) || !Number.isInteger(limit)) return false
  if (operator === 'Gt') return Number(value) > limit
  return operator === 'Lt' && Number(value) < limit
}

/** https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/#concepts */
function tolerates({ key, operator, value, effect }: Toleration, taint: Taint): boolean {
  if (effect !== undefined && effect !== '' && effect !== taint.effect) return false
  if (key === undefined || key === '') return operator === 'Exists'
  if (key !== taint.key) return false
  return operator === 'Exists' || (value ?? '') === (taint.value ?? '')
}

function own(labels: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined
}
