import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { planConfigs } from '../../src/cli/plan-configs.ts'
import { sha256 } from '../../src/cli/plan-cluster.ts'
import { factsDirectory } from '../../src/cli/state-paths.ts'
import { writeFacts } from '../../src/inventory/facts-store.ts'
import type { HostFacts } from '../../src/model/facts.ts'
import type { ProfilePath } from '../../src/model/profile-fields.ts'
import { Plan } from '../../src/model/plan.ts'
import { PlanOptions } from '../../src/model/plan-options.ts'
import { planIssues } from '../../src/model/plan-rules.ts'
import { makePlan, type PlanHost, type PlanRequest } from '../../src/plan/make-plan.ts'
import { commandContext } from '../support/command-context.ts'
import { factsWith, hostFacts, type FactOverrides } from '../support/facts-fixture.ts'
import { assessedHost } from '../support/wizard-data.ts'
import { wholeProfile } from '../support/whole-profile.ts'
import { settingsOf } from './run-world-here.ts'

const playbook: PlanRequest['playbook'] = {
  sha256: 'a'.repeat(64),
  playbook: {
    schema: 'playbook/v1',
    name: 'test',
    title: { en: 'test', zh: '测试' },
    target: 'containeros',
    phases: {
      migrate: [],
      replace: [{ uses: 'ignition.render' }, { uses: 'host.provision', pointOfNoReturn: true }],
      restore: [],
    },
  },
}

let cwd = ''
beforeEach(() => {
  cwd = mkdtempSync(path.join(tmpdir(), 'osferry-plan-configs-'))
  profile()
  settings({})
})
afterEach(() => rmSync(cwd, { recursive: true }))

function profile(changes: Partial<Record<ProfilePath, unknown>> = {}): void {
  writeFileSync(path.join(cwd, 'ours.yaml'), stringify({ ...wholeProfile(changes), name: 'ours' }))
}

function settings(given: object): void {
  writeFileSync(path.join(cwd, 'i.yaml'), stringify({ schema: 'ignition-settings/v1', ...given }))
}

/** The plan of these hosts, each with what of its facts is otherwise. */
async function planned(
  hosts: Record<string, FactOverrides>,
  named: object = { profile: 'ours' },
): Promise<Plan> {
  const text = 'ignition: { profiles: [ours.yaml], settings: i.yaml }\n'
  const context = await commandContext(cwd, { settings: await settingsOf(cwd, text) })
  const documents = Object.entries(hosts).map(([name, changes]): HostFacts => {
    const facts = factsWith({ kubelet: { installed: false }, ...changes }, hostFacts())
    return { ...facts, host: { ...facts.host, name } }
  })
  for (const document of documents) await writeFacts(factsDirectory(context), document)
  const options = PlanOptions.parse({
    schema: 'plan-options/v1',
    rollback: { means: 'reinstall' },
    data: [
      { kind: 'images', action: 'discard', reason: 'pulled again' },
      { kind: 'empty-dir', action: 'discard', reason: 'scratch' },
    ],
    with: { 'host.provision': { provider: 'command', argv: ['/opt/ours'] }, 'ignition.render': named },
  })
  const { rollback = { means: 'reinstall' } } = options
  const request = {
    playbook,
    options: { ...options, rollback },
    hosts: documents.map((facts): PlanHost => ({
      assessment: assessed(facts),
      facts,
      view: null,
    })),
    cluster: undefined,
  }
  const configs = await planConfigs(context, request)
  return makePlan({
    version: '0.1.0',
    ...request,
    today: '2026-11-22',
    sha256,
    ...(configs === undefined ? {} : { configs }),
  })
}

/** Judged from these facts, and ready for anything. */
function assessed({ host, collection }: HostFacts): PlanHost['assessment'] {
  const made = assessedHost(host.name, 1)
  return { ...made, facts: { ...made.facts, collectedAt: collection.finishedAt } }
}

const rendersOf = ({ nodes }: Plan): unknown[] => nodes.map(({ steps }) => steps[0]?.with)

describe('the configurations of a plan', () => {
  it('stand in it by their digests, which are those of the host', async () => {
    const plan = await planned({ 'worker-1': {}, 'worker-2': { time: { servers: ['10.0.0.9'] } } })
    expect(plan.leftOut).toEqual([])
    expect(planIssues(Plan.parse(plan))).toEqual([])
    const digest = expect.stringMatching(/^[0-9a-f]{64}$/) as string
    const [first, second] = rendersOf(plan) as { config: string }[]
    expect([first, second]).toEqual([
      { profile: 'ours', config: digest },
      { profile: 'ours', config: digest },
    ])
    expect(first?.config).not.toBe(second?.config)
    expect(rendersOf(await planned({ 'worker-1': {} }))).toEqual([first])
  })

  it('leave out a host with everything that it would lose and nobody has accepted, by name', async () => {
    const jobs = [{ source: '/etc/crontab', user: 'root', schedule: '@daily', command: '/opt/backup' }]
    const plan = await planned({ 'worker-1': { cron: { jobs } }, 'worker-2': {} })
    expect(plan.nodes.map(({ name }) => name)).toEqual(['worker-2'])
    expect(plan.leftOut).toEqual([
      {
        host: 'worker-1',
        reasons: [
          {
            en: expect.stringContaining('cron:/etc/crontab:@daily /opt/backup: /etc/crontab runs') as string,
            zh: expect.stringContaining('不会随迁') as string,
          },
        ],
      },
    ])
  })

  it('leave out a host whose configuration would fail on the machine, with field and why', async () => {
    const plan = await planned({ 'worker-1': { dns: { hostsEntries: [{ address: 'a b', names: ['x'] }] } } })
    expect(plan.nodes).toEqual([])
    expect(plan.leftOut[0]?.reasons.map(({ en }) => en)).toEqual([
      expect.stringMatching(/^no Ignition configuration: an entry of \/etc\/hosts is "a b"$/),
    ])
  })

  it('are refused as a whole when the profile does not know what is needed', async () => {
    await expect(planned({ 'worker-1': {} }, { profile: 'lifseaos' })).rejects.toMatchObject({
      code: 'PROFILE_INCOMPLETE',
    })
    await expect(planned({ 'worker-1': {} }, { profile: 'our' })).rejects.toMatchObject({
      code: 'PROFILE_UNKNOWN',
      hint: expect.stringContaining('Did you mean ours?') as string,
    })
  })

  it('are asked for with the profile that nobody has named', async () => {
    const plan = await planned({ 'worker-1': {} }, {})
    expect(plan.leftOut[0]?.reasons[0]?.en).toMatch(/^ignition\.render is not complete: profile/)
  })
})
