import type { NodeSelectorTerm, Taint, Toleration } from './cluster-parts.ts'
import { holds, labelOf, type Requirement } from './label-selector.ts'

/** What of a node its labels and its name decide. */
export interface SelectableNode {
  name: string
  labels: Readonly<Record<string, string>>
}

/**
 * True when one of the terms selects the node; none, or one without anything in it, selects no node.
 * Source: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#NodeAffinity
 */
export function termsSelect(terms: readonly NodeSelectorTerm[], node: SelectableNode): boolean {
  return terms.some((term) => termSelects(term, node))
}

function termSelects(term: NodeSelectorTerm, { name, labels }: SelectableNode): boolean {
  const { matchExpressions = [], matchFields = [] } = term
  if (matchExpressions.length === 0 && matchFields.length === 0) return false
  return (
    matchExpressions.every((wanted) => holdsForNode(wanted, labelOf(labels, wanted.key))) &&
    matchFields.every((wanted) => holdsForNode(wanted, wanted.key === 'metadata.name' ? name : undefined))
  )
}

/** Nodes may be told apart by numbers, too. */
function holdsForNode(wanted: Requirement, value: string | undefined): boolean {
  const { operator, values } = wanted
  return operator === 'Gt' || operator === 'Lt'
    ? compares(operator, value, values ?? [])
    : holds(wanted, value)
}

function compares(
  operator: 'Gt' | 'Lt',
  value: string | undefined,
  [limit, ...more]: readonly string[],
): boolean {
  if (value === undefined || limit === undefined || more.length > 0) return false
  if (!/^-?\d+$/.test(value) || !/^-?\d+$/.test(limit)) return false
  return operator === 'Gt' ? BigInt(value) > BigInt(limit) : BigInt(value) < BigInt(limit)
}

/** True when one of the tolerations lets a pod stay in spite of the taint. */
export function tolerates(tolerations: readonly Toleration[], taint: Taint): boolean {
  return tolerations.some(({ key = '', operator = 'Equal', value = '', effect = '' }) => {
    if (effect !== '' && effect !== taint.effect) return false
    if (key !== '' && key !== taint.key) return false
    if (operator === 'Exists') return true
    if (key === '') return false
    if (operator === 'Gt' || operator === 'Lt') return compares(operator, taint.value, [value])
    return operator === 'Equal' && value === (taint.value ?? '')
  })
}
