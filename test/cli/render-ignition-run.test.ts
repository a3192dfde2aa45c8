import { hash } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { openNodeConfigs } from '../../src/cli/node-configs.ts'
import { performRun } from '../../src/cli/perform-run.ts'
import { runConfigs } from '../../src/cli/run-configs.ts'
import { changedConfigs } from '../../src/cli/plan-configs.ts'
import { factsDirectory } from '../../src/cli/state-paths.ts'
import { IgnitionConfig } from '../../src/ignition/config.ts'
import { planDigest } from '../../src/inventory/plan-file.ts'
import { writeFacts } from '../../src/inventory/facts-store.ts'
import { openJournalReader } from '../../src/journal/read-journal.ts'
import { createRunControl } from '../../src/migrate/run-control.ts'
import type { RunResult } from '../../src/migrate/run-outcome.ts'
import type { RunSelection } from '../../src/migrate/run-selection.ts'
import { runStateOf } from '../../src/migrate/run-state.ts'
import type { JournalEvent } from '../../src/model/journal-record.ts'
import type { Plan, PlannedNode } from '../../src/model/plan.ts'
import { commandContext, type TestContext } from '../support/command-context.ts'
import { factsWith, hostFacts } from '../support/facts-fixture.ts'
import { hostPlan, planHost } from '../support/host-plan.ts'
import { certificate, fileText } from '../support/ignition-request.ts'
import { wholeProfile } from '../support/whole-profile.ts'
import { settingsOf } from './run-world-here.ts'

const token = 'canary.0123456789abcdef'
const accept = ['kubelet-config:/var/lib/kubelet/config.yaml']
const joins = { server: 'https://10.0.0.1:6443', certificateAuthority: certificate }
const run = { id: '20261122-030000-aaaaaa', holder: 'ops@test' }

let cwd = ''
beforeEach(async () => {
  cwd = mkdtempSync(path.join(tmpdir(), 'osferry-render-'))
  await writeFacts(factsDirectory(await project()), factsWith({}, hostFacts()))
  writeFileSync(path.join(cwd, 'ours.yaml'), stringify({ ...wholeProfile(), name: 'ours' }))
  settings({ join: { ...joins, token: 'env:JOIN_TOKEN' }, accept })
})
afterEach(() => rmSync(cwd, { recursive: true }))

function settings(given: object): void {
  const text = stringify({ schema: 'ignition-settings/v1', ...given })
  writeFileSync(path.join(cwd, 'ignition.yaml'), text)
}

async function project(env: Record<string, string> = { JOIN_TOKEN: token }): Promise<TestContext> {
  const text = 'ignition: { profiles: [ours.yaml], settings: ignition.yaml }\n'
  const context = await commandContext(cwd, { settings: await settingsOf(cwd, text) })
  return { ...context, env: { ...context.env, ...env } }
}

/** A host that writes down what it was given, and the configuration that it was pointed to. */
async function plan(more: Partial<PlannedNode> = {}): Promise<Plan> {
  const file = ignitionFile()
  const copy = `cp "${file}" "${cwd}/fetched"; stat -c %a "${file}" "${path.dirname(file)}" > "${cwd}/modes"`
  const script = `cat > "${cwd}/request"; ${copy}; test -e "${cwd}/ok"`
  const host = planHost('worker-1', { argv: ['/bin/sh', '-c', script] }, more)
  const { sha256 } = await openNodeConfigs(await project()).make(host, 'ours')
  const render = {
    ...host.steps[0]!,
    uses: 'ignition.render' as const,
    pointOfNoReturn: false,
    with: { profile: 'ours', config: sha256 },
  }
  return hostPlan([{ ...host, steps: [render, ...host.steps] }])
}

const digestOf = ({ nodes }: Plan): unknown =>
  nodes[0]?.steps.find(({ uses }) => uses === 'ignition.render')?.with['config']
const ignitionFile = (): string => path.join(cwd, '.osferry', 'runs', run.id, 'ignition', 'worker-1.ign')

