import type { Scheduling } from '../model/cluster-parts.ts'
import type { ClusterPod } from '../model/cluster-pods.ts'
import { isHostPathData } from '../model/host-path-data.ts'
import { classifyNodes, type FreeNode, type NodeClasses } from '../model/node-classes.ts'
import { createNodeLookup } from '../model/node-lookup.ts'
import { fulfils, matchesTerms, requirementsOf, type NodeRequirements } from '../model/node-requirements.ts'
import { isMoved } from '../model/node-view.ts'
import { createPodTerms, countPods, domainOf, type PodTerm, type PodTerms } from './pod-terms.ts'
import { volumePlaces, type VolumePlaces } from './volume-places.ts'
import type { PlacedPod } from './read-world.ts'
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
  near: PodShape['near']
  spread: readonly Spread[]
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
  const finish = finisher(nodes, [...known.values()])
  const shapes = new Map<string, PodShape>()
  const shapeOf = (pod: ClusterPod): PodShape => {
    const key = keys.get(pod) ?? ''
    const made = shapes.get(key) ?? finish(pod, drafts.get(key), terms)
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
      if (pod.volumes.some(isHostPathData) || draft.volumes.onNode) return 'host-path'
      return shapeOf(pod).candidates.every((other) => other === node) ? 'only-here' : undefined
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
    near: defined(near).map((term) => ({ term, self: false })),
    spread: isMoved(pod)
      ? strict.map((spread) => ({
          term: terms.ofSpread(spread, pod),
          self: false,
          maxSkew: spread.maxSkew,
          minDomains: spread.minDomains ?? 1,
          domains: domainsOf(spread, requirements, nodes),
        }))
      : [],
    isVague: [...anti, ...near].includes(undefined),
    hostNetwork,
  }
}

function defined<T>(list: readonly (T | undefined)[]): T[] {
  return list.filter((one) => one !== undefined)
}

/**
 * Domains whose pods are compared; nodes that are cordoned or away count as long as nobody says otherwise.
 * Source: https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/
 */
function domainsOf(
  spread: NonNullable<Scheduling['topologySpread']>[number],
  requirements: NodeRequirements,
  nodes: readonly PlanNode[],
): string[] {
  const { topologyKey, nodeAffinityPolicy = 'Honor', nodeTaintsPolicy = 'Ignore' } = spread
  const asked = {
    ...(nodeAffinityPolicy === 'Honor' ? requirements : { nodeSelector: {}, terms: undefined }),
    tolerations: requirements.tolerations,
  }
  const counted = nodes.filter(
    ({ traits, isCordoned }) =>
      fulfils({ labels: traits.labels, taints: nodeTaintsPolicy === 'Honor' ? traits.taints : [] }, asked) &&
      !(nodeTaintsPolicy === 'Honor' && isCordoned),
  )
  return [...new Set(counted.flatMap((node) => domainOf(node, topologyKey) ?? []))].sort()
}

type Finish = (pod: ClusterPod, draft: Draft | undefined, terms: PodTerms) => PodShape

/** Finds candidates by classes of nodes and by the values that volumes name. */
function finisher(nodes: readonly PlanNode[], requirements: readonly NodeRequirements[]): Finish {
  const free = nodes.map((node): FreeNode & { node: PlanNode } => ({
    ...node.traits,
    name: node.name,
    isUsable: node.isReady && !node.isCordoned,
    free: {},
    node,
  }))
  const classes = classifyNodes(free, requirements)
  const lookup = createNodeLookup(free)
  const byName = new Map(nodes.map((node) => [node.name, node]))
  const found = new Map<string, readonly PlanNode[]>()
  return (pod, draft, terms) => {
    if (draft === undefined) return { candidates: [], anti: [], near: [], spread: [], selectedBy: [] }
    const { volumes, anti, near, spread, hostNetwork } = draft
    const selectedBy = [...terms.selecting(pod), ...defined([hostNetwork])]
    const isSelf = (term: PodTerm): boolean => selectedBy.includes(term)
    const { key } = classes.candidates(draft.requirements)
    const id = `${key} ${JSON.stringify(volumes.terms)}`
    const candidates =
      found.get(id) ?? candidatesOf(draft, { classes, lookup }).flatMap(({ name }) => byName.get(name) ?? [])
    found.set(id, candidates)
    return {
      candidates,
      anti,
      near: near.map(({ term }) => ({ term, self: isSelf(term) })),
      spread: spread.map((one) => ({ ...one, self: isSelf(one.term) })),
      selectedBy,
    }
  }
}

function candidatesOf(
  { requirements, volumes }: Draft,
  { classes, lookup }: { classes: NodeClasses; lookup: ReturnType<typeof createNodeLookup> },
): FreeNode[] {
  const [first, ...more] = volumes.terms
  const allowed = (node: FreeNode): boolean => volumes.terms.every((terms) => matchesTerms(node, terms))
  const list: FreeNode[] =
    first === undefined
      ? [...classes.nodesOf(classes.candidates(requirements))]
      : [...new Set(more.reduce((best, terms) => shorter(best, lookup(terms)), lookup(first)))].filter(
          (node) => node.isUsable && fulfils(node, requirements) && allowed(node),
        )
  return list.sort((a, b) => (a.name < b.name ? -1 : 1))
}

function shorter<T>(a: readonly T[], b: readonly T[]): readonly T[] {
  return b.length < a.length ? b : a
}

function countFixed(selectedBy: readonly PodTerm[], anti: readonly PodTerm[], node: PlanNode): void {
  for (const term of selectedBy) countPods(term.selected, domainOf(node, term.topologyKey), 1)
  for (const term of anti) countPods(term.refusing, domainOf(node, term.topologyKey), 1)
}
