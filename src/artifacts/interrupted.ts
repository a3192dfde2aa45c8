import { isMigrationError, MigrationError } from '../model/errors.ts'

/** What to throw: INTERRUPTED when the caller gave up and a part of the work only said that it was stopped. */
export function orInterrupted(
  error: unknown,
  { what, signal }: { what: string; signal: AbortSignal },
): unknown {
  if (!signal.aborted || isMigrationError(error)) return error
  if (isMigrationError(signal.reason)) return signal.reason
  return new MigrationError('INTERRUPTED', `${what}: interrupted`, { cause: error })
}