async function perform(
  made: Plan,
  context: TestContext,
  selection: RunSelection = {},
): Promise<{ result: RunResult; events: JournalEvent[] }> {
  const events: JournalEvent[] = []
  const result = await performRun(context, {
    plan: made,
    digest: planDigest(made),
    run,
    selection,
    control: createRunControl(),
    onEvent: (event) => void events.push(event),
    onHold: () => undefined,
  })
  return { result, events }
}

/** Everything that the run has left in the state directory but the configuration itself. */
function journalText(): string {
  const reader = openJournalReader(path.join(cwd, '.osferry', 'journal.db'))!
  try {
    return JSON.stringify(reader.events(run.id))
  } finally {
    reader.close()
  }
}

describe('ignition.render in a run', () => {
  it('hands a whole configuration of mode 0600 to the program, and keeps the token out of journal and log', async () => {
    writeFileSync(path.join(cwd, 'ok'), '')
    const context = await project()
    const made = await plan()
    const { result, events } = await perform(made, context)
    expect(result).toMatchObject({ exitCode: 0 })
    const file = ignitionFile()
    expect(readFileSync(path.join(cwd, 'modes'), 'utf8')).toBe('600\n700\n')
    const text = readFileSync(path.join(cwd, 'fetched'), 'utf8')
    const request = JSON.parse(readFileSync(path.join(cwd, 'request'), 'utf8')) as object
    expect(request).toMatchObject({
      node: 'worker-1',
      ignition: { path: file, sha256: hash('sha256', text), complete: true },
    })
    const config = IgnitionConfig.parse(JSON.parse(text))
    expect(fileText(config, '/etc/kubernetes/bootstrap-kubelet.conf')).toContain(`"token": "${token}"`)
    const done = events.find(({ body }) => body.type === 'step-done' && body.uses === 'ignition.render')
    expect(done?.body).toMatchObject({
      result: { path: file, sha256: hash('sha256', text), profile: 'ours', complete: true },
    })
    const said = [journalText(), context.written.stderr, context.written.stdout, JSON.stringify(made)]
    expect(said.join('\n')).not.toContain(token)
  })

  it('keeps the configuration for another try of a host that has failed, and takes it away when the host is done', async () => {
    const made = await plan()
    const failed = await perform(made, await project())
    expect([failed.result.exitCode, readFileSync(ignitionFile(), 'utf8')]).toEqual([
      7,
      expect.stringContaining(token),
    ])
    writeFileSync(path.join(cwd, 'ok'), '')
    const { result } = await perform(made, await project(), { retry: ['worker-1'] })
    expect([result.exitCode, existsSync(ignitionFile())]).toEqual([0, false])
    expect(readdirSync(cwd, { recursive: true }).filter((name) => String(name).endsWith('.ign'))).toEqual([])
  })

  it('hands out a token of now when another process tries again, and the digest of that file', async () => {
    const made = await plan()
    await perform(made, await project())
    writeFileSync(path.join(cwd, 'ok'), '')
    const later = 'later0.fedcba9876543210'
    const { result } = await perform(made, await project({ JOIN_TOKEN: later }), { retry: ['worker-1'] })
    const text = readFileSync(path.join(cwd, 'fetched'), 'utf8')
    const request: unknown = JSON.parse(readFileSync(path.join(cwd, 'request'), 'utf8'))
    expect([result.exitCode, text.includes(later), text.includes(token)]).toEqual([0, true, false])
    expect(request).toMatchObject({ ignition: { sha256: hash('sha256', text), complete: true } })
  })

  it('tells every program the digest of the file as it lies there, also after its token was read anew', async () => {
    const made = await plan()
    const [node] = made.nodes
    const observe = `cat > "${cwd}/asked"; sha256sum < "${ignitionFile()}" > "${cwd}/digest"; test -e "${cwd}/ok"`
    const steps = node!.steps.map((step) =>
      step.uses === 'host.provision'
        ? { ...step, with: { ...step.with, observe: ['/bin/sh', '-c', observe] } }
        : step,
    )
    const asks = { ...made, nodes: [{ ...node!, steps }] }
    await perform(asks, await project())
    writeFileSync(path.join(cwd, 'ok'), '')
    await perform(asks, await project({ JOIN_TOKEN: 'later0.fedcba9876543210' }), { retry: ['worker-1'] })
    const request = JSON.parse(readFileSync(path.join(cwd, 'asked'), 'utf8')) as {
      ignition: { sha256: string }
    }
    expect(readFileSync(path.join(cwd, 'digest'), 'utf8').slice(0, 64)).toBe(request.ignition.sha256)
  })

  it('hands out no dead token when another one cannot be read, also past the point', async () => {
    const made = await plan()
    await perform(made, await project())
    rmSync(path.join(cwd, 'request'))
    writeFileSync(path.join(cwd, 'ok'), '')
    const { result, events } = await perform(made, await project({}), { retry: ['worker-1'] })
    expect([result.exitCode, existsSync(path.join(cwd, 'request'))]).toEqual([7, false])
    expect(JSON.stringify(events)).toContain('JOIN_TOKEN of a secret is not set')
  })

  it('goes on with what was written before when the host is past its point and nothing new can be made', async () => {
    const made = await plan()
    await perform(made, await project())
    writeFileSync(path.join(cwd, 'ok'), '')
    settings({ join: { ...joins, token: 'env:JOIN_TOKEN' }, accept, timeServers: ['ntp.example.com'] })
    const context = await project()
    const { result } = await perform(made, context, { retry: ['worker-1'] })
    expect([result.exitCode, readFileSync(path.join(cwd, 'fetched'), 'utf8').includes(token)]).toEqual([
      0,
      true,
    ])
    expect(context.written.stderr).toContain('handed out as it was written before')
  })

  it('hands out no file that somebody has edited when nothing new can be made, and goes on when it is put back', async () => {
    const made = await plan()
    await perform(made, await project())
    // Past its point with another token than the journal tells of.
    const later = { JOIN_TOKEN: 'later0.fedcba9876543210' }
    await perform(made, await project(later), { retry: ['worker-1'] })
    const file = ignitionFile()
    const written = readFileSync(file, 'utf8')
    settings({ join: { ...joins, token: 'env:JOIN_TOKEN' }, accept, timeServers: ['ntp.example.com'] })
    rmSync(path.join(cwd, 'request'))
    writeFileSync(path.join(cwd, 'ok'), '')
    const text = written.replace('worker-1', 'worker-9')
    writeFileSync(file, text)
    const refused = await perform(made, await project(later), { retry: ['worker-1'] })
    expect([refused.result.exitCode, existsSync(path.join(cwd, 'request'))]).toEqual([7, false])
    const failure = refused.result.nodes[0]?.failed?.failure
    expect(failure).toMatchObject({ class: 'config', code: 'IGNITION_EDITED' })
    for (const words of [file, hash('sha256', text), digestOf(made), `resume ${run.id} --retry worker-1`])
      expect(failure?.message).toContain(words)
    expect(JSON.stringify(refused.events)).not.toContain(later.JOIN_TOKEN)
    writeFileSync(file, written)
    const { result } = await perform(made, await project(later), { retry: ['worker-1'] })
    expect([result.exitCode, readFileSync(path.join(cwd, 'fetched'), 'utf8')]).toEqual([0, written])
  })

  it('writes a file that somebody has edited anew while it can be made', async () => {
    const made = await plan()
    await perform(made, await project())
    const written = readFileSync(ignitionFile(), 'utf8')
    writeFileSync(ignitionFile(), written.replace('worker-1', 'worker-9'))
    writeFileSync(path.join(cwd, 'ok'), '')
    const { result } = await perform(made, await project(), { retry: ['worker-1'] })
    expect([result.exitCode, readFileSync(path.join(cwd, 'fetched'), 'utf8')]).toEqual([0, written])
  })

  it('takes away what a process has left that was killed when the host was done', async () => {
    writeFileSync(path.join(cwd, 'ok'), '')
    const context = await project()
    const { events } = await perform(await plan(), context)
    const file = ignitionFile()
    writeFileSync(file, token)
    runConfigs({ context, run }, runStateOf(events))
    expect(existsSync(file)).toBe(false)
  })

  it('takes the configuration away again when the host is given back', async () => {
    const made = await plan()
    const [node] = made.nodes
    const steps = node!.steps.map((step) =>
      step.uses === 'host.provision' ? { ...step, with: { ...step.with, argv: ['/no/such'] } } : step,
    )
    const { result, events } = await perform({ ...made, nodes: [{ ...node!, steps }] }, await project())
    expect(result.exitCode).toBe(8)
    expect(events.some(({ body }) => body.type === 'step-done' && body.uses === 'ignition.render')).toBe(true)
    expect(existsSync(ignitionFile())).toBe(false)
  })

  it('leaves a placeholder where nobody has said where the token is read', async () => {
    settings({ join: joins, accept })
    writeFileSync(path.join(cwd, 'ok'), '')
    const { events } = await perform(await plan(), await project())
    expect(readFileSync(path.join(cwd, 'fetched'), 'utf8')).toContain('OSFERRY-BOOTSTRAP-TOKEN')
    expect(readFileSync(path.join(cwd, 'request'), 'utf8')).toContain('"complete":false')
    const done = events.find(({ body }) => body.type === 'step-done' && body.uses === 'ignition.render')
    expect(done?.body).toMatchObject({ result: { complete: false } })
  })

  it.each([
    ['is not set', {}, /JOIN_TOKEN of a secret is not set/],
    ['is none', { JOIN_TOKEN: 'canary-no-token' }, /join\.token \(env:JOIN_TOKEN\) gives no bootstrap token/],
  ])('stops before the point of no return when the token %s', async (_, env, words) => {
    const { result, events } = await perform(await plan(), await project(env))
    expect(result.exitCode).toBe(8)
    expect(existsSync(path.join(cwd, 'request'))).toBe(false)
    const said = JSON.stringify(events)
    expect(said).toMatch(words)
    expect(said).not.toContain('canary-no-token')
  })

  it.each<[string, () => Promise<void>, RegExp]>([
    [
      'settings have changed',
      async () => await Promise.resolve(settings({ join: joins, accept, timeServers: ['ntp.example.com'] })),
      /approved is [0-9a-f]{12}/,
    ],
    [
      'the host has got something that would be lost',
      async () => {
        const jobs = [{ source: '/etc/crontab', user: 'root', schedule: '@daily', command: '/opt/new' }]
        await writeFacts(factsDirectory(await project()), factsWith({ cron: { jobs } }, hostFacts()))
      },
      /cron:\/etc\/crontab:@daily \/opt\/new/,
    ],
  ])('does not go on with another configuration than the approved one: %s', async (_, change, words) => {
    const made = await plan()
    await change()
    expect(await changedConfigs(await project(), made)).toEqual(['worker-1'])
    const { result, events } = await perform(made, await project())
    expect(result.exitCode).toBe(8)
    expect(existsSync(path.join(cwd, 'request'))).toBe(false)
    expect(JSON.stringify(events)).toMatch(words)
  })

  it('reads again what could not be read when it has been put right', async () => {
    const host = planHost('worker-1', { argv: ['/bin/true'] })
    const configs = openNodeConfigs(await project())
    writeFileSync(path.join(cwd, 'ignition.yaml'), 'schema: [')
    await expect(configs.make(host, 'ours')).rejects.toMatchObject({ code: 'IGNITION_SETTINGS_INVALID' })
    settings({ join: joins, accept })
    expect((await configs.make(host, 'ours')).isShortLived).toBe(false)
  })

  it('finds nothing changed while nothing has', async () => {
    expect(await changedConfigs(await project(), await plan())).toEqual([])
  })

  it('is refused before anything is written when the plan holds no digest', async () => {
    const made = await plan()
    const [node] = made.nodes
    const bare = {
      ...made,
      nodes: [{ ...node!, steps: [{ ...node!.steps[0]!, with: { profile: 'ours' } }] }],
    }
    await expect(perform(bare, await project())).rejects.toMatchObject({
      code: 'DOCUMENT_INVALID',
      message: expect.stringMatching(/ignition\.render[^]*config/),
    })
  })
})
