import { describe, expect, it } from 'vitest'
import type { Plan } from '../../src/model/plan.ts'
import type { JournalDisk } from '../support/memory-journal.ts'
import { runState } from '../../src/model/run-state.ts'
import { wrongAtEnd } from './model-judge.ts'
import { modelPlan } from './model-plan.ts'
import { modelRun, storyOf, type ModelRunOptions } from './model-run.ts'
import { modelWorld, type Fault } from './model-world.ts'

const names = ['node-1', 'node-2', 'node-3']

function planOf(change: (node: Plan['nodes'][number]) => void = () => undefined): Plan {
  const plan = modelPlan([{ nodes: names, maxUnavailable: 1 }])
  for (const node of plan.nodes) change(node)
  return plan
}

const fails = (more: Partial<Fault>): Fault => ({
  node: 'node-2',
  uses: 'node.wait-ready',
  place: 'act',
  times: 1,
  how: 'config',
  ...more,
})

interface Setting extends Pick<ModelRunOptions, 'plan' | 'world' | 'disk'> {
  disk: JournalDisk
}

/** A run in which node-2 has failed, past its point of no return by default. */
async function failed(faults: readonly Fault[] = [fails({})], plan = planOf()): Promise<Setting> {
  const setting = { plan, world: modelWorld(names, faults), disk: { runs: [], events: [] } }
  await modelRun(setting)
  return setting
}

/** What whoever reads the journal takes the nodes for. */
const toldBy = (disk: JournalDisk): unknown =>
  [...runState('run-1', disk.events).nodes].map(([name, { status }]) => [
    name,
    status === 'planned' ? 'not-started' : status,
  ])

const newDisk = (): JournalDisk => ({ runs: [], events: [] })

const rollback = { rollback: ['node-2'] } as const

type Data = Plan['nodes'][number]['data'][number]

const dataAt = (path: string, action: Data['action']): Data => ({
  id: `host-path:${path}`,
  kind: 'host-path',
  path,
  usedBy: [],
  bytes: null,
  action,
  reason: null,
})

