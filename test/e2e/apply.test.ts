import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { JournalEvent } from '../../src/model/journal-record.ts'
import { RunResultDocument } from '../../src/model/run-result.ts'
import { hostProject, type HostProject } from '../support/host-project.ts'
import { bin, type OsferryRun } from '../support/osferry.ts'
import { openTerminal } from '../support/terminal.ts'

let project: HostProject
let planned: HostProject
let digest = ''
beforeAll(async () => {
  planned = hostProject(['a', 'b'])
  digest = await planned.plan()
})
afterAll(() => planned.remove())
beforeEach(() => {
  project = hostProject(planned)
})
afterEach(() => project.remove())

const file = (name: string): string => path.join(project.cwd, name)
const touch = (name: string): void => writeFileSync(file(name), '')

function apply(...args: string[]): Promise<OsferryRun> {
  return project.run(['apply', 'plan.json', '--playbook', 'hosts-only.yaml', ...args])
}
const approved = (...args: string[]): Promise<OsferryRun> => apply('--approve', digest.slice(0, 12), ...args)

describe('osferry apply', () => {
  it('runs an approved plan, a line an event, and tells each node', async () => {
    const { exitCode, stdout, stderr } = await approved()
    expect([exitCode, project.acts()]).toEqual([0, ['a', 'b']])
    expect(stdout).toMatch(/^NODE +STATE\na +✔ done\nb +✔ done\n$/)
    expect(stderr).toMatch(/^\d\d:\d\d:\d\d a: replace host\.provision started$/m)
    const again = await project.run(['runs', 'list', '-o', 'json'])
    const { items } = JSON.parse(again.stdout) as { items: { id: string }[] }
    expect(items).toMatchObject([{ status: 'done', plan: digest }])
    const shown = await project.run(['runs', 'show', items[0]?.id ?? ''])
    expect(shown.stdout).toMatch(/^not proven to be the machine .*: a, b$/m)
    expect((await project.run(['runs', 'verify'])).exitCode).toBe(0)
    const twice = await approved()
    expect([twice.exitCode, twice.stderr]).toEqual([65, expect.stringContaining('[RUN_ENDED]')])
    expect(project.acts()).toEqual(['a', 'b'])
  })

  it.each([
    [['--yes'], 'APPROVAL_MISSING', '--approve'],
    [[], 'APPROVAL_MISSING', '--approve'],
    [['--approve', '000000000000'], 'PLAN_DIGEST_WRONG', 'plan show'],
  ])('starts nothing that nobody has approved: %j', async (args, code, hint) => {
    const { exitCode, stderr } = await apply(...args)
    expect([exitCode, stderr]).toEqual([5, expect.stringContaining(`[${code}]`)])
    expect(stderr).toContain(hint)
    expect([project.acts(), existsSync(file('.osferry/journal.db'))]).toEqual([[], false])
  })

  it('takes no digest for an approval where it is set who approves', async () => {
    writeFileSync(file('signers'), 'alice@example.com ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAA\n')
    writeFileSync(file('osferry.yaml'), 'approvals: { allowedSigners: signers, require: 2 }\n')
    const { exitCode, stderr } = await approved()
    expect([exitCode, stderr]).toEqual([5, expect.stringContaining('0 of 2 approvals')])
    expect(project.acts()).toEqual([])
  })

  it('refuses a stale plan by name of what has changed', async () => {
    project.facts('b', '4.18.0-193.el8.x86_64')
    const { exitCode, stderr } = await approved()
    expect([exitCode, stderr]).toEqual([5, expect.stringContaining('[PLAN_STALE]')])
    expect(stderr).toContain('facts: b')
    expect(project.acts()).toEqual([])
  })

  it('goes on with the run that one wave has begun, whatever that wave has changed', async () => {
    const first = await approved('--wave', '0', '-o', 'json')
    expect(RunResultDocument.parse(JSON.parse(first.stdout))).toMatchObject({
      isResumable: true,
      exit: { code: 0 },
      nodes: [{ state: 'done' }, { state: 'not-started' }],
    })
    project.facts('a', '6.6.0-1.new.x86_64')
    const early = await approved('--wave', '2')
    expect([early.exitCode, early.stderr]).toEqual([64, expect.stringContaining('no wave 2')])
    const second = await approved('--wave', '1')
    expect([second.exitCode, project.acts()]).toEqual([0, ['a', 'b']])
    expect(second.stderr).toContain('going on with')
  })

  it('only looks with --dry-run, and says what to run', async () => {
    const { exitCode, stderr, stdout } = await apply('--dry-run', '--only', 'b')
    expect([exitCode, project.acts(), existsSync(file('.osferry/journal.db'))]).toEqual([0, [], false])
    expect(stdout).toContain(digest)
    expect(stderr).toContain('nothing was written; it would work on 1 node: b')
    expect(stderr).toContain(`next: osferry apply plan.json --approve ${digest.slice(0, 12)} --only b`)
    expect((await apply('--dry-run', '--only', 'z')).exitCode).not.toBe(0)
  })

  it('prints the events and then the result with -o ndjson, each with a published shape', async () => {
    touch('fail-a')
    const { exitCode, stdout, stderr } = await approved('-o', 'ndjson')
    const lines = stdout.trim().split('\n')
    for (const line of lines.slice(0, -1)) JournalEvent.parse(JSON.parse(line))
    expect([exitCode, stderr]).toEqual([7, ''])
    const result = RunResultDocument.parse(JSON.parse(lines.at(-1)!))
    expect(result.nodes).toMatchObject([
      { node: 'a', state: 'failed', isPastPointOfNoReturn: true, rollback: 'reinstall' },
      { node: 'b', state: 'not-started' },
    ])
    expect(result.exit.next).toContain(`osferry runs resume ${result.run} --retry a`)
  })

  it('speaks Chinese to people', async () => {
    touch('fail-a')
    const { exitCode, stdout, stderr } = await approved('--lang', 'zh-CN')
    expect(exitCode).toBe(7)
    expect(stdout).toMatch(/^a +✖ 失败，已越过不可回退点 +host\.provision: .* +reinstall$/m)
    expect(stderr).toContain('下一步： osferry runs resume')
  })

  it('lets one process at a time work on the project', async () => {
    touch('wait-a')
    const first = approved()
    await vi.waitUntil(() => project.acts().length === 1, { timeout: 60_000, interval: 50 })
    const second = await approved()
    expect([second.exitCode, second.stderr]).toEqual([69, expect.stringContaining('[JOURNAL_LOCKED]')])
    rmSync(file('wait-a'))
    expect((await first).exitCode).toBe(0)
    expect(project.acts()).toEqual(['a', 'b'])
  })
})

