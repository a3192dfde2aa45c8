import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readPlan } from '../../src/inventory/plan-file.ts'
import type { Finding, HostAssessment } from '../../src/model/assessment.ts'
import { hostProject, type HostProject } from '../support/host-project.ts'
import { applyWords, type OsferryRun } from '../support/osferry.ts'

let project: HostProject
const file = (name: string): string => path.join(project.cwd, name)
const live = '2999-12-31'
const over = '2026-01-31'

beforeEach(async () => {
  project = hostProject(['a', 'b'])
  await project.run(['assess', '--target', 'containeros', '-q'])
})
afterEach(() => project.remove())

/** Lets the saved assessment of hosts rest on a waiver that ends on a day: with one that is over, it is as if time had gone by. */
function waive(days: Readonly<Record<string, string>>): void {
  const at = file('.osferry/assessment.ndjson')
  const lines = readFileSync(at, 'utf8').trimEnd().split('\n')
  const changed = lines.map((line) => {
    const record = JSON.parse(line) as { record: string } & HostAssessment
    const expires = record.record === 'host' ? days[record.host.name] : undefined
    if (expires === undefined) return line
    const targets = record.targets.map((one) => ({
      ...one,
      findings: [...one.findings.filter(({ key }) => key !== 'root-disk-data'), finding(expires)],
    }))
    return JSON.stringify({ ...record, targets })
  })
  writeFileSync(at, `${changed.join('\n')}\n`)
}

function finding(expires: string): Finding {
  return {
    key: 'root-disk-data',
    status: 'waived',
    severity: 'block',
    here: { en: '/srv is on the root disk', zh: '/srv 位于系统盘' },
    evidence: [],
    remedies: [],
    waiver: { index: 0, reason: 'copied by hand', owner: 'dba@example.com', expires, was: 'fail' },
  }
}

const create = async (): Promise<OsferryRun> =>
  await project.run(['plan', 'create', '--options', 'options.yaml'])

async function apply(...more: string[]): Promise<OsferryRun> {
  const { digest } = await readPlan(file('plan.json'))
  return await project.run(applyWords('hosts-only.yaml', digest, ...more))
}

describe('a waiver that is over', () => {
  it('accepts nothing in a plan: the host is left out, and is told why', async () => {
    waive({ a: over, b: live })
    await create()
    const { plan } = await readPlan(file('plan.json'))
    expect(plan.nodes.map(({ host }) => host)).toEqual(['b'])
    expect(plan.leftOut).toMatchObject([
      {
        host: 'a',
        reasons: [
          {
            en: 'root-disk-data (block): /srv is on the root disk (its waiver, of dba@example.com, ended on 2026-01-31)',
          },
        ],
      },
    ])
  })

  it('makes a plan that rests on it stale: no node is begun, and finding, host and day are told', async () => {
    waive({ a: live, b: live })
    await create()
    waive({ a: live, b: over })
    const refused = await apply()
    expect([refused.exitCode, refused.stderr]).toEqual([5, expect.stringContaining('[PLAN_STALE]')])
    expect(refused.stderr).toContain(
      'assessment: b\n    root-disk-data: its waiver, of dba@example.com, ended on 2026-01-31',
    )
    expect(refused.stderr).not.toContain('assessment: a')
    const words = ['plan', 'validate', 'plan.json', '--playbook', 'hosts-only.yaml', '-o', 'json']
    const checked = await project.run(words)
    expect([checked.exitCode, JSON.parse(checked.stdout)]).toMatchObject([
      5,
      {
        changes: [
          {
            input: 'assessment',
            host: 'b',
            endedWaivers: [{ finding: 'root-disk-data', owner: 'dba@example.com', expires: over }],
          },
        ],
      },
    ])
    expect(project.acts()).toEqual([])
  })

  it('stops no node that a run has begun, and lets it begin no other', async () => {
    waive({ a: live, b: live })
    await create()
    writeFileSync(file('fail-a'), '')
    const failed = await apply('-o', 'json')
    const { run } = JSON.parse(failed.stdout) as { run: string }
    expect([failed.exitCode, project.acts()]).toEqual([7, ['a']])
    rmSync(file('fail-a'))
    waive({ a: over, b: over })
    const refused = await project.run(['runs', 'resume', run, '--retry', 'a', '--only', 'a,b'])
    expect([refused.exitCode, refused.stderr]).toEqual([
      5,
      expect.stringContaining('assessment: b\n    root-disk-data: its waiver'),
    ])
    expect(refused.stderr).not.toContain('assessment: a')
    const resumed = await project.run(['runs', 'resume', run, '--retry', 'a', '--only', 'a'])
    expect([resumed.exitCode, project.acts()]).toEqual([0, ['a', 'a']])
  })
})
