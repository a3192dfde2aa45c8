import { isMigrationError, MigrationError } from '../model/errors.ts'
import { unlessAborted } from '../model/unless-aborted.ts'

/** What to throw when the caller's signal fired: its own reason when that is meant for people. */
export function interrupted(host: string, reason: unknown): MigrationError {
  if (isMigrationError(reason)) return reason
  return new MigrationError('INTERRUPTED', `${host}: interrupted`, { cause: reason })
}

/** The promise's outcome, or `interrupted` as soon as the signal fires; the promise's later failure is then ignored. */
export async function orAborted<T>(promise: Promise<T>, signal: AbortSignal, host: string): Promise<T> {
  return await unlessAborted(promise, signal, () => interrupted(host, signal.reason))
}
