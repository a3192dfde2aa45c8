import type { Estimate } from '../model/plan.ts'
import type { DraftWave } from './draft-waves.ts'
import { podsByBudget, type Candidate } from './screen-hosts.ts'
import type { EvictionPace, WaveOptions, WavePlan } from './wave-request.ts'
import type { PlanBudget, PlanPod } from './world.ts'

/** What of a host no order of waves changes. */
export interface BoundHost {
  estimate: Estimate
  isCordoned: boolean
  zone: string | null
  /** Pods that a drain ends. */
  pods: number
  /** Of them, those that surely run elsewhere meanwhile. */
  free: number
  pinned: ReadonlyMap<PlanBudget, number>
}

/** Reads a candidate; ask before pods are moved about. */
export function boundHost({ moved, node }: Candidate): BoundHost {
  const pods = [...(node?.pods ?? [])]
  const pinned = podsByBudget(pods.filter(({ pin }) => pin !== undefined))
  return {
    estimate: moved.estimate,
    isCordoned: node?.isCordoned ?? false,
    zone: node?.zone ?? null,
    pods: pods.length,
    free: pods.filter(isFree).length,
    pinned: new Map([...pinned].map(([budget, of]) => [budget, of.length])),
  }
}

function isFree({ pin, owner, shape }: PlanPod): boolean {
  const { anti, near, spread, selectedBy } = shape
  if (pin !== undefined || owner === undefined || anti.length + near.length + spread.length > 0) return false
  return selectedBy.every(({ refusing }) => refusing.size === 0)
}

export interface Bounding {
  hostOf: (candidate: Candidate) => BoundHost
  options: WaveOptions
  /** Nodes that a wave of this kind may have, and of them those that take pods now. */
  limitsOf: (draft: DraftWave) => { size: number; fresh: number }
  /** There are nodes that take pods and are not moved. */
  hasSpare: boolean
}

/**
 * No order of events needs fewer waves, less time or fewer evictions. Waves of one group follow each other; the groups, and
 * who is a canary, are given. Source: nodes.md 2.8, lower bounds.
 */
export function planBounds(drafts: readonly DraftWave[], bounding: Bounding): WavePlan['bounds'] {
  const { hostOf, options, hasSpare } = bounding
  const groups = [...Map.groupBy(drafts, ({ group }) => group).values()].flatMap((of) => {
    const [first] = of
    if (first === undefined) return []
    const hosts = of.flatMap(({ members }) => members.map(hostOf))
    const isZoned = options.zones === 'one-at-a-time'
    const bound = groupBounds({ hosts, isZoned, ...bounding.limitsOf(first) }, options.evictions)
    return [{ ...bound, soakMs: first.soakMs }]
  })
  const hosts = drafts.flatMap(({ members }) => members.map(hostOf))
  // The rest after the last wave is not waited for.
  const rests = sum(groups.map(({ waves, soakMs }) => waves * soakMs)) - (groups.at(-1)?.soakMs ?? 0)
  return {
    waves: sum(groups.map(({ waves }) => waves)),
    makespanMs: sum(groups.map(({ makespanMs }) => makespanMs)) + rests,
    evictions:
      sum(hosts.map(({ pods }) => pods)) +
      // With nobody to take them, the pods of whoever goes first move twice.
      (hasSpare || hosts.length < 2 || options.noRoom === 'wait'
        ? 0
        : Math.min(...hosts.map(({ free }) => free))),
  }
}

interface BoundGroup {
  hosts: readonly BoundHost[]
  size: number
  fresh: number
  isZoned: boolean
}

function groupBounds(group: BoundGroup, pace: EvictionPace): { waves: number; makespanMs: number } {
  const { hosts, size, fresh, isZoned } = group
  const zones = isZoned ? [...Map.groupBy(hosts, ({ zone }) => zone).values()] : [hosts]
  const perZone = zones.map((of) => {
    const well = of.filter(({ isCordoned }) => !isCordoned).length
    return Math.max(Math.ceil(of.length / size), fresh > 0 ? Math.ceil(well / fresh) : 0)
  })
  const times = hosts.map(({ estimate }) => estimate.p50Ms)
  let waves = sum(perZone)
  let makespanMs = Math.max(
    Math.ceil(sum(times) / size),
    ...times,
    paceMs(sum(hosts.map(({ pods }) => pods)), pace),
  )
  for (const budget of new Set(hosts.flatMap(({ pinned }) => [...pinned.keys()]))) {
    const { allowed, operator } = budget
    if (allowed === null || allowed === 0 || operator !== undefined) continue
    const of = hosts.map(({ pinned, estimate }) => ({ count: pinned.get(budget) ?? 0, ms: estimate.p50Ms }))
    waves = Math.max(waves, Math.ceil(sum(of.map(({ count }) => count)) / allowed))
    makespanMs = Math.max(makespanMs, Math.ceil(sum(of.map(({ count, ms }) => count * ms)) / allowed))
  }
  return { waves, makespanMs }
}

/** How long the evictions of one wave take at least: what budgets let go at a time, and the pace. */
export function evictionsMs(pods: readonly PlanPod[], pace: EvictionPace): number {
  const { replacementMs, terminationMs } = pace
  const byBudget = [...podsByBudget(pods)].map(([{ allowed }, of]) =>
    allowed === null || allowed === 0
      ? 0
      : (Math.ceil(of.length / allowed) - 1) * replacementMs + terminationMs,
  )
  return Math.max(0, paceMs(pods.length, pace), ...byBudget)
}

function paceMs(evictions: number, { perSecond }: EvictionPace): number {
  return Math.floor((evictions / perSecond) * 1000)
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
