import { rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { hostProject, type HostProject } from '../support/host-project.ts'
import { applyWords, type OsferryRun } from '../support/osferry.ts'

let project: HostProject
let run = ''

/** A run that has ended because `a` failed past its point of no return; `b` was not started. */
beforeEach(async () => {
  project = hostProject(['a', 'b'])
  const digest = await project.plan()
  writeFileSync(path.join(project.cwd, 'fail-a'), '')
  const applied = await project.run(applyWords('hosts-only.yaml', digest, '-o', 'json'))
  if (applied.exitCode !== 7) throw new Error(applied.stderr)
  ;({ run } = JSON.parse(applied.stdout) as { run: string })
  rmSync(path.join(project.cwd, 'fail-a'))
})
afterEach(() => project.remove())

const resume = async (...args: string[]): Promise<OsferryRun> =>
  await project.run(['runs', 'resume', run, ...args])

describe('osferry runs resume', () => {
  it('works on the node to retry alone where the run had ended, whatever became of the others', async () => {
    project.facts('b', '5.10.0-1.an8.x86_64')
    const { exitCode, stderr } = await resume('--retry', 'a')
    expect([exitCode, project.acts()]).toEqual([0, ['a', 'a']])
    expect(stderr).toContain(`next: osferry runs resume ${run}`)
  })

  it('starts no node that is another one than when the plan was made', async () => {
    project.facts('b', '5.10.0-1.an8.x86_64')
    const refused = await resume('--retry', 'a', '--only', 'a,b')
    expect([refused.exitCode, refused.stderr]).toEqual([5, expect.stringContaining('[PLAN_STALE]')])
    expect(refused.stderr).toContain('facts: b')
    expect(project.acts()).toEqual(['a'])
    await resume('--retry', 'a')
    const stale = await resume()
    expect([stale.exitCode, project.acts()]).toEqual([5, ['a', 'a']])
    project.facts('b')
    const { exitCode } = await resume()
    expect([exitCode, project.acts()]).toEqual([0, ['a', 'a', 'b']])
  })

  it('refuses to retry a node that is not among those of --only', async () => {
    const { exitCode, stderr } = await resume('--retry', 'a', '--only', 'b')
    expect([exitCode, stderr]).toEqual([64, expect.stringContaining('a: to be tried again')])
    expect(project.acts()).toEqual(['a'])
  })
})
