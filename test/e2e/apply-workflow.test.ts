import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { hostProject } from '../support/host-project.ts'

it('folds each wave in the log of GitHub Actions, and lets no program write a command into it', async () => {
  const project = hostProject(['a', 'b'])
  onTestFinished(() => project.remove())
  const program = `host=$(sed -n 's/.*"host":"\\([^"]*\\)".*/\\1/p'); test $host = a && exit 0
printf '::error::not yours\\n##[error]nor this\\n' >&2; exit 1`
  writeFileSync(path.join(project.cwd, 'provision.sh'), program)
  const digest = await project.plan()
  const { exitCode, stderr } = await project.run(
    ['apply', 'plan.json', '--playbook', 'hosts-only.yaml', '--approve', digest.slice(0, 12)],
    { env: { HOME: project.cwd, GITHUB_ACTIONS: 'true' } },
  )
  expect(exitCode).toBe(7)
  const lines = stderr.split('\n')
  const commands = lines.filter((line) => line.trimStart().startsWith('::') || line.includes('##['))
  expect(commands).toEqual(['::group::wave 0: a', '::endgroup::', '::group::wave 1: b', '::endgroup::'])
  expect(stderr).toContain('not yours')
  const ends = lines.lastIndexOf('::endgroup::')
  expect(lines.findIndex((line) => line.startsWith('next: '))).toBeGreaterThan(ends)
})
