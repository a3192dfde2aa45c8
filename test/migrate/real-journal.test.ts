import { describe, expect, it } from 'vitest'
import { createRunControl } from '../../src/migrate/run-control.ts'
import type { RunResult } from '../../src/migrate/run-outcome.ts'
import { verifyJournal } from '../../src/journal/read-journal.ts'
import { journalPlace } from '../journal/temp.ts'
import { virtualClock } from '../steps/virtual-clock.ts'
import { journalRun, openHere } from '../support/journal/open.ts'
import { runAlone } from '../support/run-alone.ts'
import { modelPlan } from './model-plan.ts'
import { modelSteps, modelWorld, type ModelWorld } from './model-world.ts'

const names = ['node-1', 'node-2', 'node-3']
const plan = modelPlan([{ nodes: ['node-1'] }, { nodes: ['node-2', 'node-3'], maxUnavailable: 2 }])

/** One process with the journal on the disk; it is interrupted twice after so many records. */
async function process(place: string, world: ModelWorld, leaveAfter: number): Promise<RunResult> {
  const journal = await openHere(place)
  try {
    if (journal.runs().length === 0) journal.begin(journalRun('run-1'))
    const clock = virtualClock()
    const control = createRunControl()
    let records = 0
    const working = runAlone(plan, {
      engine: {
        journal,
        clock,
        wait: clock.wait,
        steps: modelSteps,
        ports: { world, clock, isAlive: () => true, onEffect: () => undefined },
      },
      control,
      onEvent() {
        records += 1
        if (records !== leaveAfter) return
        control.interrupt()
        control.interrupt()
      },
    })
    expect(await clock.run(working, 24 * 3_600_000)).toBe(true)
    return await working
  } finally {
    journal.close()
  }
}

describe('a run with the journal on the disk', () => {
  it('goes on from the file, again and again, and leaves a chain that is whole', async () => {
    const place = await journalPlace()
    const world = modelWorld(names)
    for (let count = 0; count < 5; count += 1)
      expect(await process(place, world, 9)).toMatchObject({
        exitCode: 6,
        halt: 'interrupted',
        error: undefined,
      })
    expect(await process(place, world, 0)).toMatchObject({ exitCode: 0, isResumable: false })
    expect([...world.nodes.values()].map(({ os, data }) => [os, data])).toEqual(
      names.map((name) => ['new', `data of ${name}`]),
    )
    const acts = world.effects.map(({ token, kind }) => `${kind} ${token}`)
    expect(new Set(acts).size).toBe(acts.length)
    expect(verifyJournal(place)?.events).toBeGreaterThan(60)
  })
})
