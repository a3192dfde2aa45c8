import { MigrationError } from '../model/errors.ts'
import type { CommandContext } from './context.ts'

/** The last second of the year 9999: later ones have no ISO 8601 form of four digits. */
const lastSecond = 253_402_300_799

/**
 * The time that a document says it was made at: SOURCE_DATE_EPOCH when it is set, so that the same input gives the same
 * bytes (https://reproducible-builds.org/specs/source-date-epoch/), else now. Judging itself goes by the real clock.
 */
export function documentTime({ env, clock }: Pick<CommandContext, 'env' | 'clock'>): string {
  const text = env['SOURCE_DATE_EPOCH']
  if (text === undefined || text === '') return clock.now()
  const seconds = /^\d{1,13}$/.test(text) ? Number(text) : Number.NaN
  if (seconds <= lastSecond) return new Date(seconds * 1000).toISOString()
  throw new MigrationError('USAGE', `SOURCE_DATE_EPOCH=${text} is not a number of seconds since 1970`, {
    hint: 'give it whole seconds, as "git log -1 --format=%ct" prints them, or unset it',
  })
}
