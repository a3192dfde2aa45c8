import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Settings } from '../../src/cli/config.ts'
import { keptPlan } from '../../src/cli/kept-plan.ts'
import { performRun } from '../../src/cli/perform-run.ts'
import type { RunRequest } from '../../src/cli/run-world.ts'
import { planDigest } from '../../src/inventory/plan-file.ts'
import { openJournal } from '../../src/journal/journal.ts'
import { openJournalReader } from '../../src/journal/read-journal.ts'
import { createRunControl } from '../../src/migrate/run-control.ts'
import type { RunResult } from '../../src/migrate/run-outcome.ts'
import type { JournalEvent } from '../../src/model/journal-record.ts'
import type { Plan, PlannedNode } from '../../src/model/plan.ts'
import { runState } from '../../src/model/run-state.ts'
import { commandContext } from '../support/command-context.ts'
import { hostPlan, planHost } from '../support/host-plan.ts'
import { httpHere } from '../monitoring/http-here.ts'
import { settingsOf } from './run-world-here.ts'

let cwd = ''
beforeEach(() => {
  cwd = mkdtempSync(path.join(tmpdir(), 'osferry-perform-'))
})
afterEach(() => rmSync(cwd, { recursive: true }))

/** Writes down which host it was asked for, once more each time; fails for those of `failing`. */
function host(name: string, more: Partial<PlannedNode> = {}): PlannedNode {
  const script = `cat >> "${cwd}/acts"; ! test -e "${cwd}/failing-${name}"`
  return planHost(name, { argv: ['/bin/sh', '-c', script] }, more)
}

const acts = (): string[] =>
  existsSync(path.join(cwd, 'acts'))
    ? readFileSync(path.join(cwd, 'acts'), 'utf8')
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as { node: string }).node)
    : []

const run = { id: '20261121-120000-aaaaaa', holder: 'ops@test' }

async function perform(
  plan: Plan,
  more: Partial<RunRequest> = {},
  settings?: Settings,
): Promise<{ result: RunResult; events: JournalEvent[] }> {
  const events: JournalEvent[] = []
  const context = await commandContext(cwd, settings === undefined ? {} : { settings })
  const result = await performRun(context, {
    plan,
    digest: planDigest(plan),
    run,
    selection: {},
    control: createRunControl(),
    onEvent: (event) => void events.push(event),
    onHold: () => undefined,
    ...more,
  })
  return { result, events }
}

/** What the journal says afterwards, by the state that people are shown. */
function journal(id = run.id): ReturnType<typeof runState> | undefined {
  const reader = openJournalReader(path.join(cwd, '.osferry', 'journal.db'))
  if (reader === undefined) return undefined
  try {
    const begun = reader.runs().some((one) => one.id === id)
    return begun ? runState(id, reader.events(id)) : undefined
  } finally {
    reader.close()
  }
}

