import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { watchRequests } from '../../src/cli/watch-requests.ts'
import { readRunRequest, writeRunRequest } from '../../src/inventory/run-request-file.ts'
import { openJournal, type OwnedJournal } from '../../src/journal/journal.ts'
import { journalOwner } from '../../src/journal/read-journal.ts'
import { createRunControl, type RunControl } from '../../src/migrate/run-control.ts'
import type { RunRequestDocument } from '../../src/model/run-request.ts'
import { commandContext, type TestContext } from '../support/command-context.ts'

const run = '20261121-120000-aaaaaa'
const soon = { timeout: 60_000, interval: 20 }

let cwd = ''
let file = ''
let context: TestContext
let journal: OwnedJournal | undefined
let control: RunControl
let end: AbortController
let watching: Promise<void>
beforeEach(async () => {
  cwd = mkdtempSync(path.join(tmpdir(), 'osferry-watch-'))
  file = path.join(cwd, '.osferry', 'runs', `${run}.request.json`)
  context = await commandContext(cwd)
  control = createRunControl()
  end = new AbortController()
})
afterEach(async () => {
  end.abort()
  await watching
  journal?.close()
  journal = undefined
  rmSync(cwd, { recursive: true })
})

async function lock(): Promise<string> {
  const { clock, signal } = context
  const place = path.join(cwd, '.osferry', 'journal.db')
  journal = await openJournal({ path: place, actor: 'ops@test', clock, signal })
  return journalOwner(place)!.owner.token
}

function watch(token: string): void {
  watching = watchRequests(context, { run, token, control, signal: end.signal })
}

async function ask(want: RunRequestDocument['want'], to: string): Promise<void> {
  await writeRunRequest(file, {
    schema: 'run-request/v1',
    run,
    to,
    want,
    by: 'li@test',
    at: context.clock.now(),
  })
}

describe('requests of other processes', () => {
  it('are heeded by the process that has the lock, each once', async () => {
    const token = await lock()
    watch(token)
    await ask('pause', token)
    await vi.waitUntil(() => control.pausedFor() !== undefined, soon)
    expect(control.pausedFor()?.en).toBe('by li@test')
    expect(await readRunRequest(file)).toBeUndefined()
    await ask('resume', token)
    await vi.waitUntil(() => control.pausedFor() === undefined, soon)
    await ask('abort', token)
    await vi.waitUntil(() => control.aborting.aborted, soon)
  })

  it('mean nothing when they were made to an earlier process', async () => {
    await ask('abort', 'another token')
    watch(await lock())
    await vi.waitUntil(async () => (await readRunRequest(file)) === undefined, soon)
    expect(control.aborting.aborted).toBe(false)
  })

  it('are left to another owner of the lock, also one with the process id of this one', async () => {
    const token = await lock()
    const other = createRunControl()
    await ask('abort', token)
    // One look is made before it is told to end.
    const before = watchRequests(context, { run, token: 'before', control, signal: end.signal })
    end.abort()
    await before
    expect(await readRunRequest(file)).toMatchObject({ want: 'abort', to: token })
    expect(control.aborting.aborted).toBe(false)
    end = new AbortController()
    watching = watchRequests(context, { run, token, control: other, signal: end.signal })
    await vi.waitUntil(() => other.aborting.aborted, soon)
  })

  it('that cannot be read end nothing, and are told once', async () => {
    const token = await lock()
    await ask('pause', 'x')
    writeFileSync(file, 'no request')
    watch(token)
    await vi.waitUntil(() => context.written.stderr.includes('is not JSON'), soon)
    await ask('pause', token)
    await vi.waitUntil(() => control.pausedFor() !== undefined, soon)
    expect(context.written.stderr.split('is not JSON')).toHaveLength(2)
  })
})
