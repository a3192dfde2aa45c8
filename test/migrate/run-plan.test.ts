import { describe, expect, it } from 'vitest'
import type { GateAnswer } from '../../src/migrate/admission.ts'
import type { JournalEvent } from '../../src/model/journal-record.ts'
import { modelPlan } from './model-plan.ts'
import { modelRun, storyOf } from './model-run.ts'
import { modelWorld, type Fault, type ModelWorld } from './model-world.ts'
import type { JournalDisk } from '../support/memory-journal.ts'

const four = ['node-1', 'node-2', 'node-3', 'node-4']
const plan = modelPlan([
  { nodes: ['node-1'], soakMs: 60_000 },
  { nodes: four.slice(1), maxUnavailable: 2 },
])
const newDisk = (): JournalDisk => ({ runs: [], events: [] })

function setup(faults: readonly Fault[] = []): { plan: typeof plan; world: ModelWorld; disk: JournalDisk } {
  return { plan, world: modelWorld(four, faults), disk: newDisk() }
}

const fails = (more: Partial<Fault>): Fault => ({
  node: 'node-2',
  uses: 'cluster.drain',
  place: 'act',
  times: 100,
  how: 'budget',
  ...more,
})

describe('a run of a plan', () => {
  it('takes every node through all steps, wave after wave, and ends', async () => {
    const setting = setup()
    const result = await modelRun(setting)
    expect(result).toMatchObject({ exitCode: 0, isResumable: false, halt: undefined, error: undefined })
    expect(result?.nodes.map(({ state }) => state)).toEqual(['done', 'done', 'done', 'done'])
    expect(storyOf(setting.disk, null)).toEqual([
      'run-started',
      'wave-started',
      'wave-done',
      'wave-started',
      'wave-done',
      'run-ended done',
    ])
    expect(
      [...setting.world.nodes.values()].map(({ os, data, cordonedBy }) => [os, data, cordonedBy]),
    ).toEqual(four.map((name) => ['new', `data of ${name}`, undefined]))
    expect(setting.world.violations).toEqual([])
  })

  it('writes that a step begins before it acts, and that it is done after it was verified', async () => {
    const setting = setup()
    await modelRun(setting)
    expect(storyOf(setting.disk, 'node-1')).toMatchInlineSnapshot(`
      [
        "node-started",
        "step-started cluster.cordon",
        "step-done cluster.cordon",
        "step-started data.park",
        "step-waiting data.park",
        "step-done data.park",
        "step-started cluster.drain",
        "step-waiting cluster.drain",
        "step-done cluster.drain",
        "step-started host.provision",
        "point-of-no-return",
        "step-waiting host.provision",
        "step-done host.provision",
        "step-started node.wait-ready",
        "step-waiting node.wait-ready",
        "step-done node.wait-ready",
        "step-started data.restore",
        "step-waiting data.restore",
        "step-done data.restore",
        "step-started cluster.uncordon",
        "step-done cluster.uncordon",
        "node-ended done",
      ]
    `)
  })

  it('gives a node back that fails before its point of no return, last step first, and starts no other', async () => {
    const setting = setup([fails({})])
    const result = await modelRun(setting)
    expect(result).toMatchObject({ exitCode: 8, halt: 'failures', isResumable: false })
    expect(storyOf(setting.disk, 'node-2').slice(-8)).toEqual(
      [
        'step-failed cluster.drain',
        'node-returning',
        'undo-started cluster.drain',
        'undo-done cluster.drain',
        'undo-started data.park',
        'undo-done data.park',
        'undo-started cluster.cordon',
        'undo-done cluster.cordon',
        'node-ended returned',
      ].slice(-8),
    )
    // node-3 was on its way and finishes; node-4 was not started.
    expect(result?.nodes.map(({ state }) => state)).toEqual(['done', 'returned', 'done', 'not-started'])
    expect(setting.world.nodes.get('node-2')).toMatchObject({ cordonedBy: undefined, os: 'old', pods: 3 })
  })

  it('goes on with other nodes while the failure budget lasts', async () => {
    const generous = modelPlan([{ nodes: four, maxUnavailable: 1 }], { failureBudget: 1 })
    const result = await modelRun({ ...setup([fails({})]), plan: generous })
    expect(result).toMatchObject({ exitCode: 8, isResumable: false })
    expect(result?.nodes.map(({ state }) => state)).toEqual(['done', 'returned', 'done', 'done'])
  })

  it('leaves a node as it is that fails after its point of no return, and names the way back', async () => {
    const setting = setup([fails({ uses: 'node.wait-ready', how: 'config' })])
    const result = await modelRun(setting)
    expect(result).toMatchObject({ exitCode: 7 })
    expect(result?.nodes[1]).toMatchObject({
      state: 'failed',
      isPastPointOfNoReturn: true,
      rollback: 'image',
      failed: { uses: 'node.wait-ready', failure: { class: 'config' } },
    })
    expect(setting.world.nodes.get('node-2')?.cordonedBy).toBe('run-1')
  })

  it('goes on with a failed node when somebody says so, and then with the rest', async () => {
    const setting = setup([fails({ uses: 'node.wait-ready', how: 'config', times: 1 })])
    expect(await modelRun(setting)).toMatchObject({ exitCode: 7, isResumable: false })
    expect(await modelRun(setting)).toMatchObject({ exitCode: 7, isResumable: false })
    const result = await modelRun({ ...setting, selection: { retry: ['node-2'] } })
    expect(result).toMatchObject({ exitCode: 0 })
    expect(result?.nodes.map(({ state }) => state)).toEqual(['done', 'done', 'done', 'done'])
  })

  it('takes a node that was returned from the beginning when somebody says so, with other tokens', async () => {
    const setting = setup([fails({ times: 1 })])
    expect(await modelRun(setting)).toMatchObject({ exitCode: 8 })
    expect(await modelRun({ ...setting, selection: { retry: ['node-2'] } })).toMatchObject({ exitCode: 0 })
    const tokens = setting.world.effects.filter(({ kind, node }) => kind === 'act' && node === 'node-2')
    expect(new Set(tokens.map(({ token }) => token)).size).toBe(tokens.length)
    expect(setting.world.violations).toEqual([])
  })

  it('tries a transient failure again, with longer and longer rests, and then gives up', async () => {
    const once = setup([fails({ how: 'transient', times: 3 })])
    expect(await modelRun(once)).toMatchObject({ exitCode: 0 })
    const drains = once.disk.events.filter(
      ({ node, body }) => node === 'node-2' && body.type === 'step-failed',
    )
    const times = drains.map(({ at }) => Date.parse(at))
    expect(times.map((time, at) => time - (times[at - 1] ?? time))).toEqual([0, 2000, 4000])
    const always = setup([fails({ how: 'transient' })])
    expect(await modelRun(always)).toMatchObject({ exitCode: 8 })
    expect(
      storyOf(always.disk, 'node-2').filter((told) => told === 'step-failed cluster.drain'),
    ).toHaveLength(8)
  })

  it('ends a step that takes longer than its time, and says what failed last', async () => {
    const setting = setup([fails({ how: 'transient', times: 2 }), fails({ how: 'hang' })])
    const result = await modelRun(setting)
    expect(result?.nodes[1]).toMatchObject({
      state: 'returned',
      failed: { failure: { code: 'STEP_TIMEOUT' } },
    })
    expect(result?.nodes[1]?.failed?.failure.message).toContain('was not done in 600 s; its last failure')
  })

  it('does nothing beside a step that does not end when it is told to', async () => {
    const setting = setup([fails({ how: 'deaf' })])
    const result = await modelRun(setting)
    expect(result).toMatchObject({ exitCode: 7 })
    expect(result?.nodes[1]).toMatchObject({ state: 'failed', isPastPointOfNoReturn: false })
    expect(storyOf(setting.disk, 'node-2').slice(-2)).toEqual([
      'step-failed cluster.drain',
      'node-ended failed',
    ])
  })

  it('tells every failure of an undo, goes on with the others, and does not call the node returned', async () => {
    const setting = setup([fails({}), fails({ uses: 'data.park', place: 'undo', how: 'config' })])
    const result = await modelRun(setting)
    expect(result).toMatchObject({ exitCode: 7 })
    expect(result?.nodes[1]).toMatchObject({
      state: 'failed',
      notUndone: [{ uses: 'data.park', failure: { class: 'config' } }],
      rollback: undefined,
    })
    expect(setting.world.nodes.get('node-2')?.cordonedBy).toBeUndefined()
  })

  it.each(['data', 'quorum'] as const)(
    'gives back what is on its way when a node fails with its %s in danger',
    async (how) => {
      const setting = setup([
        fails({ how, uses: 'data.park' }),
        fails({ node: 'node-3', uses: 'data.park', how: 'hang' }),
      ])
      const result = await modelRun({
        ...setting,
        plan: modelPlan([{ nodes: four, maxUnavailable: 4 }], { failureBudget: 4 }),
      })
      expect(result).toMatchObject({ exitCode: 8, halt: 'failures' })
      expect(result?.nodes.map(({ state }) => state)).toEqual([
        'returned',
        'returned',
        'returned',
        'returned',
      ])
    },
  )

  it('starts no further node after a failure that nobody understands, whatever the budget', async () => {
    const generous = modelPlan([{ nodes: four, maxUnavailable: 1 }], { failureBudget: 4 })
    const result = await modelRun({ ...setup([fails({ how: 'unknown' })]), plan: generous })
    expect(result?.nodes.map(({ state }) => state)).toEqual([
      'done',
      'returned',
      'not-started',
      'not-started',
    ])
  })

  it('leaves a cordon of somebody else where it is', async () => {
    const setting = setup([fails({})])
    const cordoned = ['node-1', 'node-2'].map((name) => setting.world.nodes.get(name))
    for (const node of cordoned) if (node !== undefined) node.cordonedBy = 'a person'
    await modelRun(setting)
    expect(cordoned.map((node) => node?.cordonedBy)).toEqual(['a person', 'a person'])
  })

  it('refuses parameters that a step does not take before anything is written', async () => {
    const wrong = structuredClone(plan)
    const step = wrong.nodes[2]?.steps[1]
    if (step !== undefined) step.with = { seconds: -1 }
    const setting = setup()
    await expect(modelRun({ ...setting, plan: wrong })).rejects.toMatchObject({
      code: 'DOCUMENT_INVALID',
      message: expect.stringContaining('step 1 (data.park) of node-3 in the plan: with.seconds') as string,
    })
    expect(setting.disk.events).toEqual([])
  })
})

