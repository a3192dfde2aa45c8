import { expect, it } from 'vitest'
import { printRun } from '../../src/cli/run-print.ts'
import type { JournalEventBody } from '../../src/model/journal-record.ts'
import { runState } from '../../src/model/run-state.ts'
import { commandContext } from '../support/command-context.ts'
import { sampleEvents } from '../support/sample-run.ts'

const run = {
  id: '20261120-220000-7k4q9z',
  plan: 'c0ffee',
  actor: 'ann@one',
  version: '0.1.0',
  startedAt: '2026-11-20T22:00:00.000Z',
}

async function shown(
  language: 'en' | 'zh',
  change?: (body: JournalEventBody) => JournalEventBody,
): Promise<string> {
  const context = await commandContext('/nowhere', { say: (text) => text[language] })
  const state = runState(run.id, sampleEvents(change))
  await printRun(context, { run, state, status: 'failed', takeovers: [], owner: undefined })
  return context.written.stdout
}

it('shows what is still to be known of nodes, in the language of the reader', async () => {
  expect(await shown('en')).toMatch(
    /^node-1 .*not whole before node-2 is back: Deployment shop\/web \(\+2\)/m,
  )
  expect(await shown('zh')).toMatch(/^node-1 .*在 node-2 恢复之前尚不完整：Deployment shop\/web \(\+2\)/m)
  const cordoned = { notes: [{ kind: 'left-cordoned', why: 'of-others' }] }
  const left = await shown('en', (body) =>
    body.type === 'step-done' && body.uses === 'workloads.verify' ? { ...body, result: cordoned } : body,
  )
  expect(left).toContain('kubectl uncordon node-1')
})

it('has no column for notes when there are none', async () => {
  const plain = await shown('en', (body) => (body.type === 'step-done' ? { ...body, result: {} } : body))
  expect([plain.includes('NOTE'), (await shown('en')).includes('NOTE')]).toEqual([false, true])
})
