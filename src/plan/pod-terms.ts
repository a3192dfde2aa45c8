import type { LabelSelector, PodAffinityTerm, TopologySpread } from '../model/cluster-parts.ts'
import { isEmptySelector, labelOf } from '../model/label-selector.ts'
import { createSelectorIndex, type Labelled, type SelectorIndex } from '../model/selector-index.ts'
import type { PlanNode } from './world.ts'

/** Pods that something selects, counted by the domains of a label of nodes. */
export interface PodTerm {
  topologyKey: string
  /** Pods that are selected, by domain. */
  selected: Map<string, number>
  /** Pods that must not be beside those, by domain: what they forbid holds for pods that come later, too. */
  refusing: Map<string, number>
}

/** All terms of a cluster, each once. */
export interface PodTerms {
  /** Undefined when the term selects by what the snapshot does not have: labels of namespaces. */
  ofAffinity(term: PodAffinityTerm, pod: Labelled): PodTerm | undefined
  ofSpread(spread: TopologySpread, pod: Labelled): PodTerm
  /** Pods of one controller in the host's network: their ports are not known, and would collide. */
  ofHostNetwork(owner: string): PodTerm
  /** Terms that select a pod; ask when all are known. */
  selecting(pod: Labelled): PodTerm[]
}

/** An empty table. */
export function createPodTerms(): PodTerms {
  const known = new Map<string, PodTerm>()
  const index: SelectorIndex<PodTerm> = createSelectorIndex()
  const termOf = (namespaces: readonly (string | null)[], selector: LabelSelector, key: string): PodTerm => {
    const id = JSON.stringify([namespaces, selector, key])
    const found = known.get(id)
    if (found !== undefined) return found
    const made: PodTerm = { topologyKey: key, selected: new Map(), refusing: new Map() }
    known.set(id, made)
    for (const namespace of namespaces) index.add(namespace, selector, made)
    return made
  }
  return {
    ofAffinity(term, pod) {
      const { namespaces = [], namespaceSelector, topologyKey } = term
      // An empty selector selects every namespace; null as the API has it is left out of snapshots.
      if (namespaceSelector !== undefined && !isEmptySelector(namespaceSelector)) return undefined
      const own = namespaces.length === 0 ? [pod.namespace] : [...new Set(namespaces)].sort()
      const places = namespaceSelector === undefined ? own : [null]
      return termOf(places, selectorOf(term, pod), topologyKey)
    },
    ofSpread: (spread, pod) => termOf([pod.namespace], selectorOf(spread, pod), spread.topologyKey),
    ofHostNetwork(owner) {
      const id = `host-network ${owner}`
      const found = known.get(id)
      const made: PodTerm = found ?? { topologyKey: hostName, selected: new Map(), refusing: new Map() }
      known.set(id, made)
      return made
    },
    selecting: (pod) => [...new Set(index.of(pod))],
  }
}

const hostName = 'kubernetes.io/hostname'

/** A term without a selector selects nothing; labels of the pod itself may be part of it (1.27 and newer). */
function selectorOf(
  term: {
    labelSelector?: LabelSelector | undefined
    matchLabelKeys?: readonly string[] | undefined
    mismatchLabelKeys?: readonly string[] | undefined
  },
  { labels }: Labelled,
): LabelSelector {
  const { labelSelector, matchLabelKeys = [], mismatchLabelKeys = [] } = term
  if (labelSelector === undefined)
    return { matchExpressions: [{ key: 'nothing', operator: 'In', values: [] }] }
  const more = [
    ...matchLabelKeys.map((key) => ({ key, operator: 'In' })),
    ...mismatchLabelKeys.map((key) => ({ key, operator: 'NotIn' })),
  ].flatMap(({ key, operator }) => {
    const value = labelOf(labels, key)
    return value === undefined ? [] : [{ key, operator, values: [value] }]
  })
  if (more.length === 0) return labelSelector
  return { ...labelSelector, matchExpressions: [...(labelSelector.matchExpressions ?? []), ...more] }
}

/** The domain of a node; undefined when it has no such label. */
export function domainOf({ traits }: Pick<PlanNode, 'traits'>, topologyKey: string): string | undefined {
  return labelOf(traits.labels, topologyKey)
}

/** Counts pods that come to a node, or leave it. */
export function countPods(counts: Map<string, number>, domain: string | undefined, change: 1 | -1): void {
  if (domain !== undefined) counts.set(domain, (counts.get(domain) ?? 0) + change)
}
