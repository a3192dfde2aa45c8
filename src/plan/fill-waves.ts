import type { Obstacle } from './obstacles.ts'
import { addNode, openWave, type OpenWave, type Refusal, type WaveLimits } from './open-wave.ts'
import type { Candidate } from './screen-hosts.ts'
import type { PlanNode } from './world.ts'

/** A candidate that is a node. */
export type NodeCandidate = Candidate & { node: PlanNode }

/** A wave that is full, while its nodes are away. */
export interface FullWave {
  wave: OpenWave
  /** In the order in which they start. */
  members: NodeCandidate[]
}

/** A candidate that could not even go alone. */
export interface Unplaced {
  candidate: NodeCandidate
  obstacle: Obstacle
}

/** How often a wave is tried to be filled after there was no room beside it: each try places all pods of a node. */
const mostTries = 24

/**
 * Fills waves with candidates in their order: the first that can go leads, then those that budgets make hardest to place,
 * then the others. `onWave` sees each wave while its nodes are away. Returns those that no wave takes.
 */
export function fillWaves(
  candidates: readonly NodeCandidate[],
  limits: WaveLimits,
  onWave: (full: FullWave) => void,
): Unplaced[] {
  let rest = [...candidates]
  let waiting: Unplaced[] = []
  let hasMoved = false
  while (rest.length > 0) {
    const { full, refused } = nextWave(rest, limits)
    waiting.push(...refused)
    const used = new Set([...(full?.members ?? []), ...refused.map(({ candidate }) => candidate)])
    rest = rest.filter((candidate) => !used.has(candidate))
    if (full !== undefined) {
      hasMoved = true
      onWave(full)
      for (const node of full.wave.nodes) node.isDone = true
    }
    // Every wave changes where pods are: those that had no place may have one now.
    if (rest.length === 0 && hasMoved && waiting.length > 0) {
      rest = waiting.map(({ candidate }) => candidate)
      waiting = []
      hasMoved = false
    }
  }
  return waiting
}

function nextWave(
  rest: readonly NodeCandidate[],
  limits: WaveLimits,
): { full: FullWave | undefined; refused: Unplaced[] } {
  const wave = openWave()
  const refused: Unplaced[] = []
  const leader = rest.find((candidate) => {
    const refusal = addNode(wave, candidate.node, limits)
    if (refusal !== undefined) refused.push({ candidate, obstacle: asObstacle(refusal, candidate) })
    return refusal === undefined
  })
  if (leader === undefined) return { full: undefined, refused }
  const members = new Set([leader])
  const others = rest.slice(rest.indexOf(leader) + 1)
  let tries = 0
  for (const candidate of hardestFirst(others)) {
    if (members.size >= limits.size || tries >= mostTries) break
    const refusal = addNode(wave, candidate.node, limits)
    if (refusal === undefined) members.add(candidate)
    if (refusal === 'no-room-beside') tries += 1
  }
  return { full: { wave, members: rest.filter((candidate) => members.has(candidate)) }, refused }
}

function asObstacle(refusal: Refusal, { node }: NodeCandidate): Obstacle {
  // Candidates that may not go even alone are screened out before.
  if (typeof refusal === 'string') throw new Error(`${node.name} was refused by an empty wave`)
  return refusal
}

/** By the largest share of a budget that the node's pinned pods take; a sort is stable. */
function hardestFirst(candidates: readonly NodeCandidate[]): NodeCandidate[] {
  const loads = candidates.map((candidate) => ({ candidate, load: loadOf(candidate.node) }))
  return loads.sort((a, b) => b.load - a.load).map(({ candidate }) => candidate)
}

function loadOf({ pods }: PlanNode): number {
  const pinned = new Map<string, number>()
  let most = 0
  for (const { pin, budgets } of pods) {
    for (const { key, allowed } of pin === undefined ? [] : budgets) {
      const count = (pinned.get(key) ?? 0) + 1
      pinned.set(key, count)
      most = Math.max(most, count / Math.max(1, allowed ?? 1))
    }
  }
  return most
}
