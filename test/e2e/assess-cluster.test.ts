import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Assessment } from '../../src/model/assessment.ts'
import type { HostFacts } from '../../src/model/facts.ts'
import { budgetStatus, clusterBudget, clusterNode } from '../support/cluster-fixture.ts'
import { writeSnapshot } from '../support/cluster-file-fixture.ts'
import { factsWith, hostFacts } from '../support/facts-fixture.ts'
import { osferry } from '../support/osferry.ts'

let cwd = ''
beforeEach(() => {
  cwd = mkdtempSync(path.join(tmpdir(), 'osferry-assess-cluster-'))
  mkdirSync(path.join(cwd, '.osferry', 'facts'), { recursive: true })
})
afterEach(() => rmSync(cwd, { recursive: true }))

const saved = (): string => path.join(cwd, '.osferry', 'cluster.ndjson')
const matchOf = (host: string) => ({
  matches: [{ host, node: 'node-1', by: ['machine-id' as const] }],
  findings: [],
})

function writeFacts(name: string, base: HostFacts = hostFacts()): void {
  const facts = { ...base, host: { ...base.host, name } }
  writeFileSync(path.join(cwd, '.osferry', 'facts', `${name}.json`), JSON.stringify(facts))
}

async function assessed(...args: string[]): Promise<Assessment> {
  const { stdout, stderr } = await osferry(['assess', '-o', 'json', ...args], { cwd })
  expect(stderr).not.toContain('Error')
  return JSON.parse(stdout) as Assessment
}

const keysOf = (document: Assessment, host: string): string[] =>
  document.hosts
    .find((one) => one.host.name === host)!
    .targets.flatMap(({ findings, passed, notApplicable }) => [
      ...findings.map(({ key }) => key),
      ...passed,
      ...notApplicable.map(({ key }) => key),
    ])

describe('osferry assess with the snapshot of a cluster', () => {
  it('says that the cluster was not looked at, and runs no check of a node, without a snapshot', async () => {
    writeFacts('worker-1')
    const document = await assessed()
    expect(document.cluster).toBeNull()
    expect(keysOf(document, 'worker-1')).not.toContain('node-cordoned')
    const { stdout } = await osferry(['assess'], { cwd })
    expect(stdout).toContain('The cluster was not looked at: run osferry cluster snapshot')
    const chinese = await osferry(['assess', '--lang', 'zh-CN'], { cwd })
    expect(chinese.stdout).toContain('未检查集群')
    const report = await osferry(['report', '-f', 'md=-'], { cwd })
    expect(report.stdout).toContain('The cluster was not looked at')
  })

  it('judges the node that a host is', async () => {
    writeFacts('worker-1')
    const status = budgetStatus({ disruptionsAllowed: 0, desiredHealthy: 3 })
    await writeSnapshot(saved(), {
      parts: {
        nodes: [clusterNode('node-1', { unschedulable: true })],
        budgets: [clusterBudget('web', { status })],
      },
      hosts: matchOf('worker-1'),
    })
    const document = await assessed()
    expect(document.cluster).toMatchObject({ context: 'test', nodes: 1, matched: 1, stale: false })
    for (const { verdict, findings } of document.hosts[0]!.targets) {
      expect(verdict).toBe('BLOCKED')
      expect(findings.map(({ key }) => key)).toEqual(
        expect.arrayContaining(['budget-never-allows', 'node-cordoned']),
      )
      const found = findings.find(({ key }) => key === 'budget-never-allows')
      expect(found?.evidence[0]).toMatchObject({ fact: 'cluster', command: 'osferry cluster snapshot' })
    }
  })

  it('cannot judge a host with a kubelet that is no known node, and leaves plain hosts alone', async () => {
    writeFacts('worker-1')
    writeFacts('plain', factsWith({ kubelet: { installed: false, active: false, enabled: false } }))
    const here = { en: 'host worker-1: no node has its name', zh: '主机 worker-1：没有对应的节点' }
    const finding = { key: 'host-without-node' as const, hosts: ['worker-1'], nodes: [], here }
    await writeSnapshot(saved(), { hosts: { matches: [], findings: [finding] } })
    const { hosts } = await assessed('--target', 'rhck')
    const [plain, worker] = hosts.map(({ targets }) => targets[0]!)
    expect(worker?.verdict).toBe('UNKNOWN')
    expect(worker?.findings.find(({ key }) => key === 'budget-never-allows')).toMatchObject({
      status: 'unknown',
      here,
    })
    expect(plain?.notApplicable.map(({ key }) => key)).toContain('budget-never-allows')
  })

  it('never passes on a list that was not read, nor on an old snapshot', async () => {
    writeFacts('worker-1')
    const gap = { list: 'budgets', resource: 'poddisruptionbudgets.policy', message: 'not allowed' } as const
    await writeSnapshot(saved(), {
      gaps: [{ ...gap, reason: 'forbidden', objects: null }],
      hosts: matchOf('worker-1'),
    })
    const forbidden = await assessed('--target', 'rhck')
    const unknownIn = ({ hosts }: Assessment): string[] =>
      hosts[0]!.targets[0]!.findings.filter(({ status }) => status === 'unknown').map(({ key }) => key)
    expect(unknownIn(forbidden)).toContain('budget-never-allows')
    expect(unknownIn(forbidden)).not.toContain('node-cordoned')
    await writeSnapshot(saved(), { createdAt: '2020-01-01T00:00:00.000Z', hosts: matchOf('worker-1') })
    const old = await assessed('--target', 'rhck')
    expect(old.cluster?.stale).toBe(true)
    expect(unknownIn(old)).toEqual(expect.arrayContaining(['budget-never-allows', 'node-cordoned']))
  })

  it('takes the snapshot that is named, and refuses one that is not there or was cut short', async () => {
    writeFacts('worker-1')
    const other = path.join(cwd, 'other.ndjson')
    await writeSnapshot(other, { hosts: matchOf('worker-1') })
    expect((await assessed('--cluster', other)).cluster?.matched).toBe(1)
    const missing = await osferry(['assess', '--cluster', 'nowhere.ndjson'], { cwd })
    expect(missing).toMatchObject({ exitCode: 65, stderr: expect.stringContaining('nowhere.ndjson') })
    writeFileSync(other, '{"record":"head","schema":"cluster/v1"}\n')
    const cut = await osferry(['assess', '--cluster', other], { cwd })
    expect(cut).toMatchObject({ exitCode: 65, stderr: expect.stringContaining('osferry cluster snapshot') })
  })
})

