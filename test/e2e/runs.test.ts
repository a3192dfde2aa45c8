import fs from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { OwnedJournal } from '../../src/journal/journal.ts'
import { JournalEvent } from '../../src/model/journal-record.ts'
import { bodies, journalRun, openHere, writeRun } from '../support/journal/open.ts'
import { startProgram } from '../support/journal/program.ts'
import { osferry, type OsferryRun } from '../support/osferry.ts'

let cwd = ''
let journal: OwnedJournal | undefined
beforeEach(() => {
  cwd = fs.mkdtempSync(path.join(tmpdir(), 'osferry-runs-'))
})
afterEach(() => {
  journal?.close()
  journal = undefined
  fs.rmSync(cwd, { recursive: true })
})

const place = (): string => path.join(cwd, '.osferry', 'journal.db')
const first = '20261121-080000-aaaaaa'
const second = '20261121-090000-bbbbbb'

function runs(...args: string[]): Promise<OsferryRun> {
  return osferry(['runs', ...args], { cwd })
}

/** One run that is done, and one in which a node waits. */
async function twoRuns(): Promise<OwnedJournal> {
  const made = await openHere(place())
  journal = made
  writeRun(made, first)
  made.append({ run: first, node: 'node-1', body: bodies.nodeDone })
  made.append({ run: first, node: 'node-2', body: { type: 'node-ended', outcome: 'skipped' } })
  made.append({ run: first, node: null, body: bodies.runDone })
  made.begin(journalRun(second, { actor: 'ops\u001b[31m@test', plan: 'b'.repeat(64) }))
  made.append({ run: second, node: null, body: bodies.runStarted })
  made.append({ run: second, node: 'node-1', body: bodies.nodeStarted })
  made.append({ run: second, node: 'node-1', body: bodies.started })
  made.append({ run: second, node: 'node-1', body: bodies.waiting })
  return made
}

describe('osferry runs list', () => {
  it('says that there is none yet, and makes no journal', async () => {
    const run = await runs('list')
    expect(run).toMatchObject({ exitCode: 0, stdout: '' })
    expect(run.stderr).toContain('the journal has no runs yet')
    expect(fs.existsSync(path.join(cwd, '.osferry'))).toBe(false)
  })

  it('tells a run that is at work from one that was interrupted', async () => {
    const held = await twoRuns()
    const working = await runs('list')
    expect(working.exitCode).toBe(0)
    const rows = working.stdout.split('\n').map((line) => line.split(/ {2,}/))
    expect(rows[0]).toEqual(['RUN', 'STATE', 'NODES', 'PLAN', 'BY', 'SINCE'])
    expect(rows[1]).toEqual([
      first,
      'done',
      '1 of 2 done',
      'a'.repeat(12),
      'ops@test',
      '2026-11-21T08:00:00Z',
    ])
    expect(rows[2]?.slice(0, 5)).toEqual([
      second,
      'running',
      '0 of 2 done',
      'b'.repeat(12),
      'ops\\x1b[31m@test',
    ])
    expect(working.stderr).toContain(`next: osferry runs watch ${second}`)
    held.close()
    const closed = await runs('list', '-o', 'json')
    const { items, exit } = JSON.parse(closed.stdout) as {
      items: { id: string; status: string }[]
      exit: object
    }
    expect(items.map(({ status }) => status)).toEqual(['done', 'interrupted'])
    expect(exit).toMatchObject({ next: [`osferry runs resume ${second}`] })
    const chinese = await osferry(['runs', 'list', '--lang', 'zh-CN'], { cwd })
    expect(chinese.stdout).toContain('已中断')
  })
})

describe('osferry runs show', () => {
  it('has a row a node with the step it is in and what it waits for', async () => {
    await twoRuns()
    const { stdout, exitCode } = await runs('show', 'bbbb')
    expect(exitCode).toBe(0)
    expect(stdout).toContain(`${second}: running`)
    expect(stdout).toContain(`plan ${'b'.repeat(64)}`)
    expect(stdout).toContain(`process ${process.pid} on `)
    expect(stdout).not.toContain('\u001b')
    expect(stdout).toMatch(/^node-1 +in progress +migrate cluster\.drain +pod shop\/web-1, for \d/m)
    expect(stdout).toMatch(/^node-2 +planned +- +-$/m)
    const machine = await runs('show', second, '-o', 'json')
    const document = JSON.parse(machine.stdout) as { nodes: { steps: object[] }[]; owner: object }
    expect(document.nodes[0]?.steps).toMatchObject([{ uses: 'cluster.drain', status: 'started' }])
    expect(document.owner).toMatchObject({ pid: process.pid })
  })

  it('names the nearest run when there is none of that id, and asks for more when several begin so', async () => {
    const none = await runs('show', 'x')
    expect(none).toMatchObject({ exitCode: 65, stderr: expect.stringContaining('no runs yet') })
    await twoRuns()
    const near = await runs('show', '20261121-080000-aaaaab')
    expect(near.exitCode).toBe(65)
    expect(near.stderr).toContain('[RUN_NOT_FOUND]')
    expect(near.stderr).toContain(`did you mean ${first}?`)
    const several = await runs('show', '20261121')
    expect(several).toMatchObject({
      exitCode: 65,
      stderr: expect.stringContaining('2 runs begin with 20261121'),
    })
  })

  it('says from whom the journal was taken over', async () => {
    const killed = startProgram('append', [place(), second])
    await killed.said((_, lines) => lines.length > 6)
    await killed.kill()
    const list = await runs('list')
    expect(list.stdout).toMatch(new RegExp(`^${second} +interrupted`, 'm'))
    journal = await openHere(place())
    journal.append({ run: second, node: null, body: { type: 'run-resumed' } })
    const { stdout } = await runs('show', second)
    expect(stdout).toMatch(
      new RegExp(`^lock taken over at .* from ops@test, ${killed.child.pid}@.*: its process was gone$`, 'm'),
    )
    const machine = await runs('show', second, '-o', 'json')
    expect(JSON.parse(machine.stdout)).toMatchObject({
      status: 'running',
      resumed: 1,
      takeovers: [{ why: 'gone', from: { pid: killed.child.pid } }],
    })
  })
})