describe('in a terminal', () => {
  it('asks for the digest of the plan, draws a row a phase and a node in flight, and ends clean on Ctrl-C', async () => {
    touch('wait-a')
    const argv = [process.execPath, bin, 'apply', 'plan.json', '--playbook', 'hosts-only.yaml']
    const terminal = openTerminal(argv, {
      columns: 100,
      rows: 24,
      cwd: project.cwd,
      env: { HOME: project.cwd },
    })
    await terminal.shows('Type the digest of the plan to start')
    terminal.type(`${digest.slice(0, 12)}\r`)
    const screen = await terminal.shows(/a {2}host\.provision {2}\ds {2}⏸ [1-9]s: for command/)
    expect(screen.join('\n')).toMatch(/replace {2}0\/2 {2}1 at work/)
    terminal.type('\u0003')
    await terminal.shows('press Ctrl-C again')
    rmSync(file('wait-a'))
    expect(await terminal.exited).toBe(6)
    const end = terminal.screen().join('\n')
    expect(end).toMatch(/a +✔ done\nb +not started/)
    expect(end).toContain('next: osferry runs resume')
    expect(project.acts()).toEqual(['a'])
    // What was drawn stands once on the screen, not once for every time it was drawn.
    expect(end.match(/replace {2}/g)).toHaveLength(1)
  })

  it('starts nothing when another digest is typed, or none', async () => {
    for (const [typed, code] of [
      ['000000000000\r', 5],
      ['\r', 130],
    ] as const) {
      const argv = [process.execPath, bin, 'apply', 'plan.json', '--playbook', 'hosts-only.yaml']
      const terminal = openTerminal(argv, { cwd: project.cwd, env: { HOME: project.cwd } })
      await terminal.shows('Type the digest of the plan to start')
      terminal.type(typed)
      expect(await terminal.exited).toBe(code)
    }
    expect([project.acts(), existsSync(file('.osferry/journal.db'))]).toEqual([[], false])
  })
})

describe('Ctrl-C', () => {
  it('once finishes the step in hand, stops, and prints the command that goes on', async () => {
    touch('wait-a')
    const run = project.run(
      ['apply', 'plan.json', '--playbook', 'hosts-only.yaml', '--approve', digest.slice(0, 12)],
      {
        started: (child) => {
          void vi
            .waitUntil(() => project.acts().length === 1, { timeout: 60_000, interval: 50 })
            .then(() => child.kill('SIGINT'))
          child.stderr?.on('data', (chunk: Buffer) => {
            if (chunk.toString().includes('press Ctrl-C again')) rmSync(file('wait-a'))
          })
        },
      },
    )
    const { exitCode, stderr } = await run
    expect([exitCode, project.acts()]).toEqual([6, ['a']])
    expect(stderr).toContain('a: replace host.provision done')
    expect(stderr).toMatch(/next: osferry runs resume \d{8}-\d{6}-\w{6}/)
    expect((await approved()).exitCode).toBe(0)
    expect(project.acts()).toEqual(['a', 'b'])
  })

  it('twice leaves everything as it is, with the same exit code', async () => {
    touch('wait-a')
    let told = 0
    const { exitCode, stderr } = await project.run(
      ['apply', 'plan.json', '--playbook', 'hosts-only.yaml', '--approve', digest.slice(0, 12)],
      {
        started: (child) => {
          child.stderr?.on('data', (chunk: Buffer) => {
            const text = chunk.toString()
            if (text.includes('waits: for command') && told === 0) {
              told = 1
              child.kill('SIGINT')
            }
            if (text.includes('press Ctrl-C again')) child.kill('SIGINT')
          })
        },
      },
    )
    expect([exitCode, stderr]).toEqual([6, expect.stringContaining('left as it is')])
    const [run] = (
      JSON.parse((await project.run(['runs', 'list', '-o', 'json'])).stdout) as { items: object[] }
    ).items
    expect(run).toMatchObject({ status: 'interrupted' })
    rmSync(file('wait-a'))
    expect((await approved()).exitCode).toBe(0)
    expect(readFileSync(file('acts'), 'utf8')).toContain('b')
  })
})
