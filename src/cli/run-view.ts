import type { journalOwner, JournalReader } from '../journal/read-journal.ts'
import type { OwnerState } from '../journal/owner.ts'
import type { JournalRun, RunOutcome } from '../model/journal-record.ts'
import type { RunState } from '../model/run-state.ts'

/**
 * How a run fares: `interrupted` = its process is no more and it has not ended; `stopped` = its process is there and does not
 * run (SIGSTOP); `elsewhere` = on another machine, where nobody can look from here. Otherwise how it ended.
 */
export type RunStatus = 'running' | 'stopped' | 'elsewhere' | 'paused' | 'interrupted' | RunOutcome

/** What only the lock can tell of a run: whether somebody works on it. */
export type OwnerOfJournal = ReturnType<typeof journalOwner>

/** The run that the owner of a journal works on: the one that was written last. */
export function runAtWork(reader: JournalReader, runs: readonly JournalRun[]): string | undefined {
  const ranked = runs.map(({ id }, index) => ({ id, seq: reader.lastSeq(id), index }))
  const begun = ranked.findLast(({ seq }) => seq === 0 && ranked.at(-1)?.seq === 0)
  return (begun ?? ranked.sort((a, b) => b.seq - a.seq)[0])?.id
}

/** How a run fares, by its records and by who has the journal. */
export function runStatus(state: RunState, owner: OwnerOfJournal, atWork: string | undefined): RunStatus {
  if (state.status === 'ended' && state.outcome !== null) return state.outcome
  if (owner === undefined || atWork !== state.run) return state.status === 'paused' ? 'paused' : 'interrupted'
  if (isGone(owner.state)) return state.status === 'paused' ? 'paused' : 'interrupted'
  if (owner.state === 'stopped' || owner.state === 'elsewhere') return owner.state
  return state.status === 'paused' ? 'paused' : 'running'
}

/** True when the owner of a lock is surely no more. */
export function isGone(state: OwnerState): boolean {
  return state === 'gone' || state === 'reused' || state === 'rebooted'
}

/** What may be done with a run next. */
export function nextOfRun(status: RunStatus, id: string): string[] {
  if (status === 'interrupted' || status === 'paused') return [`runs resume ${id}`]
  if (status === 'running') return [`runs watch ${id}`]
  return []
}
