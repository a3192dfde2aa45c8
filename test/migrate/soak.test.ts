import { describe, expect, it } from 'vitest'
import type { Hold } from '../../src/migrate/admission.ts'
import type { JournalDisk } from '../support/memory-journal.ts'
import { modelPlan } from './model-plan.ts'
import { modelRun, type ModelRunOptions } from './model-run.ts'
import { modelWorld } from './model-world.ts'

const three = ['node-1', 'node-2', 'node-3']
const plan = modelPlan([
  { nodes: ['node-1'], soakMs: 60_000 },
  { nodes: three.slice(1), maxUnavailable: 2 },
])

function setup(): Pick<ModelRunOptions, 'plan' | 'world' | 'disk'> {
  return { plan, world: modelWorld(three), disk: { runs: [], events: [] } }
}

/** When the event of that type and wave was written, by the clock on the wall. */
function timeOf({ events }: JournalDisk, type: 'wave-started' | 'wave-done', wave: number): number {
  const found = events.find(({ body }) => body.type === type && body.wave === wave)
  return Date.parse(found?.at ?? '')
}

describe('a soak', () => {
  it('is between a wave and the next', async () => {
    const holds: Hold[] = []
    const setting = setup()
    await modelRun({ ...setting, onHold: (hold) => holds.push(hold) })
    expect(holds.map((hold) => hold.for)).toEqual(['soak'])
    expect(timeOf(setting.disk, 'wave-started', 1) - timeOf(setting.disk, 'wave-done', 0)).toBe(60_000)
  })

  it.each([
    { clocks: 'set forward', byMs: 2 * 3_600_000 },
    { clocks: 'set back', byMs: -2 * 3_600_000 },
  ])('is as long when clocks are $clocks meanwhile', async ({ byMs }) => {
    const setting = setup()
    await modelRun({
      ...setting,
      onHold: (_, __, clock) => clock.after(20_000, () => clock.jump(byMs)),
    })
    expect(timeOf(setting.disk, 'wave-started', 1) - timeOf(setting.disk, 'wave-done', 0)).toBe(60_000 + byMs)
  })

  it.each([
    { begins: 'within the time', afterMs: 20_000, restsMs: 40_000 },
    { begins: 'when it is over', afterMs: 7_200_000, restsMs: 0 },
    { begins: 'with a clock that was set back', afterMs: -7_200_000, restsMs: 60_000 },
  ])('is for what is left of it when the next process begins $begins', async ({ afterMs, restsMs }) => {
    const setting = setup()
    await modelRun({
      ...setting,
      onEvent({ body }, control) {
        if (body.type === 'wave-done') control.interrupt()
      },
    })
    const startsMs = timeOf(setting.disk, 'wave-done', 0) + afterMs
    await modelRun({ ...setting, startsAt: new Date(startsMs).toISOString() })
    expect(timeOf(setting.disk, 'wave-started', 1) - startsMs).toBe(restsMs)
  })
})
