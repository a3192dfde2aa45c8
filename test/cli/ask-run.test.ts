import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { askRun } from '../../src/cli/ask-run.ts'
import { answerOfRun } from '../../src/cli/run-answer.ts'
import { removeRunRequest } from '../../src/inventory/run-request-file.ts'
import { openJournal, type OwnedJournal } from '../../src/journal/journal.ts'
import { commandContext, type TestContext } from '../support/command-context.ts'

const run = '20261121-120000-aaaaaa'
const soon = { timeout: 60_000, interval: 20 }

let cwd = ''
let file = ''
let context: TestContext
let journal: OwnedJournal
let leave: AbortController
beforeEach(async () => {
  cwd = mkdtempSync(path.join(tmpdir(), 'osferry-ask-'))
  file = path.join(cwd, '.osferry', 'runs', `${run}.request.json`)
  leave = new AbortController()
  context = { ...(await commandContext(cwd)), signal: leave.signal }
  const { clock, signal } = context
  journal = await openJournal({
    path: path.join(cwd, '.osferry', 'journal.db'),
    actor: 'ops@test',
    clock,
    signal,
  })
  journal.begin({ id: run, plan: 'digest', actor: 'ops@test', version: '0.0.0', startedAt: clock.now() })
})
afterEach(() => {
  journal.close()
  rmSync(cwd, { recursive: true })
})

describe('a question to the process that is at work', () => {
  it.each([
    ['withdrawn', 'the request was withdrawn', false],
    ['unknown', 'it may have taken the request', true],
  ] as const)('is %s when the person leaves before the answer', async (expected, told, isTaken) => {
    const asking = askRun(context, { run, want: 'abort', isHeeded: () => false })
    await vi.waitUntil(() => existsSync(file), soon)
    if (isTaken) removeRunRequest(file)
    leave.abort()
    const answer = await asking
    expect(answer).toBe(expected)
    expect(existsSync(file)).toBe(false)
    const exit = await answerOfRun(context, { run, answer, reason: { en: '', zh: '' }, next: [] })
    expect(exit).toMatchObject({ code: 3, reason: expect.stringContaining(told) as string })
  })
})
