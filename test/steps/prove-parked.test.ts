import { describe, expect, it } from 'vitest'
import type { LocalData } from '../../src/model/data-decision.ts'
import type { Host } from '../../src/model/ports.ts'
import type { StepName } from '../../src/model/step-names.ts'
import type { StepContext } from '../../src/model/step.ts'
import type { DataStepPorts, ParkedChange } from '../../src/steps/data-ports.ts'
import { proveParked } from '../../src/steps/prove-parked.ts'
import { modelPlan } from '../migrate/model-plan.ts'
import { parkedPath } from '../support/data-run.ts'
import { planStep } from '../support/engine-run.ts'
import { virtualClock } from './virtual-clock.ts'

const was = { entries: 3, bytes: 2048 }
const host = { name: 'node-1' } as Host

interface World {
  data: LocalData[]
  steps: readonly StepName[]
  /** What data.park has left. */
  archived: readonly string[]
  changes: Readonly<Record<string, ParkedChange | 'untold'>>
  hostOf: DataStepPorts['hostOf']
}

/** What it has thrown; which directories were looked at, and for how long at most. */
async function proven(more: Partial<World>): Promise<{ error: unknown; looks: Record<string, number> }> {
  const world: World = {
    data: [parkedPath('/var/data'), parkedPath('/var/logs')],
    steps: ['data.park', 'host.provision', 'data.restore'],
    archived: ['/var/data', '/var/logs'],
    changes: {},
    hostOf: async () => await Promise.resolve(host),
    ...more,
  }
  const looks: Record<string, number> = {}
  const archives = world.archived.map((path) => ({
    source: `host-path:${path}`,
    id: `run-1/node-1${path}`,
    sha256: '0'.repeat(64),
    manifestSha256: '0'.repeat(64),
    entries: 3,
    files: 1,
    bytes: 2048,
  }))
  const [planned] = modelPlan([{ nodes: ['node-1'] }]).nodes
  const steps = world.steps.map((uses) => ({ ...planStep(uses), timeoutMs: 3_600_000 }))
  const unasked = async (): Promise<never> => await Promise.reject(new Error('nobody has asked for it'))
  const context: StepContext<unknown, DataStepPorts> = {
    node: { ...planned!, data: world.data, steps },
    parameters: {},
    run: { id: 'run-1', holder: 'me@here' },
    token: 'token',
    attempt: 1,
    isPastPointOfNoReturn: false,
    found: undefined,
    remembered: (name) => (name === 'data.park' ? { store: 'store', archives } : undefined),
    signal: new AbortController().signal,
    onWait: () => undefined,
    ports: {
      clock: virtualClock(),
      hostOf: world.hostOf,
      archives: {
        parked: unasked,
        park: unasked,
        stateAt: unasked,
        restore: unasked,
        async changedSince({ target }, { seconds }) {
          looks[target] = seconds
          return await Promise.resolve(world.changes[target])
        },
      },
    },
  }
  const error = await proveParked(context).then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  return { error, looks }
}

describe('the proof that parked data is as it was archived', () => {
  it('looks at every archived directory, for a quarter of the time of the step at most', async () => {
    // An hour less ten seconds for last words.
    expect(await proven({})).toEqual({ error: undefined, looks: { '/var/data': 897, '/var/logs': 897 } })
  })

  it('names every directory that differs, in what, and what to do', async () => {
    const { error } = await proven({
      changes: {
        '/var/data': { was, now: { entries: 4, bytes: 4096 }, changed: ['a', 'b', 'c', 'd', 'e', 'f'] },
        '/var/logs': { was, now: null, changed: [] },
      },
    })
    expect(error).toMatchObject({
      failureClass: 'config',
      code: 'DATA_PARKED_DIFFERS',
      message:
        'data of node-1 is not as it was archived, and nothing was replaced: /var/data had 3 entries of 2.0 KiB and has 4 entries of 4.0 KiB (changed since: a, b, c, d, e, ...), /var/logs is not there any more; archive it anew with osferry runs resume run-1 --retry node-1',
    })
  })

  it('is no proof when the archive does not tell how it was', async () => {
    expect((await proven({ changes: { '/var/logs': 'untold' } })).error).toMatchObject({
      failureClass: 'config',
      code: 'DATA_KEPT_NOT_TOLD',
      message: expect.stringContaining('runs resume run-1 --retry node-1') as string,
    })
  })

  it('is no proof when the journal lacks an archive, or the host does not answer', async () => {
    expect(await proven({ archived: ['/var/data'] })).toMatchObject({
      error: { code: 'DATA_NOT_PARKED' },
      looks: {},
    })
    const gone = new Error('it is off')
    expect((await proven({ hostOf: async () => await Promise.reject(gone) })).error).toBe(gone)
  })

  it.each<[string, Partial<World>]>([
    ['nothing is parked', { data: [parkedPath('/var/data', { action: 'discard' })], archived: [] }],
    ['nothing is parked before the system is replaced', { steps: ['host.provision', 'data.park'] }],
  ])('asks nobody when %s', async (_, more) => {
    const hostOf: World['hostOf'] = async () => await Promise.reject(new Error('asked'))
    expect(await proven({ ...more, hostOf })).toEqual({ error: undefined, looks: {} })
  })
})
