import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { hostProject, type HostProject } from '../support/host-project.ts'
import type { OsferryRun } from '../support/osferry.ts'

let project: HostProject
let digest = ''
beforeEach(async () => {
  project = hostProject(['a', 'b', 'c'])
  digest = await project.plan()
})
afterEach(() => project.remove())

const file = (name: string): string => path.join(project.cwd, name)
const list = async (): Promise<{ id: string; status: string }[]> =>
  (
    JSON.parse((await project.run(['runs', 'list', '-o', 'json'])).stdout) as {
      items: { id: string; status: string }[]
    }
  ).items

/** Applies a part of the plan, and sends the signal while `a` is being worked on. */
async function interrupted(signal: 'SIGINT' | 'SIGKILL', part: readonly string[]): Promise<OsferryRun> {
  writeFileSync(file('wait-a'), '')
  return await project.run(
    ['apply', 'plan.json', '--playbook', 'hosts-only.yaml', '--approve', digest.slice(0, 12), ...part],
    {
      started: (child) => {
        const atWork = vi.waitUntil(() => project.acts().length === 1, { timeout: 60_000, interval: 50 })
        void atWork.then(() => child.kill(signal))
        child.stderr?.on('data', (chunk: Buffer) => {
          if (chunk.toString().includes('press Ctrl-C again')) rmSync(file('wait-a'))
        })
      },
    },
  )
}

const resume = async (run: string, ...more: string[]): Promise<OsferryRun> =>
  await project.run(['runs', 'resume', run, ...more])

describe('a part of a plan that was interrupted', () => {
  it.each([
    ['SIGINT', ['--only', 'a,b']],
    ['SIGKILL', ['--only', 'a,b', '--max-unavailable', '1']],
  ] as const)('is all that is done after %s by the resume that is printed', async (signal, part) => {
    const stopped = await interrupted(signal, part)
    if (existsSync(file('wait-a'))) rmSync(file('wait-a'))
    const [run] = await list()
    // Who was killed prints nothing.
    const [, printed = run?.id] = /next: osferry runs resume (.*)/.exec(stopped.stderr) ?? []
    expect(printed).toBe(run?.id)
    const shown = await project.run(['runs', 'show', run?.id ?? ''])
    expect(shown.stdout).toContain(`asked for: ${part.join(' ')}`)
    const { exitCode, stderr } = await resume(run?.id ?? '')
    expect([exitCode, new Set(project.acts())]).toEqual([0, new Set(['a', 'b'])])
    expect(stderr).toContain(`within what was asked for: ${part.join(' ')}`)
    const onward = await resume(run?.id ?? '')
    expect([onward.exitCode, project.acts().at(-1)]).toEqual([0, 'c'])
    expect(onward.stderr).not.toContain('within what was asked for')
  })

  it('is all that a retry opens after it is done, and the next resume goes on with the rest', async () => {
    writeFileSync(file('options.yaml'), `${readFileSync(file('options.yaml'), 'utf8')}failureBudget: 1\n`)
    digest = await project.plan()
    writeFileSync(file('fail-b'), '')
    const part = ['--approve', digest.slice(0, 12), '--only', 'a,b']
    const failed = await project.run(['apply', 'plan.json', '--playbook', 'hosts-only.yaml', ...part])
    expect([failed.exitCode, failed.stderr]).toEqual([7, expect.stringContaining('--retry b')])
    rmSync(file('fail-b'))
    const [run] = await list()
    const again = await resume(run?.id ?? '', '--retry', 'b')
    expect([again.exitCode, project.acts()]).toEqual([0, ['a', 'b', 'b']])
    expect(again.stderr).toContain('within what was asked for: --only a,b')
    expect((await resume(run?.id ?? '')).exitCode).toBe(0)
    expect(project.acts()).toEqual(['a', 'b', 'b', 'c'])
  })

  it('gives way to all of the plan when somebody asks for it', async () => {
    await interrupted('SIGINT', ['--wave', '0'])
    const [run] = await list()
    const { exitCode } = await resume(run?.id ?? '', '--whole')
    expect([exitCode, project.acts()]).toEqual([0, ['a', 'b', 'c']])
    expect(await list()).toMatchObject([{ status: 'done' }])
    const report = await project.run([
      'runs',
      'report',
      run?.id ?? '',
      '--format',
      'md=-',
      '--format',
      'html',
    ])
    expect([report.exitCode, report.stdout]).toEqual([0, expect.stringMatching(/^\| c \| ✔ done \|/m)])
    expect(existsSync(file(`osferry-report/run-${run?.id}.html`))).toBe(true)
    expect((await project.run(['runs', 'report', run?.id ?? '', '--format', 'pdf'])).exitCode).toBe(64)
  })
})
