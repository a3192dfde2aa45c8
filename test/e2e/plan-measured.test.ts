import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openJournalReader } from '../../src/journal/read-journal.ts'
import { Plan } from '../../src/model/plan.ts'
import { hostProject, type HostProject } from '../support/host-project.ts'

const hosts = ['a', 'b', 'c', 'd', 'e', 'f', 'g']
let moved: HostProject
let project: HostProject
/** The digest by which one host was planned before anything had run. */
let early = ''
let before: Buffer
beforeAll(async () => {
  moved = hostProject(hosts)
  const digest = await moved.plan()
  before = readFileSync(path.join(moved.cwd, 'plan.json'))
  const shown = await moved.run(['migrate', 'a', '--options', 'options.yaml'])
  early = /sha256 ([0-9a-f]{64})$/m.exec(shown.stdout)?.[1] ?? ''
  const args = ['--playbook', 'hosts-only.yaml', '--approve', digest]
  const applied = await moved.run(['apply', 'plan.json', ...args])
  if (applied.exitCode !== 0) throw new Error(applied.stderr)
})
afterAll(() => moved.remove())
beforeEach(() => {
  project = hostProject(moved)
})
afterEach(() => project.remove())

const file = (name: string): string => path.join(project.cwd, name)

async function planned(): Promise<{ plan: Plan; stdout: string; stderr: string }> {
  const { exitCode, stdout, stderr } = await project.run([
    'plan',
    'create',
    '--options',
    'options.yaml',
    '--out',
    'next.json',
  ])
  expect([exitCode, stderr]).toEqual([0, expect.any(String)])
  return { plan: Plan.parse(JSON.parse(readFileSync(file('next.json'), 'utf8'))), stdout, stderr }
}

/** From the records themselves: seven attempts, so the fourth and the longest. */
function recorded(): { p50Ms: number | undefined; p90Ms: number | undefined } {
  const reader = openJournalReader(file('.osferry/journal.db'))!
  const begun = new Map<string | null, number>()
  const times: number[] = []
  for (const { at, node, body } of reader.events(reader.runs()[0]!.id)) {
    if (body.type === 'step-started') begun.set(node, Date.parse(at))
    if (body.type === 'step-done') times.push(Date.parse(at) - begun.get(node)!)
  }
  reader.close()
  expect(times).toHaveLength(hosts.length)
  const sorted = times.toSorted((a, b) => a - b)
  return { p50Ms: sorted[3], p90Ms: sorted[6] }
}

describe('the estimates of a plan', () => {
  it('are assumed before anything has run', () => {
    const { nodes, estimate } = Plan.parse(JSON.parse(before.toString()))
    expect(nodes.flatMap(({ steps }) => steps.map((step) => step.estimate.basis))).toEqual(
      hosts.map(() => 'assumed'),
    )
    expect(estimate.basis).toBe('assumed')
  })

  it('are measured for steps that have run, with how many attempts they rest on, and the same each time', async () => {
    const { plan, stdout } = await planned()
    const estimate = { ...recorded(), basis: 'measured', samples: hosts.length }
    expect(plan.nodes.flatMap(({ steps }) => steps)).toMatchObject(
      hosts.map(() => ({ uses: 'host.provision', estimate })),
    )
    expect([plan.estimate.basis, stdout]).toEqual(['measured', expect.not.stringContaining('assumed')])
    const bytes = readFileSync(file('next.json'))
    await planned()
    expect(readFileSync(file('next.json')).equals(bytes)).toBe(true)
  })

  it('stay assumed for a step that has not run, and so for its node', async () => {
    const text = readFileSync(file('hosts-only.yaml'), 'utf8')
    const more = '    - uses: node.verify-os\n      with: { osRelease: { id: lifsea } }\n  restore: []\n'
    writeFileSync(file('hosts-only.yaml'), text.replace('  restore: []\n', more))
    const { plan } = await planned()
    const bases = plan.nodes[0]!.steps.map(({ uses, estimate }) => [uses, estimate.basis, estimate.samples])
    expect(bases).toEqual([
      ['host.provision', 'measured', 7],
      ['node.verify-os', 'assumed', undefined],
    ])
    expect(plan.nodes[0]!.estimate.basis).toBe('assumed')
  })

  it('are no reason for which a plan is stale', async () => {
    const valid = await project.run(['plan', 'validate', 'plan.json', '--playbook', 'hosts-only.yaml'])
    expect([valid.exitCode, valid.stderr]).toEqual([0, expect.not.stringContaining('PLAN_STALE')])
  })

  it('make no other plan of one that was approved before', async () => {
    const run = await project.run(['migrate', 'a', '--options', 'options.yaml', '--approve', early])
    expect([run.exitCode, run.stderr]).toEqual([0, expect.stringContaining('migrated and held there')])
  })

  it('do without runs of which nobody can tell the target any more, and say so', async () => {
    rmSync(file('.osferry/plans'), { recursive: true })
    const { plan, stderr } = await planned()
    expect(plan.estimate.basis).toBe('assumed')
    expect(stderr).toContain('the times of a run are not used for estimates')
  })

  it('are not made from a journal that is not as it was written', async () => {
    const bytes = readFileSync(file('.osferry/journal.db'))
    writeFileSync(file('.osferry/journal.db'), Buffer.concat([Buffer.from('broken'), bytes.subarray(6)]))
    const run = await project.run(['plan', 'create', '--options', 'options.yaml', '--out', 'none.json'])
    expect([run.exitCode, run.stderr]).toEqual([
      expect.any(Number),
      expect.stringContaining('[JOURNAL_CORRUPT]'),
    ])
    expect(run.exitCode).not.toBe(0)
  })
})
