import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { hostProject, type HostProject } from '../support/host-project.ts'
import { applyWords, bin } from '../support/osferry.ts'
import { openTerminal } from '../support/terminal.ts'

const soon = { timeout: 60_000, interval: 50 }

/** Notes every signal that would end it, and has something to say at its end. */
const program = `
for name in TERM HUP INT PIPE; do trap "echo $name >> signals" $name; done
echo begun >> acts
while test -e wait; do sleep 0.05; done
echo 'the disk is written' >&2
echo "$?" >> finished
`

let project: HostProject
let digest = ''
beforeEach(async () => {
  project = hostProject(['a'])
  writeFileSync(file('provision.sh'), program)
  writeFileSync(file('wait'), '')
  digest = await project.plan()
})
afterEach(() => project.remove())

const file = (name: string): string => path.join(project.cwd, name)
const applyArgs = (): string[] => applyWords('hosts-only.yaml', digest.slice(0, 12))

/** Lets the program go on: it ends by itself, and nobody has told it to. */
async function expectUndisturbed(): Promise<void> {
  rmSync(file('wait'))
  await vi.waitUntil(() => existsSync(file('finished')), soon)
  expect([readFileSync(file('finished'), 'utf8'), existsSync(file('signals'))]).toEqual(['0\n', false])
}

describe('the program that replaces a system', () => {
  it('goes on when Ctrl-C is pressed twice, and is begun again with its token by the resume that is printed', async () => {
    const terminal = openTerminal([process.execPath, bin, ...applyArgs()], {
      columns: 120,
      cwd: project.cwd,
      env: { HOME: project.cwd },
    })
    await terminal.shows(/host\.provision .*for command/)
    await vi.waitUntil(() => project.acts().length === 1, soon)
    terminal.type('\u0003')
    await terminal.shows('press Ctrl-C again')
    terminal.type('\u0003')
    expect(await terminal.exited).toBe(6)
    await expectUndisturbed()
    const [, command = ''] = /next: osferry (runs resume \S+)/.exec(terminal.screen().join('\n')) ?? []
    expect((await project.run(command.split(' '))).exitCode).toBe(0)
    expect(project.acts()).toEqual(['begun', 'begun'])
  })

  it('goes on when osferry is killed, also when it has something to say afterwards', async () => {
    const killed = project.run(applyArgs(), {
      started: (child) =>
        void vi.waitUntil(() => project.acts().length === 1, soon).then(() => child.kill('SIGKILL')),
    })
    expect((await killed).exitCode).toBeNull()
    await expectUndisturbed()
  })

  it('is waited for by a resume that comes before it has ended, and no second one runs beside it', async () => {
    const killed = project.run(applyArgs(), {
      started: (child) =>
        void vi.waitUntil(() => project.acts().length === 1, soon).then(() => child.kill('SIGKILL')),
    })
    expect((await killed).exitCode).toBeNull()
    const [{ id }] = (
      JSON.parse((await project.run(['runs', 'list', '-o', 'json'])).stdout) as {
        items: [{ id: string }]
      }
    ).items
    let atWork: string[] = []
    const resumed = await project.run(['runs', 'resume', id, '-o', 'ndjson'], {
      started: (child) =>
        child.stdout?.on('data', (chunk: Buffer) => {
          if (!chunk.toString().includes('which an earlier run has left at work on a')) return
          atWork = project.acts()
          rmSync(file('wait'))
        }),
    })
    expect([resumed.exitCode, atWork, project.acts()]).toEqual([0, ['begun'], ['begun', 'begun']])
    expect(readFileSync(file('finished'), 'utf8')).toBe('0\n0\n')
  })
})
