import type { PlannedWave } from '../model/plan.ts'
import { fillWaves, type NodeCandidate, type Unplaced } from './fill-waves.ts'
import { pickCanaries } from './order-candidates.ts'
import type { Candidate } from './screen-hosts.ts'
import { simulatedWave, withoutCluster } from './simulated-wave.ts'
import { evictionsMs } from './wave-bounds.ts'
import type { WaveOptions } from './wave-request.ts'
import type { World } from './world.ts'

/** A wave before its place among the others is known. */
export interface DraftWave {
  kind: PlannedWave['kind']
  /** Waves of one group come one after the other, and no host of another group is in them. */
  group: string
  members: readonly Candidate[]
  simulated: PlannedWave['simulated']
  /** Evictions take so long, whatever the nodes take. */
  atLeastMs: number
  soakMs: number
}

/** Nodes that a wave may have, and of them those that take pods now. */
export interface WaveSize {
  size: number
  fresh: number
}

export interface Drafting extends WaveSize {
  world: World | undefined
  options: WaveOptions
}

/** Puts candidates that are in order into waves: canaries first, the control plane where it is wanted. */
export function draftWaves(
  ordered: readonly Candidate[],
  drafting: Drafting,
): { drafts: DraftWave[]; unplaced: Unplaced[] } {
  const { canary, controlPlane, soakMs } = drafting.options
  const nodes = ordered.filter(isNode)
  const workers = pickCanaries(
    nodes.filter(({ node }) => node.role === 'worker'),
    canary.perClass,
  )
  const hosts = pickCanaries(
    ordered.filter((candidate) => !isNode(candidate)),
    canary.perClass,
  )
  const drafts: DraftWave[] = []
  const draft = (kind: DraftWave['kind'], soakMs: number, candidates: readonly NodeCandidate[]): Unplaced[] =>
    draftNodes({ kind, group: kind, soakMs }, candidates, { ...drafting, drafts })
  const draftControlPlane = (): Unplaced[] =>
    draft(
      'control-plane',
      soakMs,
      nodes.filter(({ node }) => node.role === 'control-plane'),
    )
  const early = controlPlane === 'first' ? draftControlPlane() : []
  const refused = draft('canary', canary.soakMs, workers.canaries)
  drafts.push(
    ...hostWaves({ kind: 'canary', group: 'canary hosts', soakMs: canary.soakMs }, hosts.canaries, drafting),
  )
  // A canary that had no place may have one when others have moved.
  const late = draft('workers', soakMs, [...refused.map(({ candidate }) => candidate), ...workers.others])
  drafts.push(...hostWaves({ kind: 'hosts', group: 'hosts', soakMs }, hosts.others, drafting))
  const last = controlPlane === 'last' ? draftControlPlane() : []
  return { drafts, unplaced: [...early, ...late, ...last] }
}

function isNode(candidate: Candidate): candidate is NodeCandidate {
  return candidate.node !== undefined
}

type DraftHead = Pick<DraftWave, 'kind' | 'group' | 'soakMs'>

function draftNodes(
  head: DraftHead,
  candidates: readonly NodeCandidate[],
  { world, options, drafts, size, fresh }: Drafting & { drafts: DraftWave[] },
): Unplaced[] {
  if (world === undefined) return []
  // etcd and the API server have one less of each for the time of one node.
  const { zones, noRoom = 'refuse' } = options
  const limits = { size: head.kind === 'control-plane' ? 1 : size, fresh, zones, noRoom, world }
  return fillWaves(candidates, limits, ({ wave, members }) =>
    drafts.push({
      ...head,
      members,
      simulated: simulatedWave(wave, world),
      atLeastMs: evictionsMs(wave.evicted, options.evictions),
    }),
  )
}

function hostWaves(head: DraftHead, hosts: readonly Candidate[], { size }: WaveSize): DraftWave[] {
  return Array.from({ length: Math.ceil(hosts.length / size) }, (_, index) => ({
    ...head,
    members: hosts.slice(index * size, (index + 1) * size),
    simulated: withoutCluster(),
    atLeastMs: 0,
  }))
}
