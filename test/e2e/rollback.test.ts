import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { hostProject, type HostProject } from '../support/host-project.ts'

let planned: HostProject
let project: HostProject
let digest = ''
const file = (name: string): string => path.join(project.cwd, name)

/** Puts the old system back, unless a file says that it cannot. */
const script = 'cat >> backs; ! test -e no-image'

beforeAll(async () => {
  planned = hostProject(['a', 'b'])
  project = planned
  writeFileSync(file('rollback.sh'), script)
  const options = readFileSync(file('options.yaml'), 'utf8')
  writeFileSync(
    file('options.yaml'),
    options.replace(
      './provision.sh] }',
      './provision.sh], observe: [test, -e, new], rollback: [/bin/sh, ./rollback.sh] }',
    ),
  )
  digest = await project.plan()
  writeFileSync(file('fail-a'), '')
  // One after the other: b must not have been begun when a fails.
  const how = ['--max-unavailable', '1', '--approve', digest.slice(0, 12)]
  const applied = await project.run(['apply', 'plan.json', '--playbook', 'hosts-only.yaml', ...how])
  if (!applied.stderr.includes('osferry rollback a')) throw new Error(applied.stderr)
})
afterAll(() => planned.remove())
beforeEach(() => {
  project = hostProject([])
  cpSync(planned.cwd, project.cwd, { recursive: true })
})
afterEach(() => project.remove())

const statuses = async (): Promise<unknown> => {
  const { stdout } = await project.run(['runs', 'list', '-o', 'json'])
  return (JSON.parse(stdout) as { items: { status: string }[] }).items.map(({ status }) => status)
}

describe('osferry rollback', () => {
  it.each([
    [['a', '--yes'], 5, '[APPROVAL_MISSING]'],
    [['a', '--approve', '000000000000'], 5, '[PLAN_DIGEST_WRONG]'],
    [['zzz', '--approve', '000000000000'], 65, '[RUN_NOT_FOUND]'],
    [['b', '--approve', '000000000000'], 65, 'nothing was begun with b'],
  ])('touches nothing that nobody has approved, or begun: %j', async (args, code, message) => {
    const { exitCode, stderr } = await project.run(['rollback', ...args])
    expect([exitCode, stderr]).toEqual([code, expect.stringContaining(message)])
    expect(existsSync(file('backs'))).toBe(false)
  })

  it('brings a node back by the means of the plan, and asks again where they have failed', async () => {
    writeFileSync(file('no-image'), '')
    const failed = await project.run(['rollback', 'a', '--approve', digest])
    expect([failed.exitCode, failed.stdout]).toEqual([7, expect.stringContaining('PROVISION_FAILED')])
    rmSync(file('no-image'))
    const { exitCode, stdout, stderr } = await project.run([
      'rollback',
      'a',
      '--approve',
      digest.slice(0, 12),
    ])
    expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/^a +\S+ rolled back/m)])
    expect(stderr).toContain('a back as found')
    const asked = readFileSync(file('backs'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { means: string; token: string })
    expect(asked).toMatchObject([{ verb: 'rollback', host: 'a', means: 'reinstall' }, { means: 'reinstall' }])
    expect(asked[0]?.token).toBe(asked[1]?.token)
    expect(await statuses()).toEqual(['rolled-back'])
    expect((await project.run(['runs', 'verify'])).exitCode).toBe(0)
  })

  it('takes a run for all of its nodes that have not ended well, and says when there is nothing to do', async () => {
    const { stdout } = await project.run(['runs', 'list', '-o', 'json'])
    const [run] = (JSON.parse(stdout) as { items: { run?: string; id?: string }[] }).items
    const id = run?.id ?? run?.run ?? ''
    expect((await project.run(['rollback', id, '--approve', digest])).exitCode).toBe(0)
    const again = await project.run(['rollback', id, '--approve', digest])
    expect([again.exitCode, again.stderr]).toEqual([64, expect.stringContaining('no node that has failed')])
  })
})
