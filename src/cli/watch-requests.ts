import { setTimeout as wait } from 'node:timers/promises'
import { readRunRequest, removeRunRequest } from '../inventory/run-request-file.ts'
import { journalOwner } from '../journal/read-journal.ts'
import type { RunControl } from '../migrate/run-control.ts'
import { isMigrationError } from '../model/errors.ts'
import type { RunRequestDocument } from '../model/run-request.ts'
import type { CommandContext } from './context.ts'
import { journalPath, runPath } from './state-paths.ts'

const pollMs = 300

/** Heeds requests to the process that has this lock; what it gives ends that. */
export function heedRequests(
  context: CommandContext,
  watched: { run: string; token: string; control: RunControl },
): () => Promise<void> {
  const end = new AbortController()
  const watching = watchRequests(context, { ...watched, signal: end.signal })
  return async () => {
    end.abort()
    await watching
  }
}

/**
 * Heeds what other processes ask of the run that this one is at work on, until the signal ends it. `token` is of the journal's
 * lock that this process has: what was asked of whoever had it before is removed, and not heeded.
 */
export async function watchRequests(
  context: CommandContext,
  { run, token, control, signal }: { run: string; token: string; control: RunControl; signal: AbortSignal },
): Promise<void> {
  const path = runPath(context, run, 'request')
  let told = ''
  while (!signal.aborted) {
    try {
      const request = await readRunRequest(path)
      const owner = request === undefined ? undefined : journalOwner(journalPath(context))?.owner
      // Whoever has taken the lock from us is asked, not we. A process id would not tell: that of a container is always the same.
      if (request !== undefined && owner?.token === token && removeRunRequest(path))
        if (request.run === run && request.to === token) heed(request, control)
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
