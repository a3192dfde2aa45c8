import { describe, expect, it } from 'vitest'
import { runWindows } from '../../src/cli/run-windows.ts'
import type { Hold } from '../../src/migrate/admission.ts'
import type { JournalEvent, JournalEventBody } from '../../src/model/journal-record.ts'
import type { Freeze, Window } from '../../src/model/plan.ts'
import { modelPlan } from './model-plan.ts'
import { modelRun, type ModelRunOptions } from './model-run.ts'
import { modelWorld } from './model-world.ts'

const four = ['node-1', 'node-2', 'node-3', 'node-4']
const say = ({ en }: { en: string }): string => en

/** Friday in Shanghai; Thursday, 16:00, in UTC. */
const startsAt = '2026-01-01T16:00:00.000Z'
/** Each is open for 90 s, less than a node of the model takes: two minutes. */
const nightly = ['00:30', '01:30', '02:30'].map((start): Window => {
  return { days: ['fri'], start, lengthMs: 90_000, timeZone: 'Asia/Shanghai' }
})

/** Runs of four nodes, at most two at a time, with the windows of their plan. */
function setup(freezes: readonly Freeze[] = []): ModelRunOptions {
  const plan = modelPlan([{ nodes: ['node-1'] }, { nodes: four.slice(1), maxUnavailable: 2 }])
  const limits = { ...plan.limits, windows: nightly, freezes: [...freezes] }
  const timed = { ...plan, limits }
  const windows = runWindows({ say }, timed)
  return { plan: timed, world: modelWorld(four), disk: { runs: [], events: [] }, windows, startsAt }
}

const timesOf = (events: readonly JournalEvent[], type: JournalEventBody['type']): string[] =>
  events.filter(({ body }) => body.type === type).map(({ node, at }) => `${node} ${at}`)

describe('the windows of a plan, in a run', () => {
  it('open by the clocks of their zone; what is under way when they close finishes', async () => {
    const setting = setup()
    const holds: Hold[] = []
    const result = await modelRun({ ...setting, onHold: (hold) => holds.push(hold) })
    expect(result).toMatchObject({ exitCode: 0 })
    expect(timesOf(setting.disk.events, 'node-started')).toEqual([
      'node-1 2026-01-01T16:30:00.000Z',
      'node-2 2026-01-01T17:30:00.000Z',
      'node-3 2026-01-01T17:30:00.000Z',
      'node-4 2026-01-01T18:30:00.000Z',
    ])
    expect(timesOf(setting.disk.events, 'node-ended')).toEqual([
      'node-1 2026-01-01T16:32:00.000Z',
      'node-2 2026-01-01T17:32:00.000Z',
      'node-3 2026-01-01T17:32:00.000Z',
      'node-4 2026-01-01T18:32:00.000Z',
    ])
    expect(holds[0]).toEqual({
      for: 'window',
      until: '2026-01-01T16:30:00.000Z',
      message: 'no node starts before 2026-01-01T16:30:00.000Z',
    })
  })

  it('stay closed in a freeze', async () => {
    const setting = setup([{ from: '2026-01-01T17:00:00Z', until: '2026-01-01T18:00:00Z', reason: 'a game' }])
    const holds: Hold[] = []
    const selection = { only: ['node-1', 'node-2'] }
    await modelRun({ ...setting, selection, onHold: (hold) => holds.push(hold) })
    expect(timesOf(setting.disk.events, 'node-started')).toEqual([
      'node-1 2026-01-01T16:30:00.000Z',
      'node-2 2026-01-01T18:30:00.000Z',
    ])
    expect(holds).toContainEqual({
      for: 'window',
      until: '2026-01-01T18:30:00.000Z',
      message: 'no node starts before 2026-01-01T18:30:00.000Z: a game',
    })
  })

  it('do not count, while they are closed, as the time of a gate that was closed before', async () => {
    const setting = setup()
    const closed: readonly (readonly [string, string])[] = [
      ['2026-01-01T16:30:00', '2026-01-01T16:40:00'],
      ['2026-01-01T17:30:00', '2026-01-01T17:30:20'],
    ]
    const result = await modelRun({
      ...setting,
      selection: { only: ['node-1'] },
      gate: (now) =>
        closed.some(([from, until]) => now >= from && now < until)
          ? { gate: 'alerts', outcome: 'closed', message: 'one fires' }
          : { gate: 'alerts', outcome: 'open', message: '' },
    })
    expect(result).toMatchObject({ exitCode: 0 })
    expect(timesOf(setting.disk.events, 'node-started')).toEqual(['node-1 2026-01-01T17:30:20.000Z'])
  })

  it('are looked at again when the clock on the wall is set', async () => {
    const setting = setup()
    let isSet = false
    await modelRun({
      ...setting,
      selection: { only: ['node-1'] },
      onHold(_, __, clock) {
        // To 17:30:10, and then nothing happens before the next look.
        if (!isSet) clock.after(10_000, () => clock.jump(90 * 60_000))
        isSet = true
      },
    })
    expect(timesOf(setting.disk.events, 'node-started')).toEqual(['node-1 2026-01-01T17:30:30.000Z'])
  })
})
