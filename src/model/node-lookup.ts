import type { NodeSelectorTerm } from './cluster-parts.ts'
import { labelOf } from './label-selector.ts'
import type { FreeNode } from './node-classes.ts'
import { nameKey } from './node-requirements.ts'

/**
 * Narrows nodes by the values that each term names: local volumes name one node each, and asking all nodes for each of
 * tens of thousands of volumes would take minutes.
 */
export function createNodeLookup(
  nodes: readonly FreeNode[],
): (terms: readonly NodeSelectorTerm[]) => readonly FreeNode[] {
  const byKey = new Map<string, Map<string, FreeNode[]>>()
  const valuesOf = (key: string): Map<string, FreeNode[]> => {
    const known = byKey.get(key) ?? Map.groupBy(nodes, ({ labels }) => labelOf(labels, key) ?? '')
    byKey.set(key, known)
    return known
  }
  const ofTerm = ({ matchExpressions = [], matchFields = [] }: NodeSelectorTerm): readonly FreeNode[] => {
    const label = matchExpressions.find(({ operator }) => operator === 'In')
    const field = matchFields.find(({ operator }) => operator === 'In')
    const [key, values] = label === undefined ? [nameKey, field?.values] : [label.key, label.values]
    if (values === undefined) return nodes
    const found = valuesOf(key)
    return [...new Set(values)].flatMap((value) => found.get(value) ?? [])
  }
  return (terms) => (terms.length === 1 && terms[0] !== undefined ? ofTerm(terms[0]) : terms.flatMap(ofTerm))
}
