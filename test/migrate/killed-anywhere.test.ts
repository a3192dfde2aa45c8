import { describe, expect, it } from 'vitest'
import type { RunResult } from '../../src/migrate/run-outcome.ts'
import type { JournalDisk } from '../support/memory-journal.ts'
import { wrongAtEnd } from './model-judge.ts'
import { modelPlan } from './model-plan.ts'
import { modelRun, type Disturbance } from './model-run.ts'
import { modelWorld, type Fault, type ModelWorld } from './model-world.ts'

const four = ['node-1', 'node-2', 'node-3', 'node-4']
/** So many may fail that which nodes are started does not hang on the time at which one fails. */
const plan = modelPlan(
  [
    { nodes: ['node-1'], soakMs: 60_000 },
    { nodes: four.slice(1), maxUnavailable: 2 },
  ],
  {
    failureBudget: 4,
  },
)

/** Faults that are met whether or not the process was killed before: not between an effect and its answer. */
const histories: Record<string, readonly Fault[]> = {
  'without a fault': [],
  'with a node that is returned': [
    { node: 'node-3', uses: 'cluster.drain', place: 'act', times: 100, how: 'budget' },
  ],
  'with a node that fails past its point of no return': [
    { node: 'node-4', uses: 'data.restore', place: 'act', times: 100, how: 'config' },
  ],
  'with an undo that fails': [
    { node: 'node-3', uses: 'cluster.drain', place: 'verify', times: 100, how: 'config' },
    { node: 'node-3', uses: 'data.park', place: 'undone', times: 100, how: 'unknown' },
  ],
}

interface Ended {
  result: RunResult
  world: ModelWorld
  disk: JournalDisk
}

/** Runs with these disturbances, one a process, and then undisturbed until nothing is left to do. */
async function runThrough(faults: readonly Fault[], disturbances: readonly Disturbance[]): Promise<Ended> {
  const world = modelWorld(four, faults)
  // Somebody had cordoned it before.
  const node = world.nodes.get('node-2')
  if (node !== undefined) node.cordonedBy = 'a person'
  const disk: JournalDisk = { runs: [], events: [] }
  for (const disturbance of disturbances) await modelRun({ plan, world, disk, disturbances: [disturbance] })
  const result = await modelRun({ plan, world, disk })
  if (result === undefined) throw new Error('an undisturbed process does not die')
  return { result, world, disk }
}

const end = ({ result, world }: Ended): unknown => [
  result.exitCode,
  result.isResumable,
  result.nodes,
  [...world.nodes],
]

describe('a run that is killed', () => {
  it.each(Object.keys(histories))(
    'ends as if nothing had happened, before and after every record: %s',
    async (name) => {
      const faults = histories[name] ?? []
      const undisturbed = await runThrough(faults, [])
      const records = undisturbed.disk.events.length
      expect(records).toBeGreaterThan(50)
      expect(wrongAtEnd({ ...undisturbed, plan }, undisturbed.result)).toEqual([])
      for (let record = 1; record <= records; record += 1)
        for (const moment of ['before', 'after'] as const) {
          const ended = await runThrough(faults, [{ record, moment, how: 'kill' }])
          const where = `${moment} record ${record}`
          expect([where, wrongAtEnd({ ...ended, plan }, ended.result)]).toEqual([where, []])
          expect([where, end(ended)]).toEqual([where, end(undisturbed)])
        }
    },
    300_000,
  )

  it.each([{ rollback: ['node-4'] }, {}])(
    'brings a node back as if nothing had happened, before and after every record, gone on with by %j',
    async (selection) => {
      const once = { node: 'node-4', uses: 'data.restore', place: 'act', times: 1, how: 'config' } as const
      async function broughtBack(disturbances: readonly Disturbance[]): Promise<Ended & { first: number }> {
        const { world, disk } = await runThrough([once], [])
        const first = disk.events.length
        const asked = { plan, world, disk, selection: { rollback: ['node-4'] } }
        for (const disturbance of disturbances) await modelRun({ ...asked, disturbances: [disturbance] })
        const result = await modelRun({
          ...asked,
          selection: disturbances.length > 0 ? selection : asked.selection,
        })
        if (result === undefined) throw new Error('an undisturbed process does not die')
        return { result, world, disk, first }
      }
      const undisturbed = await broughtBack([])
      expect(undisturbed.result.nodes.map(({ state }) => state)).toEqual([
        'done',
        'done',
        'done',
        'rolled-back',
      ])
      // What was asked in the killed process counts once it is in the journal.
      const asked = undisturbed.disk.events.findIndex(({ body }) => body.type === 'node-rolling-back')
      const records = undisturbed.disk.events.length - undisturbed.first
      expect(records).toBeGreaterThan(10)
      for (let record = 1; record <= records; record += 1)
        for (const moment of ['before', 'after'] as const) {
          const isAsked = undisturbed.first + record > asked + (moment === 'before' ? 1 : 0)
          if (!isAsked && selection.rollback === undefined) continue
          const ended = await broughtBack([{ record, moment, how: 'kill' }])
          const where = `${moment} record ${record}`
          expect([where, wrongAtEnd({ ...ended, plan }, ended.result)]).toEqual([where, []])
          const { nodes } = ended.result
          expect([where, nodes, [...ended.world.nodes]]).toEqual([
            where,
            undisturbed.result.nodes,
            [...undisturbed.world.nodes],
          ])
        }
    },
    300_000,
  )

  it('ends as if nothing had happened when it is killed again and again, after every second record', async () => {
    const undisturbed = await runThrough([], [])
    const kills = Array.from({ length: 100 }, (): Disturbance => ({
      record: 2,
      moment: 'after',
      how: 'kill',
    }))
    const ended = await runThrough([], kills)
    expect(wrongAtEnd({ ...ended, plan }, ended.result)).toEqual([])
    expect(end(ended)).toEqual(end(undisturbed))
  })
})
