import { setTimeout as wait } from 'node:timers/promises'
import { readRunRequest, removeRunRequest } from '../inventory/run-request-file.ts'
import { journalOwner } from '../journal/read-journal.ts'
import type { RunControl } from '../migrate/run-control.ts'
import { isMigrationError } from '../model/errors.ts'
import type { RunRequestDocument } from '../model/run-request.ts'
import type { CommandContext } from './context.ts'
import { journalPath, runPath } from './state-paths.ts'

const pollMs = 300

/** Heeds what other processes ask of the run that this one is at work on, until the signal ends it. */
export async function watchRequests(
  context: CommandContext,
  { run, control, signal }: { run: string; control: RunControl; signal: AbortSignal },
): Promise<void> {
  const path = runPath(context, run, 'request')
  let told = ''
  while (!signal.aborted) {
    try {
      const request = await readRunRequest(path)
      const owner = request === undefined ? undefined : journalOwner(journalPath(context))?.owner
      // Before the lock is ours it cannot be said to whom it is.
      if (request !== undefined && owner?.pid === process.pid) {
        removeRunRequest(path)
        if (request.run === run && request.to === owner.token) heed(request, control)
      }
    } catch (error) {
      // Nobody's request ends a run, least of all one that cannot be read.
      const message = error instanceof Error ? error.message : String(error)
      if (told !== message) context.log.warn(message, isMigrationError(error) ? { code: error.code } : {})
      told = message
    }
    await wait(pollMs, undefined, { signal, ref: false }).catch(() => undefined)
  }
}

function heed({ want, by }: RunRequestDocument, control: RunControl): void {
  switch (want) {
    case 'pause':
      return control.pause({ en: `by ${by}`, zh: `由 ${by} 暂停` })
    case 'resume':
      return control.resume()
    case 'abort':
      return control.abort({ en: `by ${by}`, zh: `由 ${by} 中止` })
    default:
      return want satisfies never
  }
}
