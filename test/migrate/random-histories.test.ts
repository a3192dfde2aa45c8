import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RunResult } from '../../src/migrate/run-outcome.ts'
import { followRun, runStateOf } from '../../src/migrate/run-state.ts'
import type { JournalEvent } from '../../src/model/journal-record.ts'
import { applyEvent, newRunState, runState } from '../../src/model/run-state.ts'
import type { JournalDisk } from '../support/memory-journal.ts'
import { whatIsTold, whatIsKnown } from './two-folds.ts'
import { wrongAtEnd } from './model-judge.ts'
import { modelPlan } from './model-plan.ts'
import { modelRun, type Disturbance } from './model-run.ts'
import { modelWorld, type Fault } from './model-world.ts'

const names = ['node-1', 'node-2', 'node-3', 'node-4']

const anyFault: fc.Arbitrary<Fault> = fc.record({
  node: fc.constantFrom(...names),
  uses: fc.constantFrom(
    'cluster.cordon',
    'data.park',
    'cluster.drain',
    'host.provision',
    'node.wait-ready',
    'data.restore',
    'cluster.uncordon',
  ),
  place: fc.constantFrom('observe', 'act', 'acted', 'verify', 'undo', 'undone', 'rollback', 'rolled-back'),
  times: fc.constantFrom(1, 2, 100),
  how: fc.constantFrom(
    'transient',
    'transient',
    'transient',
    'budget',
    'config',
    'data',
    'quorum',
    'unknown',
    'lost-lock',
    'hang',
    'deaf',
  ),
})

/** A lock that is lost for ever ends nothing. */
const fault = anyFault.map((one) =>
  one.how === 'lost-lock' ? { ...one, times: Math.min(one.times, 2) } : one,
)

const disturbance: fc.Arbitrary<Disturbance> = fc.record({
  record: fc.integer({ min: 1, max: 60 }),
  moment: fc.constantFrom('before', 'after'),
  how: fc.constantFrom('kill', 'kill', 'kill', 'full', 'interrupt', 'detach', 'pause', 'lose-lock', 'abort'),
})

const history = fc.record({
  faults: fc.array(fault, { maxLength: 5 }),
  /** One list a process. */
  processes: fc.array(fc.array(disturbance, { minLength: 1, maxLength: 2 }), { maxLength: 4 }),
  sizes: fc.constantFrom([4], [1, 3], [2, 2], [1, 1, 2]),
  maxUnavailable: fc.integer({ min: 1, max: 3 }),
  failureBudget: fc.integer({ min: 0, max: 3 }),
  cordoned: fc.subarray(names),
  /** Processes in which what has failed, or was left, is brought back. */
  rollbacks: fc.array(fc.array(disturbance, { maxLength: 1 }), { maxLength: 3 }),
})
type History = typeof history extends fc.Arbitrary<infer T> ? T : never

async function lived(input: History) {
  const { faults, processes, sizes, maxUnavailable, failureBudget, cordoned, rollbacks } = input
  let from = 0
  const waves = sizes.map((size) => ({
    nodes: names.slice(from, (from += size)),
    maxUnavailable,
    soakMs: 30_000,
  }))
  const plan = modelPlan(waves, { failureBudget })
  const world = modelWorld(names, faults)
  for (const name of cordoned) world.nodes.set(name, { ...world.nodes.get(name)!, cordonedBy: 'a person' })
  const disk: JournalDisk = { runs: [], events: [] }
  for (const disturbances of processes) await modelRun({ plan, world, disk, disturbances })
  for (const disturbances of rollbacks) {
    const rollback = nodesToTurn(disk)
    if (rollback.length > 0) await modelRun({ plan, world, disk, disturbances, selection: { rollback } })
  }
  let result: RunResult | undefined
  for (let count = 0; count < 20; count += 1) {
    result = await modelRun({ plan, world, disk })
    if (result?.halt !== 'error') break
  }
  if (result === undefined) throw new Error('an undisturbed process does not die')
  return { plan, world, disk, result, cordoned }
}

/** The way back that somebody asked for fails, and goes well when it is asked for again: the run may go on. */
const mendedWayBack: History = {
  faults: [{ node: 'node-1', uses: 'data.restore', place: 'observe', times: 1, how: 'unknown' }],
  processes: [
    [{ record: 9, moment: 'before', how: 'full' }],
    [{ record: 1, moment: 'before', how: 'lose-lock' }],
  ],
  sizes: [4],
  maxUnavailable: 1,
  failureBudget: 0,
  cordoned: ['node-1'],
  rollbacks: [[], []],
}

/** Those of which something was begun that has not ended well. */
function nodesToTurn(disk: JournalDisk): string[] {
  const states = [...runState('run-1', disk.events).nodes.values()]
  return states.filter(({ status }) => status === 'running' || status === 'failed').map(({ name }) => name)
}

/** What people are shown of a run and what the engine goes by are the same, after every record. */
function expectOneStory(events: readonly JournalEvent[]): void {
  const told = newRunState('run-1')
  const known = followRun(runStateOf([]))
  for (const event of events) {
    applyEvent(told, event)
    known.tell(event)
    expect([event.seq, whatIsTold(told, known.state())]).toEqual([event.seq, whatIsKnown(known.state())])
  }
}

describe('a run in which anything may go wrong at any time', () => {
  it('ends with every node done, returned or failed, with nothing done twice, and nothing left', async () => {
    const seen = new Map<string, number>()
    const property = fc.asyncProperty(history, async (input) => {
      const { plan, world, disk, result, cordoned } = await lived(input)
      expect(wrongAtEnd({ plan, world, disk }, result)).toEqual([])
      expect(result.error).toBeUndefined()
      // Whoever reads the journal takes it for possible, and comes to the same end.
      const read = runState('run-1', disk.events)
      const ends = result.nodes.map(({ node, state }) => [node, state])
      const told = [...read.nodes].map(([name, { status }]) => [name, status])
      const words: Record<string, string> = { planned: 'not-started', running: 'under-way' }
      expect(told.map(([name, status = '']) => [name, words[status] ?? status])).toEqual(ends)
      expectOneStory(disk.events)
      // What is left to do is only what waits for room, or for a person.
      expect(result.isResumable && result.halt !== 'no-room').toBe(false)
      for (const name of cordoned) expect(world.nodes.get(name)?.cordonedBy).toBe('a person')
      for (const { state } of result.nodes) seen.set(state, (seen.get(state) ?? 0) + 1)
      seen.set(`exit ${result.exitCode}`, (seen.get(`exit ${result.exitCode}`) ?? 0) + 1)
    })
    await fc.assert(property, { numRuns: 500, examples: [[mendedWayBack]] })
    for (const state of [
      'done',
      'returned',
      'rolled-back',
      'failed',
      'not-started',
      'exit 0',
      'exit 7',
      'exit 8',
    ])
      expect([state, (seen.get(state) ?? 0) > 20]).toEqual([state, true])
  }, 300_000)
})
