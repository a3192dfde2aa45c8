import { keepsQuorum } from '../model/etcd-quorum.ts'
import type { Obstacle } from './obstacles.ts'
import type { MovedHost, WaveOptions, WaveSnapshot } from './wave-request.ts'
import type { PlanBudget, PlanNode, PlanPod, World } from './world.ts'

/** A host that may be put into a wave; without a node it is a plain host. */
export interface Candidate {
  moved: MovedHost
  node: PlanNode | undefined
  /** Pods that a drain would move, before anything was moved. */
  pods: number
}

/** A host that is in no wave, and all that speaks against it. */
export interface LeftOut {
  moved: MovedHost
  obstacles: Obstacle[]
}

export interface Screened {
  candidates: Candidate[]
  leftOut: LeftOut[]
}

export interface Screening {
  /** Undefined = there is no snapshot, or lists of it could not be read. */
  world: World | undefined
  snapshot: WaveSnapshot | undefined
  options: WaveOptions
  maxUnavailable: number
}

/** Parts the hosts that may be moved from those that may not, whatever else is moved with them. */
export function screenHosts(hosts: readonly MovedHost[], screening: Screening): Screened {
  const taken = new Map<string, string>()
  const screened: Screened = { candidates: [], leftOut: [] }
  for (const moved of hosts.toSorted((a, b) => (a.host < b.host ? -1 : 1))) {
    const node = screening.world?.byName.get(moved.node ?? '')
    const first = taken.get(moved.node ?? '')
    const obstacles =
      first === undefined || moved.node === null
        ? obstaclesOf(moved, node, screening)
        : [{ kind: 'same-node' as const, node: moved.node, host: first }]
    if (moved.node !== null && first === undefined) taken.set(moved.node, moved.host)
    if (obstacles.length > 0) screened.leftOut.push({ moved, obstacles })
    else screened.candidates.push({ moved, node, pods: node?.pods.size ?? 0 })
  }
  return screened
}

function obstaclesOf(moved: MovedHost, node: PlanNode | undefined, screening: Screening): Obstacle[] {
  const { snapshot, world, options } = screening
  if (moved.node === null) return moved.hasEtcd === true ? [{ kind: 'etcd-elsewhere' }] : []
  if (snapshot === undefined) return [{ kind: 'no-snapshot' }]
  const lists = unreadLists(snapshot)
  if (world === undefined) return [{ kind: 'unread', lists }]
  if (node === undefined) return [{ kind: 'no-node', node: moved.node }]
  if (node.role === 'control-plane' && options.controlPlane === 'skip') return [{ kind: 'skipped' }]
  if (!node.isReady) return [{ kind: 'not-ready', node: node.name }]
  return [...awayAlready(node, screening), ...quorumObstacles(moved, node, screening), ...podObstacles(node)]
}

/** Lists without which nothing can be said about any node. */
export function unreadLists(snapshot: WaveSnapshot): string[] {
  return (['nodes', 'pods', 'budgets'] as const).filter((list) => snapshot[list] === null)
}

/** Nodes that are away, or take no pods, whoever did that. */
export function awayNodes({ nodes }: World): PlanNode[] {
  return nodes.filter(({ isReady, isCordoned }) => !isReady || isCordoned)
}

function awayAlready(node: PlanNode, { world, maxUnavailable }: Screening): Obstacle[] {
  const away = world === undefined ? [] : awayNodes(world)
  // One that is cordoned already makes it no worse.
  if (node.isCordoned || away.length < maxUnavailable) return []
  return [{ kind: 'away-already', nodes: away.map(({ name }) => name), limit: maxUnavailable }]
}

function quorumObstacles(moved: MovedHost, node: PlanNode, { world, options }: Screening): Obstacle[] {
  const obstacles: Obstacle[] = []
  const others = (world?.nodes ?? []).filter((other) => other !== node)
  const away = others.filter(({ role, isReady }) => role === 'control-plane' && !isReady)
  if (node.role === 'control-plane' && away.length > 0)
    obstacles.push({ kind: 'control-plane-away', nodes: away.map(({ name }) => name) })
  if (node.etcd === undefined)
    return moved.hasEtcd === true ? [...obstacles, { kind: 'etcd-elsewhere' }] : obstacles
  const members = others.filter(({ etcd }) => etcd !== undefined)
  const counted = {
    members: members.length + 1,
    unhealthy: members.filter(({ etcd, isReady }) => etcd?.isReady !== true || !isReady).length,
  }
  const isPause = counted.members === 1 && moved.disk === 'kept' && options.controlPlaneOutage === 'accept'
  if (!isPause && !keepsQuorum(moved.disk, counted))
    obstacles.push({ kind: 'quorum', ...counted, disk: moved.disk })
  return obstacles
}

function podObstacles({ pods }: PlanNode): Obstacle[] {
  const list = [...pods].sort(byKey)
  const two = list.flatMap(({ key, budgets }): Obstacle[] =>
    budgets.length > 1 ? [{ kind: 'two-budgets', pod: key, budgets: budgets.map((one) => one.key) }] : [],
  )
  const covered = [...podsByBudget(list)].sort(([a], [b]) => (a.key < b.key ? -1 : 1))
  return [...two, ...covered.flatMap(([budget, of]) => budgetObstacles(budget, of))]
}

/** Pods by their budget. */
export function podsByBudget(pods: Iterable<PlanPod>): Map<PlanBudget, PlanPod[]> {
  const covered = new Map<PlanBudget, PlanPod[]>()
  for (const pod of pods) {
    for (const budget of pod.budgets) {
      const list = covered.get(budget) ?? []
      covered.set(budget, list)
      list.push(pod)
    }
  }
  return covered
}

function budgetObstacles(budget: PlanBudget, pods: readonly PlanPod[]): Obstacle[] {
  const { allowed, operator } = budget
  // Its operator lets pods go once the node is cordoned.
  if (operator !== undefined) return []
  const pinned = pods.filter(({ pin }) => pin !== undefined).map(({ key }) => key)
  if (allowed === null) return pinned.length === 0 ? [] : [{ kind: 'budget-unknown', budget, pods: pinned }]
  if (allowed === 0) return [{ kind: 'budget-zero', budget, pods: pods.map(({ key }) => key) }]
  return pinned.length > allowed ? [{ kind: 'budget-pinned', budget, pods: pinned }] : []
}

/** In name order. */
export function byKey(a: { key: string }, b: { key: string }): number {
  return a.key < b.key ? -1 : 1
}
