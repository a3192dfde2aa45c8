import type { JournalEvent, JournalEventBody, JournalRun } from './journal-record.ts'

/**
 * The journal of a project. What `append` and `begin` return is on disk. When it cannot be written they throw JOURNAL_FAILED and
 * nothing was kept: whoever acts must not act then.
 */
export interface Journal {
  begin(run: JournalRun): void
  append(entry: { run: string; node: string | null; body: JournalEventBody }): JournalEvent
  runs(): readonly JournalRun[]
  /** Events of a run in their order, those after `afterSeq` when given. */
  events(run: string, afterSeq?: number): IterableIterator<JournalEvent>
  close(): void
}