describe('a run', () => {
  it('takes hosts through their steps, and leaves journal and plan in the state directory', async () => {
    const plan = hostPlan([host('a'), host('b')])
    const { result, events } = await perform(plan)
    expect(result).toMatchObject({ exitCode: 0, isResumable: false, error: undefined })
    expect(acts()).toEqual(['a', 'b'])
    expect(events.at(-1)?.body).toEqual({ type: 'run-ended', outcome: 'done' })
    expect(journal()?.outcome).toBe('done')
    expect((await keptPlan(await commandContext(cwd), planDigest(plan))).plan).toEqual(plan)
  })

  it('goes on where an earlier process has stopped, and does nothing twice', async () => {
    const plan = hostPlan([host('a'), host('b')])
    const control = createRunControl()
    const first = await perform(plan, {
      control,
      onEvent: ({ body }) => {
        if (body.type === 'point-of-no-return') control.interrupt()
      },
    })
    expect(first.result).toMatchObject({ exitCode: 6, isResumable: true, halt: 'interrupted' })
    const second = await perform(plan)
    expect(second.result.exitCode).toBe(0)
    expect(acts()).toEqual(['a', 'b'])
  })

  it('says of a host that failed past its point of no return how it could be brought back: exit 7', async () => {
    writeFileSync(path.join(cwd, 'failing-a'), '')
    const { result } = await perform(hostPlan([host('a'), host('b')]))
    expect(result.exitCode).toBe(7)
    expect(result.nodes.map(({ state, rollback }) => [state, rollback])).toEqual([
      ['failed', 'old-disk'],
      ['not-started', undefined],
    ])
    rmSync(path.join(cwd, 'failing-a'))
    const again = await perform(hostPlan([host('a'), host('b')]), { selection: { retry: ['a'] } })
    expect([again.result.exitCode, acts()]).toEqual([0, ['a', 'a', 'b']])
  })

  it('remembers which part of it was asked for, until nothing of that part is left to do', async () => {
    const plan = hostPlan([host('a'), host('b')])
    const control = createRunControl()
    control.interrupt()
    await perform(plan, { control, selection: { wave: 0 } })
    expect([acts(), journal()?.asked.now]).toEqual([[], { wave: 0 }])
    const { result, events } = await perform(plan, { selection: { wave: 0 } })
    expect(result).toMatchObject({ exitCode: 0, isResumable: true })
    expect(events.at(-1)?.body).toEqual({ type: 'part-done' })
    expect([acts(), journal()?.asked.now, journal()?.status]).toEqual([['a'], {}, 'open'])
    await perform(plan)
    expect([acts(), journal()?.outcome]).toEqual([['a', 'b'], 'done'])
  })

  it('waits for a window of the plan, and tells what it waits for', async () => {
    const freeze = { from: '2000-01-01T00:00:00Z', until: '2999-01-01T00:00:00Z', reason: 'year end' }
    const plan = hostPlan([host('a')])
    const held = { ...plan, limits: { ...plan.limits, freezes: [freeze] } }
    const { result } = await perform(held)
    expect(result).toMatchObject({ exitCode: 6, halt: 'window' })
    expect(acts()).toEqual([])
  })
})

describe('a gate with a caFile', () => {
  const two = (): Plan => {
    const plan = hostPlan([host('a'), host('b')])
    return { ...plan, waves: [{ ...plan.waves[0]!, nodes: ['a', 'b'], maxUnavailable: 2 }] }
  }
  const gateAt = async (url: string): Promise<Settings> =>
    await settingsOf(
      cwd,
      `gates: [{ name: alerts, type: promql, url: '${url}', query: x, threshold: { is: below, value: 1 }, caFile: ca.pem }]`,
    )

  it('is refused without one before anything is written, unless nothing is to start', async () => {
    const settings = await gateAt('https://127.0.0.1')
    await expect(perform(two(), {}, settings)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('caFile of the gate alerts') as string,
    })
    expect([journal(), acts()]).toEqual([undefined, []])
    const control = createRunControl()
    control.abort({ en: 'enough', zh: '够了' })
    expect((await perform(two(), { control }, settings)).result).toMatchObject({ halt: 'aborted' })
  })

  it('cannot tell when it goes away, and what is under way finishes', async () => {
    const server = await httpHere((_, response) =>
      response.end(JSON.stringify({ status: 'success', data: { resultType: 'scalar', result: [1, '0'] } })),
    )
    const file = path.join(cwd, 'ca.pem')
    writeFileSync(file, '')
    const waiting = `until test -e "${cwd}/go"; do sleep 0.05; done; cat >> "${cwd}/acts"`
    const plan = two()
    const slow = { ...plan, nodes: [planHost('a', { argv: ['/bin/sh', '-c', waiting] }), plan.nodes[1]!] }
    const control = createRunControl()
    const answers: string[] = []
    try {
      const { result } = await perform(
        slow,
        {
          control,
          onEvent({ node, body }) {
            if (node === 'a' && body.type === 'node-started') rmSync(file)
            if (node === 'a' && body.type === 'node-ended') control.interrupt()
            if (body.type !== 'gate') return
            answers.push(body.outcome)
            if (body.outcome === 'unknown') writeFileSync(path.join(cwd, 'go'), '')
          },
        },
        await gateAt(server.url),
      )
      expect(answers).toEqual(['open', 'unknown'])
      expect(result).toMatchObject({ exitCode: 6, halt: 'interrupted', error: undefined })
      expect(result.nodes.map(({ state }) => state)).toEqual(['done', 'not-started'])
    } finally {
      await server.close()
    }
  })
})

