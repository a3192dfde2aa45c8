import { describe, expect, it } from 'vitest'
import type { NodeGuard } from '../../src/model/node-guard.ts'
import { runWindows } from '../../src/cli/run-windows.ts'
import type { RunControl } from '../../src/migrate/run-control.ts'
import { MigrationError } from '../../src/model/errors.ts'
import type { JournalDisk } from '../support/memory-journal.ts'
import type { VirtualClock } from '../steps/virtual-clock.ts'
import { modelPlan } from './model-plan.ts'
import { modelRun, storyOf } from './model-run.ts'
import { modelWorld, type ModelWorld } from './model-world.ts'

const weekDays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
const names = ['node-1', 'node-2', 'node-3', 'node-4']
const plan = modelPlan([{ nodes: names, maxUnavailable: 2 }])

function setup(): { plan: typeof plan; world: ModelWorld; disk: JournalDisk } {
  return { plan, world: modelWorld(names), disk: { runs: [], events: [] } }
}

interface Guarded {
  guard: NodeGuard
  held: Set<string>
  /** The most that were held at a time. */
  most: () => number
  lose: () => void
}

/** A guard that takes its time, and refuses what somebody else has. */
function guardOf(
  others: Readonly<Record<string, string>> = {},
  code: 'CLUSTER_LOCKED' | 'PROGRAM_AT_WORK' = 'CLUSTER_LOCKED',
): Guarded {
  const held = new Set<string>()
  const lost = new AbortController()
  let most = 0
  return {
    held,
    most: () => most,
    lose: () => lost.abort(new Error('somebody has taken the lease of node-1')),
    guard: {
      lost: lost.signal,
      async enter(node) {
        await Promise.resolve()
        const holder = others[node]
        if (holder !== undefined)
          throw new MigrationError(code, `another osferry is at work on ${node}: ${holder}`)
        held.add(node)
        most = Math.max(most, held.size)
      },
      async leave(node) {
        await Promise.resolve()
        held.delete(node)
      },
    },
  }
}

describe('what is held while a node is worked on', () => {
  it('is taken before its first record, let go before that of its end, and never for more nodes than may be away', async () => {
    const { guard, held, most } = guardOf()
    const setting = setup()
    const result = await modelRun({
      ...setting,
      guard,
      onEvent({ node, body }) {
        // A kill right after it leaves nothing behind.
        if (node !== null)
          expect([body.type, held.has(node)]).toEqual([body.type, body.type !== 'node-ended'])
      },
    })
    expect(result).toMatchObject({ exitCode: 0 })
    expect([held.size, most()]).toEqual([0, 2])
  })

  it.each(['CLUSTER_LOCKED', 'PROGRAM_AT_WORK'] as const)(
    'keeps a node from being touched when it says %s, and no further node is started',
    async (code) => {
      const { guard } = guardOf({ 'node-2': 'bob@two (run r9)' }, code)
      const setting = setup()
      const result = await modelRun({ ...setting, guard })
      const message = 'another osferry is at work on node-2: bob@two (run r9)'
      expect(result).toMatchObject({
        exitCode: 6,
        halt: 'gate',
        message,
        isResumable: true,
        error: undefined,
      })
      expect(result?.codes).toEqual([code])
      expect(result?.nodes.map(({ state }) => state)).toEqual([
        'done',
        'not-started',
        'not-started',
        'not-started',
      ])
      expect(setting.disk.events.filter(({ node }) => node === 'node-2').map(({ body }) => body)).toEqual([
        { type: 'gate', gate: 'lease', outcome: 'closed', message },
      ])
      expect(await modelRun({ ...setting, guard: guardOf().guard })).toMatchObject({ exitCode: 0 })
    },
  )

  it('is taken again for a node that was under way, or the node stays where it is', async () => {
    const setting = setup()
    await modelRun({ ...setting, disturbances: [{ record: 8, moment: 'after', how: 'detach' }] })
    const before = storyOf(setting.disk, 'node-1')
    const { guard } = guardOf({ 'node-1': 'bob@two (run r9)' })
    expect(await modelRun({ ...setting, guard })).toMatchObject({ exitCode: 6, halt: 'gate' })
    expect(storyOf(setting.disk, 'node-1')).toEqual([...before, 'gate'])
    expect(await modelRun({ ...setting, guard: guardOf().guard })).toMatchObject({ exitCode: 0 })
  })

  /** One node, in a nightly window of an hour; whoever takes the node takes an hour and a half the first time. */
  function slowly(): { setting: Parameters<typeof modelRun>[0]; control: () => RunControl } {
    const one = modelPlan([{ nodes: ['node-1'] }])
    const nightly = { days: [...weekDays], start: '22:00', lengthMs: 3_600_000, timeZone: 'UTC' }
    const limits = { ...one.limits, windows: [nightly], freezes: [] }
    const timed = { ...one, limits }
    let times = 0
    let known: { control: RunControl; clock: VirtualClock } | undefined
    const guard: NodeGuard = {
      ...guardOf().guard,
      async enter() {
        times += 1
        if (times === 1) await known?.clock.wait(5_400_000, new AbortController().signal)
      },
    }
    const setting = {
      plan: timed,
      world: modelWorld(['node-1']),
      disk: { runs: [], events: [] },
      windows: runWindows({ say: ({ en }) => en }, timed),
      guard,
      startsAt: '2026-01-01T21:59:00.000Z',
      onHold: (_: unknown, control: RunControl, clock: VirtualClock) => (known ??= { control, clock }),
    }
    return { setting, control: () => known!.control }
  }

  it('begins no node that is held only when the window has closed', async () => {
    const { setting } = slowly()
    expect(await modelRun(setting)).toMatchObject({ exitCode: 0 })
    const started = setting.disk.events.filter(({ body }) => body.type === 'node-started')
    expect(started.map(({ at }) => at)).toEqual(['2026-01-02T22:00:00.000Z'])
  })

  it('begins none that is held only after the run was told to stop', async () => {
    const { setting, control } = slowly()
    const { guard } = setting
    const stopped: NodeGuard = {
      ...guard!,
      async enter(node, signal) {
        control().interrupt()
        await guard!.enter(node, signal)
      },
    }
    expect(await modelRun({ ...setting, guard: stopped })).toMatchObject({
      exitCode: 6,
      halt: 'interrupted',
      isResumable: true,
    })
    expect(storyOf(setting.disk, 'node-1')).toEqual([])
  })

  it('ends the run where it is when it is lost', async () => {
    const { guard, lose } = guardOf()
    const setting = setup()
    const result = await modelRun({
      ...setting,
      guard,
      onEvent({ body }) {
        if (body.type === 'step-waiting') lose()
      },
    })
    expect(result).toMatchObject({ exitCode: 6, halt: 'error', isResumable: true })
    expect(result?.error).toMatchObject({ message: 'somebody has taken the lease of node-1' })
  })
})
