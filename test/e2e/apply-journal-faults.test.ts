import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { hostProject, type HostProject } from '../support/host-project.ts'
import { applyWords, bin, type OsferryRun } from '../support/osferry.ts'

let planned: HostProject
/** Where a run of both hosts was left when its first wave was done. */
let begun: HostProject
let run = ''
let digest = ''
let project: HostProject
beforeAll(async () => {
  planned = hostProject(['a', 'b'])
  digest = await planned.plan()
  begun = hostProject(planned)
  const first = await begun.run([...apply(), '--wave', '0', '-o', 'json'])
  if (first.exitCode !== 0) throw new Error(first.stderr)
  ;({ run } = JSON.parse(first.stdout) as { run: string })
})
afterAll(() => {
  planned.remove()
  begun.remove()
})
afterEach(() => project.remove())

const file = (name: string): string => path.join(project.cwd, name)
const journal = (): string => file('.osferry/journal.db')
const apply = (): string[] => applyWords('hosts-only.yaml', digest)
const goesOn = (command: string): string[] => (command === 'apply' ? apply() : ['runs', 'resume', run])

/** Runs the built CLI where the state directory is read-only, in a mount namespace of its own. */
async function runReadOnly(args: readonly string[]): Promise<OsferryRun> {
  const script =
    'mount --make-rprivate / && mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" && shift && exec "$@"'
  const argv = ['--mount', 'sh', '-c', script, 'sh', file('.osferry'), process.execPath, bin, ...args]
  const env = { ...process.env, HOME: project.cwd, NO_COLOR: '1', LANG: 'C.UTF-8' }
  try {
    const { stdout, stderr } = await promisify(execFile)('unshare', argv, { cwd: project.cwd, env })
    return { exitCode: 0, stdout, stderr }
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string }
    return { exitCode: code, stdout, stderr }
  }
}

describe('a journal on a read-only file system', () => {
  it('is not begun: osferry apply acts on nothing, exit 69', async () => {
    project = hostProject(planned)
    const { exitCode, stderr } = await runReadOnly(apply())
    expect([exitCode, stderr]).toEqual([69, expect.stringContaining('[JOURNAL_FAILED]')])
    expect(stderr).toContain('the file system is read-only')
    expect(project.acts()).toEqual([])
    expect((await project.run(apply())).exitCode).toBe(0)
  })

  it.each(['apply', 'runs resume'])('is not gone on with by osferry %s, exit 69', async (command) => {
    project = hostProject(begun)
    const before = readFileSync(journal())
    const args = goesOn(command)
    const { exitCode, stderr } = await runReadOnly(args)
    expect([exitCode, stderr]).toEqual([69, expect.stringContaining('[JOURNAL_FAILED]')])
    expect(stderr).toContain('the file system is read-only')
    expect([project.acts(), readFileSync(journal()).equals(before)]).toEqual([['a'], true])
    const resumed = await project.run(args)
    expect([resumed.exitCode, project.acts()]).toEqual([0, ['a', 'b']])
  })
})

describe('a journal that is not as it was written', () => {
  const damages: Readonly<Record<string, (whole: Buffer) => Buffer>> = {
    'that has lost its end': (whole) => whole.subarray(0, whole.length / 2),
    'that is another kind of file': () => Buffer.from('this is no journal\n'.repeat(400)),
    // Everywhere, since pages keep what they held before in the parts that they do not use.
    'of which a record was changed': (whole) =>
      Buffer.from(whole.toString('latin1').replaceAll('host.provision', 'host.provizion'), 'latin1'),
  }

  it.each(
    Object.entries(damages).flatMap(([what, damage]) =>
      ['apply', 'runs resume'].map((command) => ({ what, damage, command })),
    ),
  )('$what: osferry $command acts on nothing and repairs nothing, exit 65', async ({ damage, command }) => {
    project = hostProject(begun)
    const whole = readFileSync(journal())
    const damaged = damage(whole)
    writeFileSync(journal(), damaged)
    const args = goesOn(command)
    const { exitCode, stderr } = await project.run(args)
    expect([exitCode, stderr]).toEqual([65, expect.stringContaining('[JOURNAL_CORRUPT]')])
    expect(stderr).toMatch(/\.osferry\/journal\.db is not as it was written: \S/)
    expect(stderr).toContain('put a backup in its place')
    expect([project.acts(), readFileSync(journal()).equals(damaged)]).toEqual([['a'], true])
    // The backup that the hint asks for.
    writeFileSync(journal(), whole)
    const resumed = await project.run(args)
    expect([resumed.exitCode, project.acts()]).toEqual([0, ['a', 'b']])
  })
})
