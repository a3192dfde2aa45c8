import type { Obstacle } from './obstacles.ts'
import { placePods, undoMoves, type Homeless, type PodMove } from './place-pods.ts'
import { byKey, podsByBudget } from './screen-hosts.ts'
import type { PlanBudget, PlanNode, PlanPod, World } from './world.ts'

/** What all waves keep to. */
export interface WaveLimits {
  /** Nodes of a wave. */
  size: number
  /** Of them, nodes that take pods now: those that do not count as away already. */
  fresh: number
  zones: 'one-at-a-time' | 'any'
  /** Whether pods may wait that nobody has room for. */
  noRoom: 'refuse' | 'wait'
  world: World
}

/** A wave while nodes are put into it, and the cluster as it leaves it. */
export interface OpenWave {
  nodes: PlanNode[]
  /** Pods that the drains of its nodes end. */
  evicted: PlanPod[]
  /** Pods that stay away until their node is back: pinned ones, and those that others keep out everywhere. */
  staying: PlanPod[]
  moves: PodMove[]
  /** Of `staying`, by budget. */
  heldBack: Map<PlanBudget, number>
  /** Budgets of pods that are moved. */
  movable: Set<PlanBudget>
  /** Ready pods without a budget, by controller. */
  gone: Map<string, number>
}

/** A wave without nodes. */
export function openWave(): OpenWave {
  return {
    nodes: [],
    evicted: [],
    staying: [],
    moves: [],
    heldBack: new Map(),
    movable: new Set(),
    gone: new Map(),
  }
}

/** Why a node is not in this wave; an obstacle is told of the first node only, as others may go in a later wave. */
export type Refusal = 'another-wave' | 'no-room-beside' | Obstacle

/** Puts a node into the wave and its pods elsewhere; undefined = done, else nothing has changed. */
export function addNode(wave: OpenWave, node: PlanNode, limits: WaveLimits): Refusal | undefined {
  if (!mayJoin(wave, node, limits)) return 'another-wave'
  const placedHere = new Set(wave.moves.filter(({ pod }) => pod.node === node).map(({ pod }) => pod))
  const own = [...node.pods].filter((pod) => !placedHere.has(pod)).sort(byKey)
  if (wave.nodes.length > 0 && !leavesReplicas(wave, own, limits.world)) return 'another-wave'
  const pinned = own.filter(({ pin }) => pin !== undefined)
  if (!holds(wave, own, pinned)) return 'another-wave'
  // Nobody makes a pod without a controller again: it needs no room.
  const moving = own.filter(({ pin, owner }) => pin === undefined && owner !== undefined)
  const moves: PodMove[] = []
  const homeless = placePods([...moving, ...placedHere], new Set([...wave.nodes, node]), moves)
  const refusal = judge(wave, own, { pinned, homeless, placedHere, noRoom: limits.noRoom })
  if (refusal !== undefined) {
    undoMoves(moves)
    return refusal
  }
  commit(wave, node, { own, staying: [...pinned, ...homeless.map(({ pod }) => pod)], moves })
  return undefined
}

function mayJoin({ nodes }: OpenWave, node: PlanNode, { size, fresh, zones }: WaveLimits): boolean {
  const [first] = nodes
  if (nodes.length >= size) return false
  if (!node.isCordoned && nodes.filter(({ isCordoned }) => !isCordoned).length >= fresh) return false
  return first === undefined || zones === 'any' || first.zone === node.zone
}

/** Of every controller whose pods no budget protects, one that is ready stays elsewhere. */
function leavesReplicas({ gone }: OpenWave, own: readonly PlanPod[], { owned }: World): boolean {
  const here = countOwners(own)
  return [...here].every(([owner, count]) => {
    const all = owned.get(owner) ?? 0
    return all < 2 || (gone.get(owner) ?? 0) + count < all
  })
}

function countOwners(pods: readonly PlanPod[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { owner, budgets, isReady } of pods) {
    if (owner !== undefined && isReady && budgets.length === 0)
      counts.set(owner, (counts.get(owner) ?? 0) + 1)
  }
  return counts
}

/**
 * A budget is asked for all pods that stay away, for as long as their nodes are, and for one more when others are moved: else
 * those could not go before the first are back. A single node is judged by `screenHosts` alone.
 */
function holds(wave: OpenWave, own: readonly PlanPod[], staying: readonly PlanPod[]): boolean {
  if (wave.nodes.length === 0) return true
  const held = podsByBudget(staying)
  return [...podsByBudget(own)].every(([budget, pods]) => {
    const away = (wave.heldBack.get(budget) ?? 0) + (held.get(budget)?.length ?? 0)
    const moves = wave.movable.has(budget) || pods.length > (held.get(budget)?.length ?? 0)
    if (budget.allowed === null || budget.operator !== undefined)
      return !wave.heldBack.has(budget) && !wave.movable.has(budget)
    return away + (moves ? 1 : 0) <= budget.allowed
  })
}

interface Tried {
  pinned: readonly PlanPod[]
  homeless: readonly Homeless[]
  placedHere: ReadonlySet<PlanPod>
  noRoom: WaveLimits['noRoom']
}

function judge(wave: OpenWave, own: readonly PlanPod[], tried: Tried): Refusal | undefined {
  const { pinned, homeless, placedHere } = tried
  const isFirst = wave.nodes.length === 0
  const noRoom = homeless.filter(({ because }) => because === 'no-room').map(({ pod }) => pod.key)
  if (noRoom.length > 0 && !(isFirst && tried.noRoom === 'wait'))
    return isFirst ? { kind: 'no-room', pods: noRoom.sort() } : 'no-room-beside'
  const kept = homeless.map(({ pod }) => pod)
  const staying = [...pinned, ...kept]
  if (!isFirst) {
    // Whom no budget protects waits for no one: one node at a time.
    const isSafe = kept.every((pod) => pod.budgets.length > 0 && !placedHere.has(pod))
    return isSafe && holds(wave, own, staying) ? undefined : 'another-wave'
  }
  for (const [budget, pods] of podsByBudget(staying)) {
    if (budget.operator !== undefined) continue
    const names = pods.map(({ key }) => key).sort()
    if (budget.allowed === null) return { kind: 'budget-unknown', budget, pods: names }
    if (pods.length > budget.allowed) return { kind: 'budget-pinned', budget, pods: names }
  }
  return undefined
}

function commit(
  wave: OpenWave,
  node: PlanNode,
  { own, staying, moves }: { own: readonly PlanPod[]; staying: readonly PlanPod[]; moves: PodMove[] },
): void {
  const stays = new Set(staying)
  wave.nodes.push(node)
  wave.evicted.push(...own)
  wave.staying.push(...staying)
  wave.moves.push(...moves)
  for (const [budget, pods] of podsByBudget(staying))
    wave.heldBack.set(budget, (wave.heldBack.get(budget) ?? 0) + pods.length)
  for (const pod of own) if (!stays.has(pod)) for (const budget of pod.budgets) wave.movable.add(budget)
  for (const [owner, count] of countOwners(own)) wave.gone.set(owner, (wave.gone.get(owner) ?? 0) + count)
}
