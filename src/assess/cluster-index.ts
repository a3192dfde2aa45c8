import type { Webhook } from '../model/cluster-apis.ts'
import type { ClusterNode } from '../model/cluster-nodes.ts'
import type { Resources } from '../model/cluster-parts.ts'
import type { ClusterBudget, ClusterPod } from '../model/cluster-pods.ts'
import type { ClusterService } from '../model/cluster-services.ts'
import type { PersistentVolume, PersistentVolumeClaim } from '../model/cluster-storage.ts'
import type { ClusterWorkload } from '../model/cluster-workloads.ts'
import type { ClusterList, ClusterRecord } from '../model/cluster.ts'
import { hasEnded, isMoved, type NodeBudget } from '../model/node-view.ts'
import { createBudgetIndex, type BudgetIndex } from '../model/budget-index.ts'
import { addTo } from '../model/node-classes.ts'
import { requirementsOf, type NodeRequirements } from '../model/node-requirements.ts'

/** Lists that the checks of nodes rest on; the others are passed over. */
export const indexedLists = [
  'nodes',
  'pods',
  'workloads',
  'budgets',
  'volumes',
  'claims',
  'webhooks',
  'services',
] as const satisfies readonly ClusterList[]
export type IndexedList = (typeof indexedLists)[number]

/** Of a pod, what views are made of: a hundred thousand of them are held at once. */
export type KeptPod = Pick<
  ClusterPod,
  | 'namespace'
  | 'name'
  | 'labels'
  | 'control'
  | 'owner'
  | 'phase'
  | 'ready'
  | 'createdAt'
  | 'deletedAt'
  | 'finalizers'
  | 'hostNetwork'
  | 'requests'
  | 'volumes'
  | 'evictionAnnotations'
> & { node: string; privileged: boolean; requirements: NodeRequirements }

/** Pods of one controller, by node. */
export interface OwnedPods {
  total: number
  ready: number
  byNode: Map<string, { total: number; ready: number }>
}

/** The snapshot by what views look up. */
export interface ClusterIndex {
  nodes: Map<string, ClusterNode>
  /** By node; pods without a node are on none. */
  pods: Map<string, KeptPod[]>
  /** Requests of the pods of a node that have not ended, `pods` among them. */
  requested: Map<string, Resources>
  /** By uid of the controller at the top. */
  owned: Map<string, OwnedPods>
  /** Wanted pods by uid of the workload. */
  wanted: Map<string, number | null>
  budgets: BudgetIndex<NodeBudget>
  volumes: Map<string, Pick<PersistentVolume, 'capacityBytes' | 'source' | 'nodeAffinity'>>
  /** By `namespace/name`: the name of the volume. */
  claims: Map<string, string | null>
  webhooks: Webhook[]
  /** By `namespace/name`. */
  services: Map<string, Pick<ClusterService, 'type' | 'endpoints'>>
  /** Each kind of requirements once, by its text. */
  requirements: Map<string, NodeRequirements>
}

/** An index of nothing. */
export function createClusterIndex(): ClusterIndex {
  return {
    nodes: new Map(),
    pods: new Map(),
    requested: new Map(),
    owned: new Map(),
    wanted: new Map(),
    budgets: createBudgetIndex(),
    volumes: new Map(),
    claims: new Map(),
    webhooks: [],
    services: new Map(),
    requirements: new Map(),
  }
}

type Adders = { [L in IndexedList]: (index: ClusterIndex, record: ClusterRecord<L>) => void }

const adders: Adders = {
  nodes: ({ nodes }, node) => void nodes.set(node.name, node),
  pods: addPod,
  workloads: ({ wanted }, { uid, replicas }: ClusterWorkload) => void wanted.set(uid, replicas),
  budgets: addBudget,
  volumes: ({ volumes }, { name, capacityBytes, source, nodeAffinity }: PersistentVolume) =>
    void volumes.set(name, { capacityBytes, source, nodeAffinity }),
  claims: ({ claims }, { namespace, name, volume }: PersistentVolumeClaim) =>
    void claims.set(`${namespace}/${name}`, volume),
  webhooks: ({ webhooks }, webhook) => void webhooks.push(webhook),
  services: ({ services }, { namespace, name, type, endpoints }: ClusterService) =>
    void services.set(`${namespace}/${name}`, { type, endpoints }),
}

/** Takes one record of the snapshot, in any order. */
export function indexRecord<L extends IndexedList>(
  index: ClusterIndex,
  list: L,
  record: ClusterRecord<L>,
): void {
  adders[list](index, record)
}

function addPod(index: ClusterIndex, pod: ClusterPod): void {
  const { node, owner } = pod
  if (owner !== null && !hasEnded(pod)) addOwned(index.owned, owner.uid, pod)
  if (node === null) return
  const requirements = isMoved(pod) ? once(index, requirementsOf(pod.scheduling)) : nothing
  const { namespace, name, labels, control, phase, ready, createdAt, deletedAt, finalizers } = pod
  const { hostNetwork, requests, volumes, evictionAnnotations } = pod
  const privileged = pod.containers.some((container) => container.privileged === true)
  const what = { namespace, name, labels, control, owner, phase, ready, createdAt, deletedAt, finalizers }
  const kept = {
    ...what,
    hostNetwork,
    requests,
    volumes,
    evictionAnnotations,
    node,
    privileged,
    requirements,
  }
  const list = index.pods.get(node) ?? []
  index.pods.set(node, list)
  list.push(kept)
  if (hasEnded(pod)) return
  const requested = index.requested.get(node) ?? {}
  index.requested.set(node, requested)
  addTo(requested, requests)
  addTo(requested, { pods: 1 })
}

const nothing: NodeRequirements = { nodeSelector: {}, terms: undefined, tolerations: [] }

/** The pods of a workload share one object, which is then compared with nodes once. */
function once({ requirements }: ClusterIndex, wanted: NodeRequirements): NodeRequirements {
  const key = JSON.stringify(wanted)
  const known = requirements.get(key) ?? wanted
  requirements.set(key, known)
  return known
}

function addOwned(owned: ClusterIndex['owned'], uid: string, { node, ready }: ClusterPod): void {
  const found = owned.get(uid) ?? {
    total: 0,
    ready: 0,
    byNode: new Map<string, { total: number; ready: number }>(),
  }
  owned.set(uid, found)
  const here = found.byNode.get(node ?? '') ?? { total: 0, ready: 0 }
  found.byNode.set(node ?? '', here)
  for (const count of [found, here]) {
    count.total += 1
    if (ready) count.ready += 1
  }
}

function addBudget({ budgets }: ClusterIndex, budget: ClusterBudget): void {
  const { namespace, name, labels, owner, minAvailable, maxUnavailable, status, generation } = budget
  const isCurrent = status !== null && (status.observedGeneration ?? -1) >= (generation ?? 0)
  budgets.add(budget, {
    namespace,
    name,
    labels,
    owner,
    minAvailable,
    maxUnavailable,
    unhealthyPodEvictionPolicy: budget.unhealthyPodEvictionPolicy,
    numbers: isCurrent
      ? {
          allowed: status.disruptionsAllowed,
          currentHealthy: status.currentHealthy,
          desiredHealthy: status.desiredHealthy,
          expectedPods: status.expectedPods,
          disrupted: status.disruptedPods.length,
        }
      : null,
  })
}
