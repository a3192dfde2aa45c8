import type { Estimate, PlannedWave } from '../model/plan.ts'
import { draftWaves, type DraftWave } from './draft-waves.ts'
import { estimateWaves } from './estimate-waves.ts'
import { maxUnavailableOf } from './max-unavailable.ts'
import { obstacleText } from './obstacles.ts'
import { nameOf, orderCandidates } from './order-candidates.ts'
import { readWorld, type ReadSnapshot } from './read-world.ts'
import { awayNodes, screenHosts, unreadLists, type Candidate } from './screen-hosts.ts'
import { boundHost, planBounds } from './wave-bounds.ts'
import type { WaveNode, WavePlan, WaveRequest, WaveSnapshot } from './wave-request.ts'
import { clusterWarnings } from './wave-warnings.ts'
import type { World } from './world.ts'

/**
 * Puts hosts into waves that no budget, no quorum and no lack of room stops, as far as the snapshot tells. The same request
 * gives the same waves, in whatever order its lists are. Throws USAGE when `maxUnavailable` is neither a count nor a share.
 */
export function planWaves({ cluster, hosts, options }: WaveRequest): WavePlan {
  const maxUnavailable = maxUnavailableOf(options.maxUnavailable, hosts.length)
  const world = isRead(cluster) ? readWorld(cluster) : undefined
  const screened = screenHosts(hosts, { world, snapshot: cluster, options, maxUnavailable })
  const hostOf = new Map(screened.candidates.map((candidate) => [candidate, boundHost(candidate)]))
  const away = world === undefined ? 0 : awayNodes(world).length
  const limits = { size: maxUnavailable, fresh: Math.max(0, maxUnavailable - away) }
  const ordered = orderCandidates(screened.candidates, options)
  const { drafts, unplaced } = draftWaves(ordered, { ...limits, world, options })
  if (cluster !== undefined && world !== undefined) {
    warnOfCluster(drafts, clusterWarnings(cluster, world))
    if (cluster.gaps.some(({ list }) => list === 'nodes' || list === 'pods')) forgetHeadroom(drafts)
  }
  const bounds = planBounds(drafts, {
    hostOf: (candidate) => hostOf.get(candidate) ?? boundHost(candidate),
    options,
    limitsOf: ({ kind, members }) => ({
      size: kind === 'control-plane' ? 1 : maxUnavailable,
      fresh: members[0]?.node === undefined ? maxUnavailable : limits.fresh,
    }),
    hasSpare: world !== undefined && hasSpare(world, drafts),
  })
  const late = unplaced.map(({ candidate, obstacle }) => ({ moved: candidate.moved, obstacles: [obstacle] }))
  return {
    maxUnavailable,
    nodes: drafts.flatMap(({ members }) => members.map(waveNode)),
    ...timed(drafts, bounds),
    leftOut: [...screened.leftOut, ...late]
      .map(({ moved, obstacles }) => ({ host: moved.host, reasons: obstacles.map(obstacleText) }))
      .sort((a, b) => (a.host < b.host ? -1 : 1)),
    bounds,
  }
}

function isRead(snapshot: WaveSnapshot | undefined): snapshot is ReadSnapshot {
  return snapshot !== undefined && unreadLists(snapshot).length === 0
}

function warnOfCluster(drafts: readonly DraftWave[], warnings: PlannedWave['simulated']['warnings']): void {
  drafts.find(({ members }) => members[0]?.node !== undefined)?.simulated.warnings.unshift(...warnings)
}

/** Who is missing takes room that nobody has counted. */
function forgetHeadroom(drafts: readonly DraftWave[]): void {
  for (const { simulated } of drafts) simulated.headroom = { cpu: null, memory: null }
}

function hasSpare({ nodes }: World, drafts: readonly DraftWave[]): boolean {
  const planned = new Set(drafts.flatMap(({ members }) => members.map(({ node }) => node)))
  return nodes.some((node) => node.isReady && !node.isCordoned && !planned.has(node))
}

function waveNode(candidate: Candidate): WaveNode {
  const { moved, node } = candidate
  return {
    name: nameOf(candidate),
    host: moved.host,
    uid: node?.uid ?? null,
    role: node?.role ?? 'host',
    zone: node?.zone ?? null,
    estimate: moved.estimate,
  }
}

function timed(
  drafts: readonly DraftWave[],
  bounds: WavePlan['bounds'],
): { waves: PlannedWave[]; estimate: Estimate } {
  const estimates = estimateWaves(
    drafts.map(({ members, atLeastMs, soakMs }) => ({
      nodes: members.map(({ moved }) => moved.estimate),
      atLeastMs,
      soakMs,
    })),
  )
  const waves = drafts.map(({ kind, members, soakMs, simulated, atLeastMs }, index): PlannedWave => {
    const lowerBoundMs = Math.max(atLeastMs, ...members.map(({ moved }) => moved.estimate.p50Ms))
    return {
      index,
      kind,
      nodes: members.map(nameOf),
      maxUnavailable: members.length,
      soakMs,
      simulated,
      estimate: noLessThan(lowerBoundMs, estimates.waves[index] ?? estimates.total),
      lowerBoundMs,
    }
  })
  return { waves, estimate: noLessThan(bounds.makespanMs, estimates.total) }
}

/** Chance may fall short of what cannot be by a second. */
function noLessThan(leastMs: number, { p50Ms, p90Ms, basis }: Estimate): Estimate {
  return { p50Ms: Math.max(leastMs, p50Ms), p90Ms: Math.max(leastMs, p90Ms), basis }
}