describe('what is asked for', () => {
  it('runs one wave, only when the earlier ones are done', async () => {
    const setting = setup()
    await expect(modelRun({ ...setting, selection: { wave: 1 } })).rejects.toMatchObject({ code: 'USAGE' })
    expect(await modelRun({ ...setting, selection: { wave: 0 } })).toMatchObject({
      exitCode: 0,
      isResumable: true,
    })
    expect(await modelRun({ ...setting, selection: { wave: 1 } })).toMatchObject({
      exitCode: 0,
      isResumable: false,
    })
  })

  it('runs named nodes only', async () => {
    const setting = setup()
    const result = await modelRun({ ...setting, selection: { only: ['node-3'] } })
    expect(result).toMatchObject({ exitCode: 0, isResumable: true })
    expect(result?.nodes.map(({ state }) => state)).toEqual([
      'not-started',
      'not-started',
      'done',
      'not-started',
    ])
    await expect(modelRun({ ...setting, selection: { only: ['node-9'] } })).rejects.toMatchObject({
      code: 'USAGE',
    })
  })

  it.each([{ only: ['node-3'] }, { wave: 0 }])(
    'refuses a node to retry that is not among those of %j, and writes nothing',
    async (selection) => {
      const setting = setup([fails({ times: 1 })])
      await modelRun(setting)
      const before = setting.disk.events.length
      await expect(
        modelRun({ ...setting, selection: { ...selection, retry: ['node-2'] } }),
      ).rejects.toMatchObject({
        code: 'USAGE',
        message: expect.stringContaining('node-2: to be tried again') as string,
      })
      expect(setting.disk.events).toHaveLength(before)
    },
  )

  it('holds nodes after a phase, and counts them as away', async () => {
    const setting = { ...setup(), plan: modelPlan([{ nodes: four, maxUnavailable: 2 }]) }
    const result = await modelRun({ ...setting, selection: { until: 'migrated' } })
    expect(result).toMatchObject({ exitCode: 6, isResumable: true, halt: 'no-room' })
    expect(result?.nodes.map(({ state }) => state)).toEqual([
      'under-way',
      'under-way',
      'not-started',
      'not-started',
    ])
    const two = { ...setting, selection: { until: 'migrated', only: ['node-1', 'node-2'] } } as const
    expect(await modelRun(two)).toMatchObject({ exitCode: 0, isResumable: true, halt: undefined })
    expect(await modelRun(setting)).toMatchObject({ exitCode: 0, isResumable: false })
  })
})