describe('osferry cluster check with waivers', () => {
  const waiver = (check: string, selector: string, expires = '2999-12-31'): string =>
    `  - { check: ${check}, selector: '${selector}', reason: known, owner: web-team, expires: '${expires}' }\n`

  async function checked(
    waivers: string,
  ): Promise<{ exitCode: number | null; rows: string[]; stderr: string }> {
    writeFileSync(path.join(cwd, 'waivers.yaml'), `schema: waivers/v1\nwaivers:\n${waivers}`)
    const args = ['cluster', 'check', '--waivers', 'waivers.yaml', '--target', 'rhck', '-o', 'json']
    const { exitCode, stdout, stderr } = await osferry(args, { cwd })
    const { items } = JSON.parse(stdout) as {
      items: { key: string; node: string; status: string; waiver?: { owner: string } }[]
    }
    const rows = items.map(({ key, node, status, waiver }) =>
      [node, key, status, ...(waiver === undefined ? [] : [waiver.owner])].join(' '),
    )
    return { exitCode, rows, stderr }
  }

  beforeEach(async () => {
    const status = budgetStatus({ disruptionsAllowed: 0, desiredHealthy: 3 })
    await writeSnapshot(saved(), {
      parts: { budgets: [clusterBudget('web', { status })] },
      hosts: matchOf('worker-1'),
    })
    writeFileSync(
      path.join(cwd, 'inventory.yaml'),
      'schema: inventory/v1\nhosts:\n  - { name: worker-1, labels: { role: web } }\n  - { name: node-2, labels: { role: web } }\n',
    )
  })

  it('shows an accepted risk as such, and does not fail by it', async () => {
    const all = await checked(waiver('budget-never-allows', '*'))
    expect(all.rows).toEqual(
      ['node-1', 'node-2', 'node-3'].map((node) => `${node} budget-never-allows waived web-team`),
    )
    expect(all.exitCode).toBe(0)
  })

  it('asks a selector about the host that the node is, and about no other host of that name', async () => {
    const some = await checked(waiver('budget-never-allows', 'role=web'))
    expect(some.rows).toEqual([
      'node-1 budget-never-allows waived web-team',
      'node-2 budget-never-allows fail',
      'node-3 budget-never-allows fail',
    ])
    expect(some.exitCode).toBe(2)
    const named = await checked(waiver('budget-never-allows', 'host=worker-1'))
    expect(named.rows[0]).toBe('node-1 budget-never-allows waived web-team')
  })

  it('says which waivers are over, or for nothing', async () => {
    const { rows, exitCode, stderr } = await checked(
      waiver('budget-never-allows', '*', '2020-01-01') + waiver('no-such-check', '*'),
    )
    expect(rows.every((row) => row.endsWith(' fail'))).toBe(true)
    expect(exitCode).toBe(2)
    expect(stderr).toContain('a waiver is over')
    expect(stderr).toContain('no-such-check')
  })

  it('refuses a waivers file that is not valid', async () => {
    writeFileSync(path.join(cwd, 'waivers.yaml'), 'schema: waivers/v1\nwaivers:\n  - { check: x }\n')
    const run = await osferry(['cluster', 'check', '--waivers', 'waivers.yaml'], { cwd })
    expect(run.stderr).toContain('WAIVERS_INVALID')
    expect(run.exitCode).not.toBe(0)
  })
})