describe('osferry runs export', () => {
  it('prints every event as it is in the journal, one a line', async () => {
    const held = await twoRuns()
    const { stdout, exitCode } = await runs('export', first)
    expect(exitCode).toBe(0)
    const events = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JournalEvent.parse(JSON.parse(line)))
    expect(events).toEqual([...held.events(first)])
    expect(stdout).not.toContain('\u0007')
  })
})

describe('osferry runs watch', () => {
  it('prints events as another process writes them, and ends with the run', async () => {
    const held = await twoRuns()
    let seen = ''
    const watching = osferry(['runs', 'watch', second], {
      cwd,
      started: (child) => {
        child.stdout?.on('data', (chunk: Buffer) => (seen += chunk.toString()))
      },
    })
    await expect.poll(() => seen, { timeout: 60_000 }).toContain('waits: pod shop/web-1')
    held.append({ run: second, node: 'node-1', body: bodies.done })
    await expect.poll(() => seen, { timeout: 60_000 }).toContain('cluster.drain done')
    held.append({ run: second, node: 'node-1', body: { type: 'node-ended', outcome: 'failed' } })
    held.append({ run: second, node: null, body: { type: 'run-ended', outcome: 'failed' } })
    const { exitCode, stdout, stderr } = await watching
    expect(exitCode).toBe(2)
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => line.replace(/^\S+ /, '')),
    ).toEqual([
      'run started, 2 nodes',
      'node-1: node started',
      'node-1: migrate cluster.drain started',
      'node-1: migrate cluster.drain waits: pod shop/web-1',
      'node-1: migrate cluster.drain done',
      'node-1: node ended: failed',
      'run ended: failed',
    ])
    expect(stderr).toContain(`next: osferry runs show ${second}`)
  })

  it('ends with its writer, with the command that goes on', async () => {
    const held = await twoRuns()
    const done = await runs('watch', first, '-o', 'ndjson')
    expect(done.exitCode).toBe(0)
    expect(done.stdout.trimEnd().split('\n')).toHaveLength(8)
    held.close()
    const gone = await runs('watch', second)
    expect(gone).toMatchObject({ exitCode: 6, stderr: expect.stringContaining(`runs resume ${second}`) })
  })

  it('stops after its time', async () => {
    await twoRuns()
    const late = await runs('watch', second, '--timeout', '1s')
    expect(late).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('has not ended') })
    const wrong = await runs('watch', second, '--timeout', 'soon')
    expect(wrong.exitCode).toBe(64)
  })
})

describe('osferry runs verify', () => {
  it('finds the journal whole, at work and as a copy', async () => {
    const missing = await runs('verify')
    expect(missing).toMatchObject({ exitCode: 65, stderr: expect.stringContaining('there is no journal') })
    const held = await twoRuns()
    const working = await runs('verify')
    expect(working).toMatchObject({ exitCode: 0, stderr: '' })
    expect(working.stdout).toContain('journal.db: all 12 events and 2 marks are as they were written')
    held.close()
    fs.copyFileSync(place(), path.join(cwd, 'copy.db'))
    const copy = await runs('verify', 'copy.db', '-o', 'json')
    expect(JSON.parse(copy.stdout)).toMatchObject({ events: 12, marks: 2 })
  })

  it('says what is not as it was written, in both languages', async () => {
    const held = await twoRuns()
    held.close()
    const bytes = fs.readFileSync(place())
    // Everywhere, since pages keep what they held before in the parts that they do not use.
    for (let at = bytes.indexOf('cluster.drain'); at !== -1; at = bytes.indexOf('cluster.drain', at))
      bytes.write('cluster.uncor', at)
    fs.writeFileSync(place(), bytes)
    const english = await runs('verify')
    expect(english.exitCode).toBe(65)
    expect(english.stderr).toMatch(/record \d+ was changed \[JOURNAL_CORRUPT\]/)
    const chinese = await osferry(['runs', 'verify', '--lang', 'zh-CN'], { cwd })
    expect(chinese.stderr).toContain('日志与写入时不一致')
  })
})