describe('gates and windows', () => {
  it('waits for a gate, and tells once what it says', async () => {
    const gate = (now: string): GateAnswer =>
      now < '2026-01-01T00:05'
        ? { gate: 'alerts', outcome: 'closed', message: 'KubePodCrash fires' }
        : { gate: 'alerts', outcome: 'open', message: '' }
    const setting = setup()
    expect(await modelRun({ ...setting, gate })).toMatchObject({ exitCode: 0 })
    const gates = setting.disk.events.flatMap(({ body }) => (body.type === 'gate' ? [body.outcome] : []))
    expect(gates).toEqual(['closed', 'open', 'open'])
  })

  it('takes a gate that cannot tell for one that is closed, and stops after a time, resumable', async () => {
    const gate = (): GateAnswer => ({ gate: 'alerts', outcome: 'unknown', message: 'no answer' })
    const setting = setup()
    const result = await modelRun({ ...setting, gate })
    expect(result).toMatchObject({
      exitCode: 6,
      halt: 'gate',
      message: 'alerts: no answer',
      isResumable: true,
    })
    expect(setting.world.effects).toEqual([])
    expect(await modelRun(setting)).toMatchObject({ exitCode: 0 })
  })

  it('starts nodes in windows only; running nodes finish', async () => {
    const setting = setup()
    const opens = ['2026-01-01T02:00:00.000Z', '2026-01-02T02:00:00.000Z']
    const mayStart = (now: string) => {
      const isOpen = opens.some((from) => now >= from && Date.parse(now) < Date.parse(from) + 60_000)
      if (isOpen) return { open: true } as const
      return { open: false, opensAt: opens.find((from) => from > now) ?? null, message: 'closed' } as const
    }
    const result = await modelRun({ ...setting, windows: { mayStart } })
    expect(result).toMatchObject({ exitCode: 6, halt: 'window', message: 'closed' })
    expect(result?.nodes.map(({ state }) => state)).toEqual(['done', 'done', 'done', 'not-started'])
    const starts = setting.disk.events.filter(({ body }) => body.type === 'node-started')
    expect(starts.map(({ at }) => at)).toEqual([opens[0], opens[1], opens[1]])
  })

  describe('of nodes that begin anew', () => {
    const pair = modelPlan([{ nodes: four, maxUnavailable: 1 }], { failureBudget: 4 })
    const both = { retry: ['node-2', 'node-3'] }

    async function twoReturned(): Promise<ReturnType<typeof setup>> {
      const setting = { ...setup([fails({ times: 1 }), fails({ node: 'node-3', times: 1 })]), plan: pair }
      const result = await modelRun(setting)
      expect(result?.nodes.map(({ state }) => state)).toEqual(['done', 'returned', 'returned', 'done'])
      return setting
    }

    it('start one at a time where one may be away', async () => {
      const setting = await twoReturned()
      const away = new Set<string>()
      let most = 0
      const onEvent = ({ node, body }: JournalEvent): void => {
        if (node !== null && body.type === 'node-started') away.add(node)
        if (node !== null && body.type === 'node-ended') away.delete(node)
        most = Math.max(most, away.size)
      }
      expect(await modelRun({ ...setting, selection: both, onEvent })).toMatchObject({ exitCode: 0 })
      expect(most).toBe(1)
    })

    it('do not start outside of a window, nor while a gate is closed', async () => {
      const setting = await twoReturned()
      const starts = (): number => storyOf(setting.disk, 'node-2').filter((t) => t === 'node-started').length
      const closed = { open: false, opensAt: null, message: 'a freeze' } as const
      expect(
        await modelRun({ ...setting, selection: both, windows: { mayStart: () => closed } }),
      ).toMatchObject({ exitCode: 8, halt: 'window', message: 'a freeze' })
      const gate = (): GateAnswer => ({ gate: 'alerts', outcome: 'closed', message: 'it fires' })
      expect(await modelRun({ ...setting, selection: both, gate })).toMatchObject({
        exitCode: 8,
        halt: 'gate',
      })
      expect(starts()).toBe(1)
      expect(await modelRun({ ...setting, selection: both })).toMatchObject({ exitCode: 0 })
      expect(starts()).toBe(2)
    })

    it('wait for room that a node has taken that failed past its point of no return', async () => {
      const stuck = fails({ uses: 'node.wait-ready', how: 'config', times: 2 })
      const setting = { ...setup([stuck, fails({ node: 'node-1', times: 1 })]), plan: pair }
      await modelRun(setting)
      const result = await modelRun({ ...setting, selection: { retry: ['node-1', 'node-2'] } })
      expect(result).toMatchObject({ exitCode: 7, halt: 'no-room' })
      expect(result?.nodes.slice(0, 2).map(({ state }) => state)).toEqual(['returned', 'failed'])
    })
  })
})