describe('a webhook that does not answer', () => {
  it('is waited for when everything that others wait for was let go', async () => {
    const place = path.join(cwd, '.osferry', 'journal.db')
    const opened: string[] = []
    const server = createServer((_, response) => {
      const retry = async (): Promise<void> => {
        const { clock } = await commandContext(cwd)
        const { signal } = new AbortController()
        const journal = await vi.waitUntil(
          async () => await openJournal({ path: place, actor: 'next', clock, signal }).catch(() => undefined),
          { timeout: 10_000, interval: 50 },
        )
        opened.push('journal')
        journal.close()
      }
      void retry().finally(() => response.end())
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const hook = `notify: [{ name: chat, url: 'http://127.0.0.1:${port}/', events: [run-ended] }]\n`
    try {
      const context = await commandContext(cwd, { settings: await settingsOf(cwd, hook) })
      const plan = hostPlan([host('a')])
      await performRun(context, {
        plan,
        digest: planDigest(plan),
        run,
        selection: {},
        control: createRunControl(),
        onEvent: () => undefined,
        onHold: () => undefined,
      })
      expect(opened).toEqual(['journal'])
    } finally {
      server.close()
    }
  })
})

describe('what is refused before anything is written', () => {
  it.each<[string, (plan: Plan) => Plan, string]>([
    [
      'a step that there is not',
      (plan) => ({
        ...plan,
        nodes: plan.nodes.map((node) => ({
          ...node,
          steps: [{ ...node.steps[0]!, uses: 'host.bless' as never, with: {} }],
        })),
      }),
      'host.bless',
    ],
    [
      'data that nobody has decided about',
      (plan) => ({
        ...plan,
        nodes: plan.nodes.map((node) => ({
          ...node,
          data: [
            {
              id: 'host-path:/srv',
              kind: 'host-path',
              path: '/srv',
              usedBy: [],
              bytes: null,
              action: null,
              reason: null,
            },
          ],
        })),
      }),
      'a: host-path:/srv',
    ],
    [
      'steps about a cluster in a plan without one',
      (plan) => ({
        ...plan,
        nodes: plan.nodes.map((node) => ({
          ...node,
          steps: [{ ...node.steps[0]!, phase: 'migrate', uses: 'cluster.cordon', with: {} }],
        })),
      }),
      'a has the step cluster.cordon',
    ],
  ])('%s', async (_, change, message) => {
    await expect(perform(change(hostPlan([host('a')])))).rejects.toMatchObject({
      code: 'PLAN_NOT_RUNNABLE',
      message: expect.stringContaining(message),
    })
    expect(existsSync(path.join(cwd, '.osferry'))).toBe(false)
  })

  it('nodes that the plan has not, without a run in the journal', async () => {
    await expect(perform(hostPlan([host('a')]), { selection: { only: ['z'] } })).rejects.toMatchObject({
      code: 'USAGE',
    })
    expect(journal()).toBeUndefined()
  })

  it('hosts that are to be proven and that the inventory has not, without a run in the journal', async () => {
    const argv = ['/bin/sh', '-c', `cat >> "${cwd}/acts"`]
    await expect(perform(hostPlan([planHost('a', { argv, machine: 'proven' })]))).rejects.toMatchObject({
      code: 'PLAN_NOT_RUNNABLE',
      message: 'the inventory has no host a',
      hint: expect.stringContaining('machine: as-listed') as string,
    })
    expect([journal(), acts()]).toEqual([undefined, []])
  })

  it('another plan under the id of a run, and a second run on nodes of an open one', async () => {
    const plan = hostPlan([host('a'), host('b')])
    const control = createRunControl()
    control.interrupt()
    await perform(plan, { control })
    const other = hostPlan([host('a')])
    await expect(perform(other)).rejects.toMatchObject({ code: 'PLAN_DIGEST_WRONG' })
    const second = { id: '20261121-130000-bbbbbb', holder: 'ops@test' }
    await expect(perform(plan, { run: second })).rejects.toMatchObject({
      code: 'RUN_UNFINISHED',
      hint: expect.stringContaining(`osferry runs resume ${run.id}`),
    })
    expect(acts()).toEqual([])
    expect((await perform(other, { run: second })).result.exitCode).toBe(0)
  })

  it('a kept plan that somebody has changed', async () => {
    const plan = hostPlan([host('a')])
    await perform(plan)
    const file = path.join(cwd, '.osferry', 'plans', `${planDigest(plan)}.json`)
    writeFileSync(file, readFileSync(file, 'utf8').replace('"failureBudget":0', '"failureBudget":9'))
    await expect(keptPlan(await commandContext(cwd), planDigest(plan))).rejects.toMatchObject({
      code: 'PLAN_DIGEST_WRONG',
    })
  })
})
