import type { JournalEventBody } from '../../src/model/journal-record.ts'
import { newRunState } from '../../src/model/run-state.ts'
import { eventText } from '../../src/cli/messages-runs.ts'
import type { EndedRun, RunHooks, RunInHand } from '../../src/wizard/move.ts'

const id = '20261121-1600-abcdef'
const token = 't'
const drain = { uses: 'cluster.drain', phase: 'migrate', index: 1, attempt: 1 } as const
const cordon = { uses: 'cluster.cordon', phase: 'migrate', index: 0, attempt: 1 } as const

/** A run of two nodes in two waves: the first is done, the second waits for a budget until somebody presses a key. */
export function scriptedRun(hooks: RunHooks): RunInHand {
  let seq = 0
  let isPaused = false
  const ended = Promise.withResolvers<EndedRun>()
  const tell = (node: string | null, body: JournalEventBody): void => {
    seq += 1
    const at = `2026-11-20T23:${String(seq).padStart(2, '0')}:00.000Z`
    hooks.onEvent({ seq, run: id, at, node, body, previous: '', hash: '' }, eventText(body))
  }
  const end = (exitCode: number, state: 'under-way' | 'returned', next: string[]): void => {
    const words = { 6: 'stopped safely and resumable', 8: 'a node was returned' }[exitCode] ?? ''
    const because = 'cluster.drain: the budget api allows none [DRAIN_BLOCKED]'
    const before = { isPastPointOfNoReturn: false, rollback: undefined }
    ended.resolve({
      run: id,
      exitCode,
      meaning: { en: words, zh: words },
      reason: `${id}: ${words}`,
      nodes: [
        { node: 'node-1', state: 'done', because: undefined, ...before },
        { node: 'node-2', state, because, ...before },
      ],
      next,
      files: [{ what: { en: 'Journal', zh: '日志' }, path: '.osferry/journal.db' }],
    })
  }
  hooks.onStart(id, newRunState(id))
  tell(null, { type: 'run-started', nodes: ['node-1', 'node-2'] })
  tell(null, { type: 'wave-started', wave: 0 })
  tell('node-1', { type: 'node-started' })
  tell('node-1', { type: 'step-started', ...cordon, token })
  tell('node-1', { type: 'step-done', ...cordon, token, result: {} })
  tell('node-1', { type: 'node-ended', outcome: 'done' })
  tell(null, { type: 'wave-done', wave: 0 })
  tell('node-2', { type: 'node-started' })
  tell('node-2', { type: 'step-started', ...drain, token })
  const waitsFor = { en: 'budget shop/api allows none \u001B[31m', zh: '中断预算 shop/api 不允许驱逐' }
  tell('node-2', { type: 'step-waiting', ...drain, waitsFor, since: '2026-11-20T23:59:00.000Z' })
  hooks.onWarning('the lease was renewed late')
  let interrupts = 0
  return {
    isPaused: () => isPaused,
    pause(): void {
      isPaused = true
      tell(null, { type: 'run-paused', reason: { en: 'in the wizard', zh: '在向导中' } })
    },
    resume(): void {
      isPaused = false
      tell(null, { type: 'run-resumed' })
    },
    abort(): void {
      tell(null, { type: 'run-aborting', reason: { en: 'in the wizard', zh: '在向导中' } })
      end(8, 'returned', [`osferry runs resume ${id} --retry node-2`])
    },
    interrupt(): void {
      interrupts += 1
      if (interrupts === 2) end(6, 'under-way', [`osferry runs resume ${id}`])
    },
    ended: ended.promise,
  }
}
