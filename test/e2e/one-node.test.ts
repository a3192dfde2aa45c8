import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { RunResultDocument } from '../../src/model/run-result.ts'
import { hostProject, type HostProject } from '../support/host-project.ts'
import type { OsferryRun } from '../support/osferry.ts'

let project: HostProject
let assessed: HostProject
beforeAll(async () => {
  assessed = hostProject(['a', 'b'])
  await assessed.plan()
})
afterAll(() => assessed.remove())
beforeEach(() => {
  project = hostProject(assessed)
})
afterEach(() => project.remove())

const file = (name: string): string => path.join(project.cwd, name)
const plans = (): string[] => (existsSync(file('.osferry/plans')) ? readdirSync(file('.osferry/plans')) : [])
const migrate = (...args: string[]): Promise<OsferryRun> =>
  project.run(['migrate', 'a', '--options', 'options.yaml', ...args])

/** What a person sees before anybody has approved: the plan, and by which digest it is approved. */
async function digestOf(): Promise<string> {
  const { exitCode, stdout, stderr } = await migrate()
  expect([exitCode, stderr]).toEqual([5, expect.stringContaining('[APPROVAL_MISSING]')])
  const [, digest = ''] = /sha256 ([0-9a-f]{64})$/m.exec(stdout) ?? []
  expect(stderr).toContain(`--approve ${digest}`)
  expect([plans(), project.acts(), existsSync(file('.osferry/journal.db'))]).toEqual([
    [`${digest}.json`],
    [],
    false,
  ])
  return digest
}

async function runs(): Promise<{ id: string; status: string; plan: string }[]> {
  const { stdout } = await project.run(['runs', 'list', '-o', 'json'])
  return (JSON.parse(stdout) as { items: { id: string; status: string; plan: string }[] }).items
}

