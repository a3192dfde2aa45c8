import type { Journal } from '../../src/model/journal-port.ts'
import { JournalEventBody, type JournalEvent, type JournalRun } from '../../src/model/journal-record.ts'
import type { Clock } from '../../src/model/ports.ts'

/** What a disk keeps when a process dies: the only thing that two journals of one test share. */
export interface JournalDisk {
  runs: JournalRun[]
  /** Made of JSON again, so that nothing else survives. */
  events: JournalEvent[]
}

export interface MemoryJournalOptions {
  clock: Clock
  /** Called with the number of the record before it is kept and after; what it throws is what `append` throws. */
  around?: (moment: 'before' | 'after', seq: number, body: JournalEventBody) => void
}

/**
 * A journal in memory, without a hash chain, that keeps what the port promises: what was returned is on the disk, what was
 * thrown is not.
 */
export function memoryJournal(disk: JournalDisk, { clock, around }: MemoryJournalOptions): Journal {
  return {
    begin(run): void {
      disk.runs.push(run)
    },
    append({ run, node, body }): JournalEvent {
      const seq = disk.events.length + 1
      around?.('before', seq, body)
      const previous = disk.events.at(-1)?.hash ?? ''
      const kept = JournalEventBody.parse(JSON.parse(JSON.stringify(body)))
      const event = { seq, run, at: clock.now(), node, body: kept, previous, hash: `hash-${seq}` }
      disk.events.push(event)
      around?.('after', seq, body)
      return event
    },
    runs: () => disk.runs,
    events: (run, afterSeq = 0) =>
      disk.events.filter((event) => event.run === run && event.seq > afterSeq).values(),
    close: () => undefined,
  }
}

/** How long the first attempt of a step took. */
export function passedMs({ events }: JournalDisk, uses: string): number {
  const at = (type: 'step-started' | 'step-done'): number =>
    Date.parse(events.find(({ body }) => body.type === type && body.uses === uses)?.at ?? '')
  return at('step-done') - at('step-started')
}
