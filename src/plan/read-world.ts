import { createBudgetIndex, type BudgetIndex } from '../model/budget-index.ts'
import type { ClusterNode } from '../model/cluster-nodes.ts'
import type { Resources } from '../model/cluster-parts.ts'
import type { ClusterPod } from '../model/cluster-pods.ts'
import { isControlPlane, isEtcdPod } from '../model/control-plane.ts'
import { labelOf } from '../model/label-selector.ts'
import { traitsOf } from '../model/node-requirements.ts'
import { hasEnded, isMoved } from '../model/node-view.ts'
import { planBudget } from './plan-budget.ts'
import { shapePods } from './pod-shapes.ts'
import { attach } from './place-pods.ts'
import type { WaveSnapshot } from './wave-request.ts'
import type { Amounts, PlanBudget, PlanNode, World } from './world.ts'

/** A snapshot of which everything that waves need could be read. */
export type ReadSnapshot = WaveSnapshot & {
  nodes: NonNullable<WaveSnapshot['nodes']>
  pods: NonNullable<WaveSnapshot['pods']>
  budgets: NonNullable<WaveSnapshot['budgets']>
}

/** A pod of the snapshot that has not ended, and its node. */
export interface PlacedPod {
  pod: ClusterPod
  node: PlanNode
}

/** Makes the cluster that waves are planned on; the order of the snapshot's lists decides nothing. */
export function readWorld(snapshot: ReadSnapshot): World {
  const pods = snapshot.pods.filter((pod) => !hasEnded(pod)).sort(byKey)
  const resources = resourcesOf(pods)
  const nodes = snapshot.nodes.map((node) => planNode(node, resources)).sort(byName)
  const byNodeName = new Map(nodes.map((node) => [node.name, node]))
  const placed = pods.flatMap((pod): PlacedPod[] => {
    const node = byNodeName.get(pod.node ?? '')
    return node === undefined ? [] : [{ pod, node }]
  })
  const budgets = indexBudgets(snapshot)
  const shapes = shapePods(placed, nodes, snapshot)
  for (const { pod, node } of placed) {
    if (isEtcdPod(pod)) {
      node.etcd = { isReady: pod.ready }
      node.role = 'control-plane'
    }
    const needs = amountsOf({ ...pod.requests, pods: 1 }, resources)
    if (!isMoved(pod)) {
      needs.forEach((need, index) => void (node.free[index] = (node.free[index] ?? 0) - need))
      continue
    }
    attach(
      {
        key: `${pod.namespace}/${pod.name}`,
        owner: pod.control === 'none' ? undefined : (pod.owner?.uid ?? `${pod.namespace}/${pod.name}`),
        needs,
        hasRequests: (pod.requests['cpu'] ?? 0) > 0 && (pod.requests['memory'] ?? 0) > 0,
        isReady: pod.ready,
        budgets: budgets.of(pod),
        shape: shapes.shapeOf(pod),
        pin: shapes.pinOf(pod, node),
        node,
      },
      node,
    )
  }
  return {
    nodes,
    byName: byNodeName,
    resources,
    owned: ownedPods(pods),
    waiting: pods.filter(({ node }) => node === null).length,
  }
}

/** `cpu` and `memory` first, as sizes are made of them; `pods` always counts. */
function resourcesOf(pods: readonly ClusterPod[]): string[] {
  const first = ['pods', 'cpu', 'memory']
  const asked = new Set(pods.flatMap(({ requests }) => Object.keys(requests)))
  return [...first, ...[...asked].filter((name) => !first.includes(name)).sort()]
}

function amountsOf(amounts: Resources, resources: readonly string[]): Amounts {
  return resources.map((name) => (Object.hasOwn(amounts, name) ? (amounts[name] ?? 0) : 0))
}

function planNode(node: ClusterNode, resources: readonly string[]): PlanNode {
  const { name, uid, labels, info } = node
  const label = (key: string): string | undefined => labelOf(labels, key)
  const allocatable = amountsOf(node.allocatable, resources)
  const instance =
    label('node.kubernetes.io/instance-type') ?? label('beta.kubernetes.io/instance-type') ?? ''
  return {
    name,
    uid,
    traits: traitsOf(node),
    role: isControlPlane(node) ? 'control-plane' : 'worker',
    zone: label('topology.kubernetes.io/zone') ?? label('failure-domain.beta.kubernetes.io/zone') ?? null,
    machine: [info.architecture, info.osImage, info.kernelVersion, instance],
    isReady: node.ready === 'ready',
    isCordoned: node.unschedulable,
    allocatable,
    free: [...allocatable],
    pods: new Set(),
    etcd: undefined,
    isDone: false,
  }
}

function indexBudgets({ budgets }: ReadSnapshot): BudgetIndex<PlanBudget> {
  const index = createBudgetIndex<PlanBudget>()
  const made = budgets.map((budget) => ({ budget, plan: planBudget(budget) }))
  for (const { budget, plan } of made.sort((a, b) => (a.plan.key < b.plan.key ? -1 : 1))) {
    index.add(budget, plan)
  }
  return index
}

const jobs = new Set(['Job', 'CronJob'])

function ownedPods(pods: readonly ClusterPod[]): Map<string, number> {
  const owned = new Map<string, number>()
  for (const { owner, control, ready } of pods) {
    if (owner !== null && control === 'controller' && ready && !jobs.has(owner.kind))
      owned.set(owner.uid, (owned.get(owner.uid) ?? 0) + 1)
  }
  return owned
}

function byKey(a: ClusterPod, b: ClusterPod): number {
  const [left, right] = [`${a.namespace}/${a.name}`, `${b.namespace}/${b.name}`]
  if (left === right) return 0
  return left < right ? -1 : 1
}

function byName(a: PlanNode, b: PlanNode): number {
  return a.name < b.name ? -1 : 1
}
