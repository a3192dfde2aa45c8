import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { keepPlan } from '../../src/cli/kept-plan.ts'
import { measuredSteps } from '../../src/cli/measured-steps.ts'
import type { CommandContext } from '../../src/cli/context.ts'
import { planDigest } from '../../src/inventory/plan-file.ts'
import type { JournalEventBody } from '../../src/model/journal-record.ts'
import type { Plan } from '../../src/model/plan.ts'
import type { Target } from '../../src/model/target.ts'
import { commandContext } from '../support/command-context.ts'
import { journalRun, openHere } from '../support/journal/open.ts'
import { makePlan } from '../support/plan-fixture.ts'

let cwd = ''
let context: CommandContext
beforeEach(async () => {
  cwd = mkdtempSync(path.join(tmpdir(), 'osferry-measured-'))
  context = await commandContext(cwd)
})
afterEach(() => rmSync(cwd, { recursive: true }))

interface Past {
  target: Target
  /** How long each of its drains took. */
  drains: readonly number[]
}

function planTo(target: Target): Plan {
  const plan = makePlan()
  return {
    ...plan,
    playbook: { ...plan.playbook, target },
    nodes: plan.nodes.map((node) => ({ ...node, target })),
  }
}

/** Writes runs one after the other, each by a kept plan, on a clock that the drains move. */
async function runsWere(...pasts: readonly Past[]): Promise<void> {
  let nowMs = Date.parse('2026-11-22T00:00:00.000Z')
  const clock = { now: () => new Date(nowMs).toISOString(), monotonicMs: () => nowMs }
  const journal = await openHere(path.join(cwd, '.osferry', 'journal.db'), { clock })
  for (const [number, { target, drains }] of pasts.entries()) {
    const plan = planTo(target)
    const run = `run-${number}`
    await keepPlan(context, plan, planDigest(plan))
    journal.begin(journalRun(run, { plan: planDigest(plan) }))
    const tell = (node: string | null, body: JournalEventBody): void =>
      void journal.append({ run, node, body })
    const names = drains.map((_, index) => `node-${index}`)
    tell(null, { type: 'run-started', nodes: names })
    for (const [index, ms] of drains.entries()) {
      const step = { uses: 'cluster.drain', phase: 'migrate', index: 1, attempt: 1, token: 't' } as const
      tell(`node-${index}`, { type: 'step-started', ...step })
      nowMs += ms
      tell(`node-${index}`, { type: 'step-done', ...step, result: {} })
    }
  }
  journal.close()
}

describe('measuredSteps', () => {
  it('has measured nothing without a journal', async () => {
    expect(await measuredSteps(context, 'containeros')).toEqual({})
  })

  it('counts over all runs to the target, and none to another one', async () => {
    await runsWere(
      { target: 'containeros', drains: [1000, 2000, 3000] },
      { target: 'anolis-rhck', drains: [70_000, 70_000, 70_000, 70_000, 70_000] },
      { target: 'containeros', drains: [4000, 5000, 6000, 7000] },
    )
    expect(await measuredSteps(context, 'containeros')).toEqual({
      'cluster.drain': { p50Ms: 4000, p90Ms: 7000, samples: 7 },
    })
    expect(await measuredSteps(context, 'anolis-rhck')).toEqual({})
  })

  it('looks at the newest records only', async () => {
    // Its begin and sixteen of steps.
    await runsWere({ target: 'containeros', drains: [1000, 1000, 1000, 1000, 1000, 1000, 1000, 2000] })
    const samples = async (newestRecords?: number): Promise<number | undefined> => {
      const limit = newestRecords === undefined ? {} : { newestRecords }
      const measured = await measuredSteps(context, 'containeros', limit)
      return measured['cluster.drain']?.samples
    }
    expect([await samples(), await samples(16), await samples(15), await samples(13)]).toEqual([
      8,
      8,
      7,
      undefined,
    ])
  })
})
