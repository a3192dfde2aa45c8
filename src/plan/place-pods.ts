import { countPods, domainOf } from './pod-terms.ts'
import type { Amounts, PlanNode, PlanPod, Spread } from './world.ts'

/** A pod that was put elsewhere. */
export interface PodMove {
  pod: PlanPod
  from: PlanNode
}

/** Why a pod was put nowhere: other pods forbid it everywhere, or what would take it is full or away itself. */
export type Homeless = { pod: PlanPod; because: 'other-pods' | 'no-room' }

/**
 * Puts pods on nodes that are not away, each where the least is left afterwards, rather where it need not move again. Those
 * that fit nowhere stay, and are told. `moves` grows by what was done, for `undoMoves`.
 */
export function placePods(
  pods: readonly PlanPod[],
  away: ReadonlySet<PlanNode>,
  moves: PodMove[],
): Homeless[] {
  const leaving = [...pods].sort(byDifficulty)
  // All at once, and those that wait are nowhere: neither counts for the others.
  for (const pod of leaving) detach(pod)
  const homeless = leaving.flatMap((pod): Homeless[] => {
    const found = findNode(pod, away)
    if (typeof found === 'string') return [{ pod, because: found }]
    moves.push({ pod, from: pod.node })
    attach(pod, found)
    return []
  })
  for (const { pod } of homeless) attach(pod, pod.node)
  return homeless
}

/** Takes moves back, the last one first. */
export function undoMoves(moves: readonly PodMove[]): void {
  for (const { pod, from } of moves.toReversed()) {
    detach(pod)
    attach(pod, from)
  }
}

/** Those with the fewest places first, then the largest. */
function byDifficulty(a: PlanPod, b: PlanPod): number {
  const places = a.shape.candidates.length - b.shape.candidates.length
  if (places !== 0) return places
  const size = sizeOf(b.needs) - sizeOf(a.needs)
  if (size !== 0) return size
  return a.key < b.key ? -1 : 1
}

/** Millicores and mebibytes weigh much the same: nodes have one to four of these for each of those. */
function sizeOf(amounts: Amounts): number {
  return (amounts[1] ?? 0) + (amounts[2] ?? 0) / 2 ** 21
}

function findNode(pod: PlanPod, away: ReadonlySet<PlanNode>): PlanNode | Homeless['because'] {
  const { shape, needs } = pod
  const skews = shape.spread.map((spread) => ({ spread, limit: limitOf(spread) }))
  let best: PlanNode | undefined
  let bestLeft = Number.POSITIVE_INFINITY
  let refusedByPods = true
  for (const node of shape.candidates) {
    if (away.has(node)) {
      // It would be there if that node were not in the same wave.
      if (node !== pod.node && isAllowed(pod, node, skews)) refusedByPods = false
      continue
    }
    const left = leftOn(node, needs)
    // Comparing what is left is cheap, asking about other pods is not.
    if (best !== undefined && (left === undefined || !isBetter(node, left, { best, bestLeft }))) continue
    if (!isAllowed(pod, node, skews)) continue
    if (left === undefined) {
      refusedByPods = false
      continue
    }
    best = node
    bestLeft = left
  }
  return best ?? (refusedByPods ? 'other-pods' : 'no-room')
}

function isBetter(
  node: PlanNode,
  left: number,
  { best, bestLeft }: { best: PlanNode; bestLeft: number },
): boolean {
  return node.isDone === best.isDone ? left < bestLeft : node.isDone
}

/** What remains on the node as one number; undefined when something would not fit. */
function leftOn({ free }: PlanNode, needs: Amounts): number | undefined {
  // The innermost loop of a plan: millions of times, and closures would cost more than the arithmetic.
  for (let index = 0; index < needs.length; index += 1) {
    const need = needs[index] ?? 0
    if (need > 0 && need > (free[index] ?? 0)) return undefined
  }
  return sizeOf(free) - sizeOf(needs)
}

function isAllowed(
  { shape }: PlanPod,
  node: PlanNode,
  skews: readonly { spread: Spread; limit: number }[],
): boolean {
  const at = (counts: Map<string, number>, key: string): number => counts.get(domainOf(node, key) ?? '') ?? 0
  return (
    shape.anti.every(({ selected, topologyKey }) => at(selected, topologyKey) === 0) &&
    shape.selectedBy.every(
      ({ refusing, topologyKey }) => refusing.size === 0 || at(refusing, topologyKey) === 0,
    ) &&
    shape.near.every(({ term, self }) => {
      const domain = domainOf(node, term.topologyKey)
      if (domain === undefined) return false
      // The first of a group that wants to be together may be anywhere.
      return (term.selected.get(domain) ?? 0) > 0 || (self && !hasAny(term.selected))
    }) &&
    skews.every(({ spread: { term, self }, limit }) => {
      const domain = domainOf(node, term.topologyKey)
      return domain !== undefined && (term.selected.get(domain) ?? 0) + (self ? 1 : 0) <= limit
    })
  )
}

function hasAny(counts: ReadonlyMap<string, number>): boolean {
  return counts.values().some((count) => count > 0)
}

/** How many pods a domain may have: those of the emptiest one and the skew. */
function limitOf({ term, domains, maxSkew, minDomains }: Spread): number {
  let least = domains.length < minDomains || domains.length === 0 ? 0 : Number.POSITIVE_INFINITY
  for (const domain of domains) least = Math.min(least, term.selected.get(domain) ?? 0)
  return least + maxSkew
}

function detach(pod: PlanPod): void {
  change(pod, pod.node, -1)
  pod.node.pods.delete(pod)
}

/** Puts a pod on a node and counts it there. */
export function attach(pod: PlanPod, node: PlanNode): void {
  pod.node = node
  node.pods.add(pod)
  change(pod, node, 1)
}

function change({ needs, shape }: PlanPod, node: PlanNode, by: 1 | -1): void {
  needs.forEach((need, index) => {
    node.free[index] = (node.free[index] ?? 0) - by * need
  })
  for (const term of shape.selectedBy) countPods(term.selected, domainOf(node, term.topologyKey), by)
  for (const term of shape.anti) countPods(term.refusing, domainOf(node, term.topologyKey), by)
}
