import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { hostProject } from '../support/host-project.ts'
import type { OsferryRun } from '../support/osferry.ts'

/** Two waves of a host each; the program of the second one writes this to its stderr, and fails. */
async function apply(words: string, env: Readonly<Record<string, string>>): Promise<OsferryRun> {
  const project = hostProject(['a', 'b'])
  onTestFinished(() => project.remove())
  const program = `host=$(sed -n 's/.*"host":"\\([^"]*\\)".*/\\1/p'); test $host = a && exit 0
printf '${words}\\n' >&2; exit 1`
  writeFileSync(path.join(project.cwd, 'provision.sh'), program)
  const digest = await project.plan()
  return await project.run(
    ['apply', 'plan.json', '--playbook', 'hosts-only.yaml', '--approve', digest.slice(0, 12)],
    { env: { HOME: project.cwd, ...env } },
  )
}

it('folds each wave in the log of GitHub Actions, and lets no program write a command into it', async () => {
  const words = String.raw`::error::not yours\n##[error]nor this`
  const { exitCode, stderr } = await apply(words, { GITHUB_ACTIONS: 'true' })
  expect(exitCode).toBe(7)
  const lines = stderr.split('\n')
  const commands = lines.filter((line) => line.trimStart().startsWith('::') || line.includes('##['))
  expect(commands).toEqual(['::group::wave 0: a', '::endgroup::', '::group::wave 1: b', '::endgroup::'])
  expect(stderr).toContain('not yours')
  const ends = lines.lastIndexOf('::endgroup::')
  expect(lines.findIndex((line) => line.startsWith('next: '))).toBeGreaterThan(ends)
})

it('has a section for each wave in the log of GitLab, and lets no program begin one', async () => {
  const words = String.raw`section_start:1:x\r\033[0Know yours`
  const { exitCode, stderr } = await apply(words, { GITLAB_CI: 'true' })
  expect(exitCode).toBe(7)
  const marks = stderr.split('\n').filter((line) => /section_(?:start|end):\d/.test(line))
  const shape = marks.map((line) =>
    line.replaceAll(/\d{10}/g, 'TIME').replaceAll(/_TIME_\d+_/g, '_TIME_PID_'),
  )
  const erase = '\r\u001B[0K'
  expect(shape).toEqual([
    `section_start:TIME:osferry_TIME_PID_1[collapsed=true]${erase}wave 0: a`,
    `section_end:TIME:osferry_TIME_PID_1${erase}`,
    `section_start:TIME:osferry_TIME_PID_2[collapsed=true]${erase}wave 1: b`,
    `section_end:TIME:osferry_TIME_PID_2${erase}`,
  ])
  expect(stderr).toContain('now yours')
  expect(stderr.lastIndexOf('section_end:')).toBeLessThan(stderr.indexOf('\nnext: '))
})
