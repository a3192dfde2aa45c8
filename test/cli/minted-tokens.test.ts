import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { z } from 'zod'
import { openNodeConfigs } from '../../src/cli/node-configs.ts'
import { refusePlan } from '../../src/cli/refuse-plan.ts'
import { ignitionPorts } from '../../src/cli/run-ports-ignition.ts'
import type { RunPorts } from '../../src/cli/run-ports.ts'
import { factsDirectory } from '../../src/cli/state-paths.ts'
import { writeFacts } from '../../src/inventory/facts-store.ts'
import type { RunResult } from '../../src/migrate/run-outcome.ts'
import type { Cluster } from '../../src/model/cluster-port.ts'
import type { Plan } from '../../src/model/plan.ts'
import type { Provisioner } from '../../src/model/provisioner-port.ts'
import { StepError } from '../../src/model/step-error.ts'
import type { AnyStep } from '../../src/model/step.ts'
import { provisionStep } from '../../src/steps/step-provision.ts'
import { renderIgnitionStep } from '../../src/steps/step-render-ignition.ts'
import { stepNames } from '../../src/model/step-names.ts'
import { commandContext, type TestContext } from '../support/command-context.ts'
import { planOf, planStep } from '../support/engine-run.ts'
import { factsWith, hostFacts } from '../support/facts-fixture.ts'
import { certificate } from '../support/ignition-request.ts'
import { memoryJournal, type JournalDisk } from '../support/memory-journal.ts'
import { runAlone } from '../support/run-alone.ts'
import { wholeProfile } from '../support/whole-profile.ts'
import { settingsOf } from './run-world-here.ts'