describe('a node that is rolled back', () => {
  it('gets its old system by the means of the plan, then what gives it back, and starts nothing else', async () => {
    const setting = await failed()
    const before = setting.disk.events.length
    const result = await modelRun({ ...setting, selection: rollback })
    expect(result).toMatchObject({ exitCode: 0, halt: undefined, isResumable: false, error: undefined })
    expect(result?.nodes.map(({ state }) => state)).toEqual(['done', 'rolled-back', 'not-started'])
    expect(storyOf({ runs: [], events: setting.disk.events.slice(before) }, 'node-2')).toMatchInlineSnapshot(`
      [
        "node-rolling-back",
        "undo-started host.provision",
        "undo-done host.provision",
        "step-started node.wait-ready",
        "step-waiting node.wait-ready",
        "step-done node.wait-ready",
        "step-started data.restore",
        "step-waiting data.restore",
        "step-done data.restore",
        "step-started cluster.uncordon",
        "step-done cluster.uncordon",
        "node-ended rolled-back",
      ]
    `)
    expect(storyOf(setting.disk, null).slice(-2)).toEqual(['run-resumed', 'run-ended failed'])
    expect(setting.world.nodes.get('node-2')).toMatchObject({
      os: 'old',
      data: 'data of node-2',
      cordonedBy: undefined,
      isReady: true,
      pods: 3,
    })
    expect(wrongAtEnd(setting, result!)).toEqual([])
    expect(toldBy(setting.disk)).toEqual(result?.nodes.map(({ node, state }) => [node, state]))
  })

  it('ends the run as rolled back when nothing of it is left', async () => {
    const setting = await failed([fails({ node: 'node-1' })])
    const result = await modelRun({ ...setting, selection: { rollback: ['node-1'] } })
    expect(result?.nodes.map(({ state }) => state)).toEqual(['rolled-back', 'not-started', 'not-started'])
    expect(storyOf(setting.disk, null).at(-1)).toBe('run-ended rolled-back')
  })

  it.each([
    ['image', ['node.wait-ready', 'data.restore', 'cluster.uncordon']],
    ['old-disk', ['node.wait-ready', 'cluster.uncordon']],
    ['old-deployment', ['node.wait-ready', 'cluster.uncordon']],
  ] as const)('puts data back when the means rewrite the disk: %s', async (means, steps) => {
    const setting = await failed(
      [fails({})],
      planOf((node) => (node.rollback = { means, acceptedBy: null })),
    )
    const before = setting.disk.events.length
    await modelRun({ ...setting, selection: rollback })
    const events = { runs: [], events: setting.disk.events.slice(before) }
    const done = storyOf(events, 'node-2').filter((told) => told.startsWith('step-done'))
    expect(done).toEqual(steps.map((uses) => `step-done ${uses}`))
  })

  it('puts data back where the new system has begun to write it, on a disk that both share', async () => {
    const setting = await failed(
      [fails({ uses: 'data.restore' })],
      planOf((node) => (node.rollback = { means: 'old-deployment', acceptedBy: null })),
    )
    await modelRun({ ...setting, selection: rollback })
    expect(storyOf(setting.disk, 'node-2')).toContain('undo-done host.provision')
    expect(
      storyOf(setting.disk, 'node-2').filter((told) => told === 'step-started data.restore'),
    ).toHaveLength(2)
  })

  it('is emptied first when it has pods again', async () => {
    const setting = await failed([
      fails({ uses: 'cluster.uncordon', place: 'acted', how: 'config', times: 1 }),
    ])
    const result = await modelRun({ ...setting, selection: rollback })
    expect(result).toMatchObject({ exitCode: 0 })
    const started = setting.disk.events.flatMap(({ node, body }) =>
      node === 'node-2' && 'token' in body && body.token.endsWith(':back') && body.type.endsWith('started')
        ? [body.uses]
        : [],
    )
    expect(started).toEqual([
      'cluster.cordon',
      'cluster.drain',
      'host.provision',
      'node.wait-ready',
      'data.restore',
      'cluster.uncordon',
    ])
    expect(wrongAtEnd(setting, result!)).toEqual([])
  })

  it('goes on where its way back has failed, and no more forward', async () => {
    const setting = await failed([fails({}), fails({ place: 'observe', times: 1, uses: 'data.restore' })])
    expect(await modelRun({ ...setting, selection: rollback })).toMatchObject({
      exitCode: 7,
      nodes: [{}, { state: 'failed', failed: { uses: 'data.restore' } }, {}],
    })
    const result = await modelRun({ ...setting, selection: { retry: ['node-2'], only: ['node-2'] } })
    expect(result?.nodes[1]).toMatchObject({ state: 'rolled-back' })
    expect(setting.world.effects.filter(({ kind }) => kind === 'rollback')).toHaveLength(1)
  })

  it('tells what the means said when they failed, and tries them again when somebody says so', async () => {
    const setting = await failed([fails({}), fails({ uses: 'host.provision', place: 'rollback', times: 1 })])
    expect(await modelRun({ ...setting, selection: rollback })).toMatchObject({
      exitCode: 7,
      nodes: [{}, { state: 'failed', notUndone: [{ uses: 'host.provision' }], rollback: 'image' }, {}],
    })
    expect(storyOf(setting.disk, 'node-2').slice(-2)).toEqual([
      'undo-failed host.provision',
      'node-ended failed',
    ])
    expect(await modelRun({ ...setting, selection: rollback })).toMatchObject({ exitCode: 0 })
  })

  it('is taken from the beginning when somebody says so, with other tokens', async () => {
    const setting = await failed()
    await modelRun({ ...setting, selection: rollback })
    const result = await modelRun({ ...setting, selection: { retry: ['node-2'] } })
    expect(result?.nodes.map(({ state }) => state)).toEqual(['done', 'done', 'done'])
    expect(setting.world.violations).toEqual([])
    const tokens = setting.world.effects.filter(({ kind }) => kind === 'act').map(({ token }) => token)
    expect(new Set(tokens).size).toBe(tokens.length)
  })

  it('is given back when it is before its point of no return', async () => {
    const setting = { plan: planOf(), world: modelWorld(names), disk: newDisk() }
    await modelRun({ ...setting, selection: { until: 'migrated', only: ['node-2'] } })
    const result = await modelRun({ ...setting, selection: rollback })
    expect(result).toMatchObject({ exitCode: 0 })
    expect(result?.nodes[1]).toMatchObject({ state: 'returned' })
    expect(storyOf(setting.disk, 'node-2').slice(-7)).toEqual(
      [
        'node-returning',
        'undo-started cluster.drain',
        'undo-done cluster.drain',
        'undo-started data.park',
        'undo-done data.park',
        'undo-started cluster.cordon',
        'undo-done cluster.cordon',
        'node-ended returned',
      ].slice(-7),
    )
    // Once more: nothing is left to do.
    const before = setting.disk.events.length
    expect(await modelRun({ ...setting, selection: rollback })).toMatchObject({ exitCode: 0 })
    expect(setting.disk.events.slice(before).map(({ body }) => body.type)).toEqual([
      'run-resumed',
      'part-done',
    ])
  })

  it('is rolled back where it was left, past its point of no return', async () => {
    const setting = { plan: planOf(), world: modelWorld(names), disk: newDisk() }
    const record = 12
    await modelRun({ ...setting, disturbances: [{ record, moment: 'after', how: 'detach' }] })
    expect(storyOf(setting.disk, 'node-1').at(-1)).toBe('step-waiting host.provision')
    const result = await modelRun({ ...setting, selection: { rollback: ['node-1'] } })
    expect(result).toMatchObject({ exitCode: 0, isResumable: true })
    expect(result?.nodes[0]).toMatchObject({ state: 'rolled-back' })
    expect(wrongAtEnd(setting, result!)).toEqual([])
  })

  it('is still the node that was planned when its machine has registered anew, on the way back and once more forward', async () => {
    const setting = await failed([fails({ uses: 'cluster.uncordon', place: 'acted' })])
    expect(setting.world.nodes.get('node-2')?.uid).toBe('uid-node-2 anew')
    const back = await modelRun({ ...setting, selection: rollback })
    expect([back?.exitCode, wrongAtEnd(setting, back!)]).toEqual([0, []])
    expect(storyOf(setting.disk, 'node-2')).toContain('step-done cluster.cordon')
    expect(setting.world.nodes.get('node-2')?.uid).toBe('uid-node-2 anew anew')
    const forward = await modelRun({ ...setting, selection: { retry: ['node-2'], only: ['node-2'] } })
    expect(forward?.nodes[1]).toMatchObject({ state: 'done' })
    expect(wrongAtEnd(setting, forward!)).toEqual([])
  })

  it('is refused before anything is written when there is no way back, with who has accepted that', async () => {
    const setting = await failed(
      [fails({})],
      planOf((node) => (node.rollback = { means: 'none', acceptedBy: 'li.wei' })),
    )
    const before = setting.disk.events.length
    await expect(modelRun({ ...setting, selection: rollback })).rejects.toMatchObject({
      code: 'ROLLBACK_IMPOSSIBLE',
      message: 'node-2: its plan has no way back (rollback: none), which li.wei has accepted',
      hint: expect.stringContaining('osferry runs resume run-1 --retry NODE') as string,
    })
    expect(setting.disk.events).toHaveLength(before)
  })

  it('is refused when its pods may have written since its data was parked', async () => {
    const uncordoned = fails({ uses: 'cluster.uncordon', place: 'acted' })
    const setting = await failed(
      [uncordoned],
      planOf((node) => (node.data = [dataAt('/srv', 'park')])),
    )
    await expect(modelRun({ ...setting, selection: rollback })).rejects.toMatchObject({
      code: 'ROLLBACK_IMPOSSIBLE',
      message: expect.stringContaining('host-path:/srv') as string,
    })
  })

  it.each([
    {
      case: 'a snapshot turns back what pods have written',
      means: 'snapshot',
      path: '/srv',
      isRefused: true,
    },
    { case: 'the old disk lacks what pods have written', means: 'old-disk', path: '/srv', isRefused: true },
    {
      case: 'an old deployment leaves the disk as it is',
      means: 'old-deployment',
      path: '/srv',
      isRefused: false,
    },
    {
      case: 'the kubelet makes its own anew',
      means: 'snapshot',
      path: '/var/lib/kubelet/pods',
      isRefused: false,
    },
  ] as const)(
    'knows that $case, where the system was changed in place',
    async ({ means, path, isRefused }) => {
      const plan = planOf((node) => {
        node.target = 'anolis-rhck'
        node.rollback = { means, acceptedBy: null }
        node.data = [dataAt(path, 'preserve')]
      })
      const setting = await failed([fails({ uses: 'cluster.uncordon', place: 'acted' })], plan)
      const message = expect.stringContaining(`turned back by ${means}`) as string
      const back = modelRun({ ...setting, selection: rollback }).catch((error: unknown) => error)
      expect(await back).toMatchObject(isRefused ? { code: 'ROLLBACK_IMPOSSIBLE', message } : { exitCode: 0 })
    },
  )

  it('is tried again on its way back after longer and longer pauses', async () => {
    const away = fails({ how: 'transient', times: 3 })
    const setting = await failed([fails({}), away])
    const before = setting.disk.events.length
    expect(await modelRun({ ...setting, selection: rollback })).toMatchObject({ exitCode: 0 })
    const events = setting.disk.events
      .slice(before)
      .filter(({ body }) => 'uses' in body && body.uses === 'node.wait-ready')
    const pauses = events.flatMap(({ at, body }, index) => {
      const next = events[index + 1]
      return body.type === 'step-failed' && next !== undefined ? [Date.parse(next.at) - Date.parse(at)] : []
    })
    expect(pauses).toEqual([2000, 4000, 8000])
  })

  it.each([
    ['a node that is done', { rollback: ['node-1'] }, 'node-1 is done'],
    ['a node that was not started', { rollback: ['node-3'] }, 'nothing was done with node-3'],
    ['a node that the plan has not', { rollback: ['node-9'] }, 'no node node-9'],
    ['anything beside it', { rollback: ['node-2'], retry: ['node-2'] }, 'retry was asked, too'],
    ['no node', { rollback: [] }, 'no node to bring back'],
  ])('is not asked for with %s', async (_, selection, why) => {
    const setting = await failed()
    await expect(modelRun({ ...setting, selection })).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining(why) as string,
    })
  })
})
