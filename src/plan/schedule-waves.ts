import type { PlannedWave } from '../model/plan.ts'
import { closesAt, nextStart, type Times } from './windows.ts'

/** When a wave may run when the first begins at a given time; all in milliseconds since 1970. */
export interface WaveTime {
  index: number
  startsAtMs: number
  endsAtMs: { p50: number; p90: number }
  /** When no further node may start; undefined = not for over a year. */
  closesAtMs: number | undefined
  /** With bad luck the wave is still at work when its window ends: nodes that have started then finish, others wait. */
  mayPassEnd: boolean
}

/**
 * When each wave may start: when the one before has ended, as by its P50, and rested, and a window is open. `unscheduled` are
 * waves for which there is no time in over a year.
 */
export function scheduleWaves(
  waves: readonly Pick<PlannedWave, 'index' | 'estimate' | 'soakMs'>[],
  beginMs: number,
  times: Times,
): { waves: WaveTime[]; unscheduled: number[] } {
  const scheduled: WaveTime[] = []
  let readyMs = beginMs
  for (const { index, estimate, soakMs } of waves) {
    const startsAtMs = nextStart(readyMs, times)
    if (startsAtMs === undefined) break
    const closesAtMs = closesAt(startsAtMs, times)
    const endsAtMs = { p50: startsAtMs + estimate.p50Ms, p90: startsAtMs + estimate.p90Ms }
    const mayPassEnd = closesAtMs !== undefined && endsAtMs.p90 > closesAtMs
    scheduled.push({ index, startsAtMs, endsAtMs, closesAtMs, mayPassEnd })
    readyMs = endsAtMs.p50 + soakMs
  }
  return { waves: scheduled, unscheduled: waves.slice(scheduled.length).map(({ index }) => index) }
}