describe('osferry migrate, replace and restore', () => {
  it('plan one node, show it, and hold it after each step', async () => {
    const digest = await digestOf()
    const migrated = await migrate('--approve', digest.slice(0, 12))
    expect([migrated.exitCode, migrated.stderr]).toEqual([
      0,
      expect.stringMatching(/migrated and held there[^]*next: osferry replace a$/m),
    ])
    const [{ id } = { id: '' }] = await runs()
    const early = await project.run(['restore', 'a'])
    expect([early.exitCode, early.stderr, project.acts()]).toEqual([
      64,
      expect.stringMatching(/has not replaced the system of a[^]*osferry replace a [^]*osferry runs abort/),
      [],
    ])
    const replaced = await project.run(['replace', 'a'])
    expect([replaced.exitCode, project.acts()]).toEqual([0, ['a']])
    expect(replaced.stderr).toContain(`going on with the run ${id}, until a is replaced`)
    const ended = await project.run(['replace', 'a'])
    expect([ended.exitCode, ended.stderr, project.acts()]).toEqual([
      65,
      expect.stringMatching(/\[RUN_NOT_FOUND\][^]*begin with: osferry migrate a --options FILE/),
      ['a'],
    ])
    const twice = await migrate('--approve', digest)
    expect([twice.exitCode, twice.stderr]).toEqual([65, expect.stringContaining('[RUN_ENDED]')])
    expect(await runs()).toMatchObject([{ id, plan: digest, status: 'done' }])
  })

  it('plan a node only, whatever selector is set, and no other than was assessed', async () => {
    writeFileSync(file('osferry.yaml'), 'selector: name=b\n')
    const { exitCode, stdout } = await migrate('-o', 'json')
    expect([exitCode, stdout]).toEqual([5, ''])
    const [name = ''] = plans()
    expect(JSON.parse(readFileSync(file(`.osferry/plans/${name}`), 'utf8'))).toMatchObject({
      nodes: [{ name: 'a' }],
      leftOut: [],
    })
    const other = await project.run(['migrate', 'z', '--options', 'options.yaml'])
    expect([other.exitCode, other.stderr]).toEqual([65, expect.stringContaining('[SELECTOR_EMPTY]')])
    const none = await project.run(['migrate', 'a'])
    expect([none.exitCode, none.stderr]).toEqual([4, expect.stringContaining('--rollback')])
  })

  it('say why a node cannot be planned', async () => {
    writeFileSync(
      file('options.yaml'),
      readFileSync(file('options.yaml'), 'utf8').replace('acceptFindings: high', 'acceptFindings: low'),
    )
    const { exitCode, stderr } = await migrate()
    expect([exitCode, stderr]).toEqual([3, expect.stringContaining('cannot be planned: a: ')])
    expect(plans()).toEqual([])
  })

  it('go on after a kill with the same run and the same plan', async () => {
    const digest = await digestOf()
    await migrate('--approve', digest)
    writeFileSync(file('wait-a'), '')
    const killed = await project.run(['replace', 'a'], {
      started: (child) =>
        void vi
          .waitUntil(() => project.acts().length === 1, { timeout: 60_000, interval: 50 })
          .then(() => child.kill('SIGKILL')),
    })
    expect(killed.exitCode).toBeNull()
    rmSync(file('wait-a'))
    const flags = await migrate()
    expect([flags.exitCode, flags.stderr]).toEqual([
      64,
      expect.stringContaining('osferry migrate a goes on with'),
    ])
    const wrong = await migrate('--approve', '000000000000')
    expect([wrong.exitCode, wrong.stderr]).toEqual([5, expect.stringContaining('[PLAN_DIGEST_WRONG]')])
    const again = await migrate('--approve', digest)
    expect([again.exitCode, again.stderr]).toEqual([0, expect.stringContaining('until a is migrated')])
    const restored = await project.run(['restore', 'a', '-o', 'json'])
    expect(restored.exitCode).toBe(0)
    expect(RunResultDocument.parse(JSON.parse(restored.stdout))).toMatchObject({
      plan: digest,
      isResumable: false,
      nodes: [{ node: 'a', state: 'done' }],
    })
    expect(await runs()).toMatchObject([{ status: 'done' }])
  })

  it('say what to do with a node that has failed', async () => {
    writeFileSync(file('fail-a'), '')
    const digest = await digestOf()
    await migrate('--approve', digest)
    const failed = await project.run(['replace', 'a'])
    expect(failed.exitCode).toBe(7)
    const again = await project.run(['replace', 'a'])
    const [{ id } = { id: '' }] = await runs()
    expect([again.exitCode, again.stderr]).toEqual([
      65,
      expect.stringContaining(`osferry runs resume ${id} --retry a`),
    ])
    for (const flags of [[], ['--yes'], ['--dry-run', 'client']]) {
      const { exitCode, stderr, stdout } = await project.run(['restore', 'a', ...flags])
      expect([exitCode, stdout]).toEqual([64, ''])
      expect(stderr).toContain(`the run ${id} has failed on a, past its point of no return`)
      expect(stderr).toContain(`osferry runs resume ${id} --retry a tries again`)
      expect(stderr).toContain(`osferry rollback a --approve ${digest.slice(0, 12)} brings`)
    }
  })

  it('go on with one node of a run of many, and leave the others', async () => {
    const made = await project.run(['plan', 'create', '--options', 'options.yaml', '-o', 'json'])
    const { digest } = JSON.parse(made.stdout) as { digest: string }
    const args = ['--playbook', 'hosts-only.yaml', '--approve', digest, '--until', 'migrated', '--only', 'b']
    expect((await project.run(['apply', 'plan.json', ...args])).exitCode).toBe(0)
    const flags = await project.run(['restore', 'b', '--timeout', '5m'])
    expect([flags.exitCode, flags.stderr]).toEqual([64, expect.stringContaining('--timeout')])
    const mixed = await project.run(['restore', 'b', 'a'])
    expect([mixed.exitCode, mixed.stderr]).toEqual([64, expect.stringContaining('no run with a')])
    const { exitCode } = await project.run(['replace', 'b'])
    expect([exitCode, project.acts()]).toEqual([0, ['b']])
    const overlapping = await project.run(['replace', 'a'])
    expect([overlapping.exitCode, project.acts()]).toEqual([65, ['b']])
  })
})