const run = { id: '20261122-030000-aaaaaa', holder: 'ops@test' }
const tokenForm = /[a-z0-9]{6}\.[a-z0-9]{16}(?=%22|")/
const signal = new AbortController().signal
const hourMs = 3_600_000

let cwd = ''
let disk: JournalDisk
/** Tokens that the cluster knows, by the names of their Secrets. */
let secrets: Map<string, string>
/** Every token that the program was given, and whether the cluster knew it then. */
let handed: { token: string; isKnown: boolean }[]
/** Moments of a process, and the one at which it is killed. */
let moments: { count: number; killAt: number }
let nowMs: number
/** The cluster takes no Secret any more. */
let isFull: boolean

beforeEach(async () => {
  cwd = mkdtempSync(path.join(tmpdir(), 'osferry-tokens-'))
  disk = { runs: [], events: [] }
  secrets = new Map()
  handed = []
  moments = { count: 0, killAt: Number.POSITIVE_INFINITY }
  nowMs = Date.now()
  isFull = false
  await writeFacts(factsDirectory(await project()), factsWith({}, hostFacts()))
  writeFileSync(path.join(cwd, 'ours.yaml'), stringify({ ...wholeProfile(), name: 'ours' }))
  const join = { server: 'https://10.0.0.1:6443', certificateAuthority: certificate }
  const accept = ['kubelet-config:/var/lib/kubelet/config.yaml']
  writeFileSync(path.join(cwd, 'ignition.yaml'), stringify({ schema: 'ignition-settings/v1', join, accept }))
})
afterEach(() => rmSync(cwd, { recursive: true }))

async function project(): Promise<TestContext> {
  const text = 'ignition: { profiles: [ours.yaml], settings: ignition.yaml }\n'
  const context = await commandContext(cwd, { settings: await settingsOf(cwd, text) })
  const clock = { now: () => new Date(nowMs).toISOString(), monotonicMs: () => performance.now() }
  return { ...context, clock }
}

/** From its moment on the process does nothing any more. */
function moment(): void {
  moments.count += 1
  if (moments.count >= moments.killAt) throw new Error('killed')
}

/** As much of a cluster as tokens need. */
const cluster = {
  async create(_ref: unknown, object: object, { dryRun = false }: { dryRun?: boolean }) {
    moment()
    if (isFull) return { outcome: 'refused', status: 403, message: 'quota' }
    const { metadata, data } = object as { metadata: { name: string }; data: Record<string, string> }
    const text = (key: string): string => Buffer.from(data[key]!, 'base64').toString()
    if (secrets.has(metadata.name)) return await Promise.resolve({ outcome: 'conflict', message: 'exists' })
    if (!dryRun) secrets.set(metadata.name, `${text('token-id')}.${text('token-secret')}`)
    moment()
    return { outcome: 'done', object }
  },
  async remove({ name }: { name: string }) {
    moment()
    const outcome = secrets.delete(name) ? 'done' : 'gone'
    moment()
    return await Promise.resolve({ outcome, object: {} })
  },
} as unknown as Cluster

async function plan(more: { isPoint?: boolean; mintToken?: object } = {}): Promise<Plan> {
  const { isPoint = true, mintToken = { lifetime: '1h' } } = more
  const node = { name: 'worker-1', uid: 'uid-1' }
  const configs = openNodeConfigs(await project())
  const { sha256: config } = await configs.make({ name: 'worker-1', host: 'worker-1', data: [] }, 'ours')
  return planOf(
    [node],
    [
      planStep('ignition.render', { with: { profile: 'ours', config, mintToken } }),
      {
        ...planStep('host.provision', { with: { provider: 'command', machine: 'as-listed' } }),
        pointOfNoReturn: isPoint,
      },
      planStep('node.wait-ready'),
    ],
  )
}

/** Stands for the step that waits for the node, which is Ready at once. */
const readyStep: AnyStep<RunPorts> = {
  uses: 'node.wait-ready',
  with: z.looseObject({}),
  observe: async () => await Promise.resolve('todo'),
  act: async ({ ports, node }) => await ports.endToken(node, signal),
  verify: async () => await Promise.resolve({}),
}

/** A process: what it has written before its end is what the next one finds. */
async function perform(made: Plan, onHandOut: (token: string) => void = () => undefined): Promise<RunResult> {
  const context = await project()
  let isDone = false
  const provisioner: Provisioner = {
    name: 'test',
    observe: async () => await Promise.resolve(isDone ? 'done' : 'todo'),
    async act({ ignition }) {
      moment()
      const token = tokenForm.exec(readFileSync(ignition!.path, 'utf8'))?.[0] ?? ''
      handed.push({ token, isKnown: [...secrets.values()].includes(token) })
      moment()
      onHandOut(token)
      isDone = true
      await Promise.resolve()
    },
    verify: async () => await Promise.resolve(),
    undo: async () => await Promise.resolve(),
  }
  const ports = {
    ...ignitionPorts({ context, plan: made, run, cluster }),
    clock: context.clock,
    provisioner: () => provisioner,
    requireEmpty: async () => await Promise.resolve(),
  } as unknown as RunPorts
  return await runAlone(made, {
    engine: {
      journal: memoryJournal(disk, { clock: context.clock, around: moment }),
      clock: context.clock,
      // Rests between attempts are short, and times that must not be over are as long as they are.
      wait: async (ms, signal) => await sleep(ms < 300_000 ? ms / 1000 : ms, undefined, { signal }),
      steps: [renderIgnitionStep, provisionStep, readyStep],
      ports,
    },
    run,
    selection: {},
    onEvent: () => undefined,
  })
}

/** Files of the project and the journal; nobody has masked anything in them. */
function everything(): string {
  const files = readdirSync(cwd, { recursive: true, encoding: 'utf8' }).map((name) => path.join(cwd, name))
  const texts = files.filter((file) => statSync(file).isFile()).map((file) => readFileSync(file, 'utf8'))
  return [...texts, JSON.stringify(disk)].join('\n')
}

describe('a bootstrap token that a run mints', () => {
  it('is in the file that is handed out, and in the cluster and on the disk no longer than until the node is Ready', async () => {
    expect((await perform(await plan())).exitCode).toBe(0)
    expect(handed).toEqual([{ token: expect.stringMatching(/^[a-z0-9]{6}\.[a-z0-9]{16}$/), isKnown: true }])
    expect([...secrets.values()]).toEqual([])
    expect(everything()).not.toContain(handed[0]!.token.split('.')[1])
    const render = disk.events.find(
      ({ body }) => body.type === 'step-done' && body.uses === 'ignition.render',
    )
    expect(render?.body).toMatchObject({ result: { complete: false } })
  })

  it('stays nowhere, and what is handed out is alive, when the process is killed at any moment and another goes on', async () => {
    const made = await plan()
    const begin = (): void => rmSync(path.join(cwd, '.osferry', 'runs'), { recursive: true, force: true })
    await perform(made)
    const last = moments.count
    expect(last).toBeGreaterThan(15)
    for (let killAt = 1; killAt <= last; killAt += 1) {
      begin()
      disk = { runs: [], events: [] }
      handed = []
      moments = { count: 0, killAt }
      await perform(made).catch(() => undefined)
      expect([killAt, disk.events.some(({ body }) => body.type === 'run-ended')]).toEqual([
        killAt,
        killAt === last,
      ])
      moments = { count: 0, killAt: Number.POSITIVE_INFINITY }
      const { exitCode } = await perform(made)
      const dead = handed.filter(({ isKnown }) => !isKnown)
      expect({ killAt, exitCode, left: [...secrets.keys()], dead }).toEqual({
        killAt,
        exitCode: 0,
        left: [],
        dead: [],
      })
      for (const { token } of handed) expect(everything()).not.toContain(token.split('.')[1])
    }
  })

  it('stays the same for a program that is asked again, as a machine may be on its way with it', async () => {
    let tries = 0
    const again = (): void => {
      tries += 1
      if (tries < 3) throw new StepError('transient', 'not yet', { code: 'PROVISION_TRY_AGAIN' })
    }
    expect((await perform(await plan(), again)).exitCode).toBe(0)
    expect([handed.length, new Set(handed.map(({ token }) => token)).size]).toEqual([3, 1])
  })

  it('is another one when less than half of its life is left, and the first one ends', async () => {
    const again = (token: string): void => {
      if (handed.length > 1) return
      nowMs += hourMs / 2 + 60_000
      expect([...secrets.values()]).toEqual([token])
      throw new StepError('transient', 'not yet', { code: 'PROVISION_TRY_AGAIN' })
    }
    expect((await perform(await plan(), again)).exitCode).toBe(0)
    expect(handed.map(({ isKnown }) => isKnown)).toEqual([true, true])
    expect(handed[0]!.token).not.toBe(handed[1]!.token)
  })

  it('is deleted when the node goes back', async () => {
    const fail = (): void => {
      throw new StepError('config', 'no', { code: 'PROVISION_FAILED' })
    }
    const { exitCode } = await perform(await plan({ isPoint: false }), fail)
    expect([exitCode, handed.length, [...secrets.keys()]]).toEqual([8, 1, []])
  })

  it('is not minted before the point of no return, and a cluster that would take none is found out there', async () => {
    isFull = true
    const { exitCode } = await perform(await plan())
    expect([exitCode, handed]).toEqual([8, []])
    expect(JSON.stringify(disk)).toContain('the cluster takes no bootstrap token for worker-1: quota')
  })

  it('is refused before a run for a plan that would leave it, or that has no cluster', async () => {
    const made = await plan()
    const inputs = { ...made.inputs, cluster: { context: 'c', server: 's', uid: 'u' } }
    const known = new Set(stepNames)
    const isRefused = (changed: Partial<Plan>): string => {
      try {
        refusePlan({ ...made, ...changed }, {}, known)
        return 'taken'
      } catch (error) {
        return (error as Error).message
      }
    }
    const nodes = made.nodes.map((node) => ({ ...node, steps: node.steps.slice(0, 2) }))
    expect(isRefused({ inputs } as Partial<Plan>)).toBe('taken')
    expect(isRefused({ inputs, nodes } as Partial<Plan>)).toMatch(/without the step node\.wait-ready/)
    expect(isRefused({ nodes })).toMatch(/ignition\.render with mintToken, and the plan has no cluster/)
  })
})
