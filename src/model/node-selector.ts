import type { NodeSelectorTerm, Taint, Toleration } from './cluster-parts.ts'

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
    matchExpressions.every((wanted) => holds(wanted, labels)) &&
    matchFields.every((wanted) => holds(wanted, { 'metadata.name': name }))
  )
}

interface Requirement {
  key: string
  operator: string
  values?: string[] | undefined
}

function holds({ key, operator, values = [] }: Requirement, of: Readonly<Record<string, string>>): boolean {
  const value = Object.hasOwn(of, key) ? of[key] : undefined
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value)
    case 'NotIn':
      return value === undefined || !values.includes(value)
    case 'Exists':
      return value !== undefined
    case 'DoesNotExist':
      return value === undefined
    case 'Gt':
    case 'Lt':
      return compares(operator, value, values)
    default:
      return false
  }
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
