import { matchesLabels } from '../model/label-selector.ts'
import { termsSelect } from '../model/node-selector.ts'
import { labKinds } from './lab-kinds.ts'
import { isOver, type LabAffinityTerm, type LabNodeObject, type LabPod, type LabPodSpec } from './lab-pod.ts'
import { volumesOf } from './lab-pod-volumes.ts'
import type { LabStore } from './lab-store.ts'

/** nodeSelector and required node affinity. */
export function nodeMatches(spec: LabPodSpec, { metadata }: LabNodeObject): boolean {
  const node = { name: metadata.name, labels: metadata.labels ?? {} }
  if (!matchesLabels({ matchLabels: spec.nodeSelector }, node.labels)) return false
  const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution
  return required === undefined || termsSelect(required.nodeSelectorTerms ?? [], node)
}

/** What of a pod keeps it from nodes, beside taints and room: its volumes, and where its like are. */
export function placesOf(store: LabStore, pod: LabPod): (node: LabNodeObject) => boolean {
  const terms = volumesOf(store, pod).flatMap(({ spec }) => {
    const found = spec.nodeAffinity?.required?.nodeSelectorTerms
    return found === undefined ? [] : [found]
  })
  const away = (pod.spec.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []).map(
    (term) => ({ term, domains: domainsOf(store, pod, term) }),
  )
  const spreads = (pod.spec.topologySpreadConstraints ?? [])
    .filter(({ whenUnsatisfiable }) => whenUnsatisfiable === 'DoNotSchedule')
    .map((spread) => ({ spread, domains: domainsOf(store, pod, spread) }))
  return (node) => {
    const labels = node.metadata.labels ?? {}
    const name = node.metadata.name
    return (
      terms.every((term) => termsSelect(term, { name, labels })) &&
      away.every(({ term, domains }) => (domains.get(labels[term.topologyKey] ?? '') ?? 0) === 0) &&
      spreads.every(({ spread, domains }) => {
        const domain = labels[spread.topologyKey]
        if (domain === undefined) return false
        return (domains.get(domain) ?? 0) + 1 - Math.min(...domains.values()) <= spread.maxSkew
      })
    )
  }
}

/** How many pods that a term means are in each domain; domains of nodes without any count nothing. */
function domainsOf(
  store: LabStore,
  pod: LabPod,
  { topologyKey, labelSelector }: Pick<LabAffinityTerm, 'topologyKey' | 'labelSelector'>,
): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  const domains = new Map<string, string>()
  for (const node of store.all(labKinds.nodes)) {
    const domain = node.metadata.labels?.[topologyKey]
    if (domain === undefined) continue
    domains.set(node.metadata.name, domain)
    counts.set(domain, counts.get(domain) ?? 0)
  }
  const pods = store.inNamespace(labKinds.pods, pod.metadata.namespace ?? '') as Iterable<LabPod>
  for (const other of pods) {
    const domain = domains.get(other.spec.nodeName ?? '')
    if (domain === undefined || isOver(other) || labelSelector === undefined) continue
    if (matchesLabels(labelSelector, other.metadata.labels ?? {}))
      counts.set(domain, (counts.get(domain) ?? 0) + 1)
  }
  return counts
}
