import { openJournal, type OpenJournalOptions, type OwnedJournal } from '../../../src/journal/journal.ts'
import type { JournalEventBody, JournalRun } from '../../../src/model/journal-record.ts'

const realClock = { now: () => new Date().toISOString(), monotonicMs: () => performance.now() }

/** Opens a journal for writing as a run of this process would. */
export function openHere(path: string, options: Partial<OpenJournalOptions> = {}): Promise<OwnedJournal> {
  const { signal } = new AbortController()
  return openJournal({ path, actor: 'ops@test', clock: realClock, signal, ...options })
}

export function journalRun(id: string, part: Partial<JournalRun> = {}): JournalRun {
  return {
    id,
    plan: 'a'.repeat(64),
    actor: 'ops@test',
    version: '0.1.0',
    startedAt: '2026-11-21T08:00:00.000Z',
    ...part,
  }
}

const drain = { uses: 'cluster.drain', phase: 'migrate', index: 4, attempt: 1, token: 't1' } as const

/** Bodies as a run writes them, all for one node. */
export const bodies = {
  runStarted: { type: 'run-started', nodes: ['node-1', 'node-2'] },
  nodeStarted: { type: 'node-started' },
  started: { type: 'step-started', ...drain },
  waiting: {
    type: 'step-waiting',
    uses: 'cluster.drain',
    phase: 'migrate',
    index: 4,
    attempt: 1,
    waitsFor: { en: 'pod shop/web-1', zh: '等待 Pod shop/web-1' },
    since: '2026-11-21T08:00:00.000Z',
  },
  done: { type: 'step-done', ...drain, result: { evicted: 3, names: ['a', 'é\u0007'] } },
  nodeDone: { type: 'node-ended', outcome: 'done' },
  runDone: { type: 'run-ended', outcome: 'done' },
} as const satisfies Readonly<Record<string, JournalEventBody>>

/** Begins a run and writes a node's first step, `rounds` of waiting in it. */
export function writeRun(journal: OwnedJournal, id: string, rounds = 1): void {
  journal.begin(journalRun(id))
  journal.append({ run: id, node: null, body: bodies.runStarted })
  journal.append({ run: id, node: 'node-1', body: bodies.nodeStarted })
  journal.append({ run: id, node: 'node-1', body: bodies.started })
  for (let round = 0; round < rounds; round += 1)
    journal.append({ run: id, node: 'node-1', body: bodies.waiting })
  journal.append({ run: id, node: 'node-1', body: bodies.done })
}
