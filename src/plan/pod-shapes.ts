import type { ClusterPod } from '../model/cluster-pods.ts'
import { isHostPathData } from '../model/host-path-data.ts'
import { requirementsOf, type NodeRequirements } from '../model/node-requirements.ts'
import { isMoved } from '../model/node-view.ts'
import { candidateFinder, type FindCandidates } from './pod-candidates.ts'
import { countPods, createPodTerms, domainOf, type PodTerm, type PodTerms } from './pod-terms.ts'
import type { PlacedPod } from './read-world.ts'
import { spreadDomains } from './spread-domains.ts'
import { volumePlaces, type VolumePlaces } from './volume-places.ts'
import type { WaveSnapshot } from './wave-request.ts'
import type { Pin, PlanNode, PodShape, Spread } from './world.ts'

/** What pods of the same text share; asked for pods that are moved only. */
export interface PodShapes {
  shapeOf(pod: ClusterPod): PodShape
  /** Why the pod stays away until this node is back. */
  pinOf(pod: ClusterPod, node: PlanNode): Pin | undefined
}

interface Draft {
  requirements: NodeRequirements
  volumes: VolumePlaces
  anti: readonly PodTerm[]
  near: readonly PodTerm[]
  spread: readonly Omit<Spread, 'self'>[]
  /** A term selects by labels of namespaces, which snapshots do not have. */
  isVague: boolean
  hostNetwork: PodTerm | undefined
}

/** Reads what pods demand of nodes and of each other, and counts those that are not moved where they are. */
export function shapePods(
  placed: readonly PlacedPod[],
  nodes: readonly PlanNode[],
  snapshot: Pick<WaveSnapshot, 'claims' | 'volumes'>,
): PodShapes {
  const places = volumePlaces(snapshot)
  const terms = createPodTerms()
  const drafts = new Map<string, Draft>()
  const keys = new Map<ClusterPod, string>()
  const known = new Map<string, NodeRequirements>()
  for (const { pod } of placed) {
    const volumes = isMoved(pod) ? places(pod) : nowhere
    const key = shapeKey(pod, volumes)
    keys.set(pod, key)
    if (!drafts.has(key)) drafts.set(key, draftOf(pod, { volumes, terms, nodes, known }))
  }
  const find = candidateFinder(nodes, [...known.values()])
  const shapes = new Map<string, PodShape>()
  const shapeOf = (pod: ClusterPod): PodShape => {
    const key = keys.get(pod) ?? ''
    const known = shapes.get(key)
    if (known !== undefined) return known
    const draft = drafts.get(key)
    if (draft === undefined) throw new Error(`${pod.namespace}/${pod.name} is on no node`)
    const made = finish(pod, draft, { terms, find })
    shapes.set(key, made)
    return made
  }
  for (const { pod, node } of placed) {
    if (!isMoved(pod)) countFixed(terms.selecting(pod), drafts.get(keys.get(pod) ?? '')?.anti ?? [], node)
  }
  return {
    shapeOf,
    pinOf(pod, node) {
      const draft = drafts.get(keys.get(pod) ?? '')
      if (draft === undefined || draft.volumes.isUnknown || draft.isVague) return 'unknown'
      if (shapeOf(pod).candidates.every((other) => other === node)) return 'only-here'
      return pod.volumes.some(isHostPathData) || draft.volumes.onNode ? 'host-path' : undefined
    },
  }
}

const nowhere: VolumePlaces = { terms: [], isUnknown: false, onNode: false }

/** What is the same for all pods of a workload, and often for more. */
function shapeKey(
  { namespace, labels, scheduling, hostNetwork, owner }: ClusterPod,
  volumes: VolumePlaces,
): string {
  const { nodeSelector, tolerations, affinity, topologySpread } = scheduling
  const host = hostNetwork ? (owner?.uid ?? '') : null
  return JSON.stringify([
    namespace,
    labels,
    nodeSelector,
    tolerations,
    affinity,
    topologySpread,
    host,
    volumes,
  ])
}

interface Drafting {
  volumes: VolumePlaces
  terms: PodTerms
  nodes: readonly PlanNode[]
  known: Map<string, NodeRequirements>
}

function draftOf(pod: ClusterPod, { volumes, terms, nodes, known }: Drafting): Draft {
  const { affinity, topologySpread = [] } = pod.scheduling
  const required = requirementsOf(pod.scheduling)
  const id = JSON.stringify(required)
  const requirements = known.get(id) ?? required
  if (isMoved(pod)) known.set(id, requirements)
  const anti = (affinity?.podAnti?.required ?? []).map((term) => terms.ofAffinity(term, pod))
  const near = (affinity?.pod?.required ?? []).map((term) => terms.ofAffinity(term, pod))
  const hostNetwork = pod.hostNetwork && pod.owner !== null ? terms.ofHostNetwork(pod.owner.uid) : undefined
  const strict = topologySpread.filter(({ whenUnsatisfiable }) => whenUnsatisfiable === 'DoNotSchedule')
  return {
    requirements,
    volumes,
    anti: [...defined(anti), ...defined([hostNetwork])],
    near: defined(near),
    spread: isMoved(pod)
      ? strict.map((spread) => ({
          term: terms.ofSpread(spread, pod),
          maxSkew: spread.maxSkew,
          minDomains: spread.minDomains ?? 1,
          domains: spreadDomains(spread, requirements, nodes),
        }))
      : [],
    isVague: [...anti, ...near].includes(undefined),
    hostNetwork,
  }
}

function defined<T>(list: readonly (T | undefined)[]): T[] {
  return list.filter((one) => one !== undefined)
}

/** What can be said once all terms are known. */
function finish(
  pod: ClusterPod,
  draft: Draft,
  { terms, find }: { terms: PodTerms; find: FindCandidates },
): PodShape {
  const { requirements, volumes, anti, near, spread, hostNetwork } = draft
  const selectedBy = [...terms.selecting(pod), ...defined([hostNetwork])]
  return {
    candidates: find(requirements, volumes),
    anti,
    near: near.map((term) => ({ term, self: selectedBy.includes(term) })),
    spread: spread.map((one) => ({ ...one, self: selectedBy.includes(one.term) })),
    selectedBy,
  }
}

function countFixed(selectedBy: readonly PodTerm[], anti: readonly PodTerm[], node: PlanNode): void {
  for (const term of selectedBy) countPods(term.selected, domainOf(node, term.topologyKey), 1)
  for (const term of anti) countPods(term.refusing, domainOf(node, term.topologyKey), 1)
}
