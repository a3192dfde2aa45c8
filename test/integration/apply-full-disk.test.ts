import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { hostProject, type HostProject } from '../support/host-project.ts'
import { applyWords, type OsferryRun } from '../support/osferry.ts'
import { mountSmallDisk, type SmallDisk } from '../support/small-disk.ts'

let project: HostProject
let disk: SmallDisk
let digest = ''
beforeEach(async () => {
  project = hostProject(['a', 'b'])
  digest = await project.plan()
})
afterEach(async () => {
  await disk.stop()
  project.remove()
})

const mount = async (directory: string, size: string): Promise<void> => {
  mkdirSync(path.join(project.cwd, directory), { recursive: true })
  disk = await mountSmallDisk(path.join(project.cwd, directory), size)
}
const fill = 'dd if=/dev/zero of=.osferry/filler bs=4k 2> /dev/null || true'

/** While a gets its system, somebody else fills the disk where the journal is. */
const script = `
host=$(sed -n 's/.*"host":"\\([^"]*\\)".*/\\1/p')
echo "$host" >> acts
test "$host" != a || { ${fill}; }
`

const run = (...args: string[]): Promise<OsferryRun> =>
  project.run(args, { wrapper: disk.wrapper(project.cwd) })

function onDisk(command: string): void {
  const [program, ...words] = [...disk.wrapper(project.cwd), 'sh', '-c', command]
  execFileSync(program, words)
}

it('writes to its end what has begun on a disk that fills up, begins nothing more, and goes on when there is space', async () => {
  writeFileSync(path.join(project.cwd, 'provision.sh'), script)
  await mount('.osferry', '8m')
  const stopped = await run(...applyWords('hosts-only.yaml', digest))
  expect([stopped.exitCode, stopped.stdout]).toEqual([
    6,
    expect.stringMatching(/^NODE +STATE\na +✔ done\nb +not started\n$/),
  ])
  expect(stopped.stderr).toContain('a: node ended: done')
  expect(stopped.stderr).toMatch(
    / it could not go on: .*journal\.db .*its disk was full \[JOURNAL_FAILED\]$/m,
  )
  const [, id = ''] = /^next: osferry runs resume (\S+)$/m.exec(stopped.stderr) ?? []
  // What is there can be read, and nothing is gone on with, while it is full.
  const listed = await run('runs', 'list')
  expect([listed.exitCode, listed.stdout]).toEqual([0, expect.stringMatching(/interrupted +1 of 2 done/)])
  // The space that the journal has kept for its end is free again, until somebody takes that as well.
  onDisk(fill)
  const early = await run('runs', 'resume', id)
  expect([early.exitCode, early.stderr]).toEqual([69, expect.stringContaining('[JOURNAL_FAILED]')])
  expect(early.stderr).toContain('free space on its file system')
  expect(project.acts()).toEqual(['a'])
  onDisk('rm .osferry/filler')
  expect((await run('runs', 'verify')).exitCode).toBe(0)
  const resumed = await run('runs', 'resume', id)
  expect([resumed.exitCode, resumed.stdout]).toEqual([0, expect.stringMatching(/^a +✔ done\nb +✔ done$/m)])
  expect(project.acts()).toEqual(['a', 'b'])
  expect((await run('runs', 'verify')).exitCode).toBe(0)
})

it('begins nothing when the disk is full already', async () => {
  await mount('.osferry', '8m')
  onDisk(fill)
  const { exitCode, stdout, stderr } = await run(...applyWords('hosts-only.yaml', digest))
  expect([exitCode, stdout, project.acts()]).toEqual([69, '', []])
  expect(stderr).toMatch(/^error: the journal .* \[JOURNAL_FAILED\]\n {2}free space on its file system/)
})

it('gives a host back for which there is no room to write down what works on it', async () => {
  await mount('.osferry/programs', '64k')
  const filler = '.osferry/programs/filler'
  onDisk(`dd if=/dev/zero of=${filler} bs=4k 2> /dev/null || true`)
  const returned = await run(...applyWords('hosts-only.yaml', digest), '--only', 'a')
  expect([returned.exitCode, returned.stdout, project.acts()]).toEqual([
    8,
    expect.stringMatching(/^a +↩ returned as found +host\.provision: .*no space left.* \[OUTPUT_FAILED\]$/m),
    [],
  ])
  onDisk(`rm ${filler}`)
  const [, next = ''] = /^next: osferry (runs resume \S+ --retry a)$/m.exec(returned.stderr) ?? []
  const resumed = await run(...next.split(' '))
  expect([resumed.exitCode, project.acts()]).toEqual([0, ['a']])
})