describe('a person', () => {
  const at = (how: 'interrupt' | 'detach' | 'abort' | 'pause' | 'lose-lock' | 'full', record: number) =>
    [{ record, moment: 'after', how }] as const

  it('stops a run after the step in hand, and goes on with it later', async () => {
    const setting = setup()
    const result = await modelRun({ ...setting, disturbances: at('interrupt', 6) })
    expect(result).toMatchObject({ exitCode: 6, halt: 'interrupted', isResumable: true, error: undefined })
    expect(storyOf(setting.disk, 'node-1').at(-1)).toBe('step-done data.park')
    expect(await modelRun(setting)).toMatchObject({ exitCode: 0 })
  })

  it('leaves a run at once', async () => {
    const setting = setup()
    const result = await modelRun({ ...setting, disturbances: at('detach', 6) })
    expect(result).toMatchObject({ exitCode: 6, halt: 'interrupted', isResumable: true, error: undefined })
    expect(storyOf(setting.disk, 'node-1').at(-1)).toBe('step-waiting data.park')
    expect(await modelRun(setting)).toMatchObject({ exitCode: 0 })
  })

  it('aborts a run: nodes before their point of no return go back, the others finish', async () => {
    const all = modelPlan([{ nodes: four, maxUnavailable: 4 }])
    const setting = { ...setup([fails({ how: 'transient', times: 3 })]), plan: all }
    let isPast = false
    const result = await modelRun({
      ...setting,
      onEvent({ body, node }, control) {
        if (node === 'node-4' && body.type === 'point-of-no-return') isPast = true
        if (isPast) control.abort({ en: 'enough', zh: '够了' })
      },
    })
    expect(result).toMatchObject({ exitCode: 8, halt: 'aborted', isResumable: false })
    expect(result?.nodes.map(({ state }) => state)).toEqual(['done', 'returned', 'done', 'done'])
  })

  it('pauses a run between two steps and goes on', async () => {
    const setting = setup()
    expect(await modelRun({ ...setting, disturbances: at('pause', 6) })).toMatchObject({ exitCode: 0 })
    expect(storyOf(setting.disk, null).slice(0, 4)).toEqual([
      'run-started',
      'wave-started',
      'run-paused',
      'run-resumed',
    ])
  })

  it('pauses longer than a step may take, and the step that is due is tried all the same', async () => {
    const short = structuredClone(plan)
    for (const step of short.nodes.flatMap(({ steps }) => steps))
      if (step.uses === 'cluster.drain') step.timeoutMs = 60_000
    const once = [fails({ node: 'node-1', how: 'transient', times: 1 })]
    const before = { ...setup(once), plan: short }
    await modelRun(before)
    const failed = before.disk.events.find(({ body }) => body.type === 'step-failed')?.seq ?? 0
    expect(failed).toBeGreaterThan(0)
    const setting = { ...setup(once), plan: short }
    expect(await modelRun({ ...setting, disturbances: at('pause', failed) })).toMatchObject({ exitCode: 0 })
    expect(storyOf(setting.disk, null)).toContain('run-paused')
  })

  it('loses the lock, and nothing more is done', async () => {
    const setting = setup()
    const result = await modelRun({ ...setting, disturbances: at('lose-lock', 6) })
    expect(result).toMatchObject({ exitCode: 6, halt: 'error', isResumable: true })
    expect(result?.error).toMatchObject({ message: 'somebody else has the lock' })
    expect(setting.world.effects.map(({ uses }) => uses)).toEqual(['cluster.cordon'])
  })

  it('has a full disk: the acts in hand are finished, and nothing is begun', async () => {
    const all = modelPlan([{ nodes: four, maxUnavailable: 4 }])
    const delay = fails({ how: 'transient', times: 3 })
    const before = { ...setup([delay]), plan: all }
    await modelRun(before)
    const record = before.disk.events.findIndex(
      ({ node, body }) => node === 'node-2' && body.type === 'step-done' && body.uses === 'cluster.drain',
    )
    const setting = { ...setup([delay]), plan: all }
    const disturbances = [{ record: record + 1, moment: 'before', how: 'full' }] as const
    expect(await modelRun({ ...setting, disturbances })).toMatchObject({ exitCode: 6, halt: 'error' })
    expect([...setting.world.nodes.values()].map(({ os }) => os)).toEqual(['new', 'old', 'new', 'new'])
    expect(setting.disk.events).toHaveLength(record)
    expect(await modelRun(setting)).toMatchObject({ exitCode: 0 })
    expect(setting.world.effects.filter(({ uses }) => uses === 'host.provision')).toHaveLength(4)
    expect(setting.world.violations).toEqual([])
  })

  it('has a full disk: nothing is done that is not written', async () => {
    const setting = setup()
    const result = await modelRun({ ...setting, disturbances: at('full', 4) })
    expect(result).toMatchObject({ exitCode: 6, halt: 'error', isResumable: true })
    expect(result?.error).toMatchObject({ message: 'no space left on device' })
    expect(setting.world.effects.map(({ uses }) => uses)).toEqual(['cluster.cordon'])
    expect(await modelRun(setting)).toMatchObject({ exitCode: 0 })
  })
})
