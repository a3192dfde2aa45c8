import { MigrationError } from '../model/errors.ts'

const unitMs: Readonly<Record<string, number>> = { '': 1000, s: 1000, m: 60_000, h: 3_600_000 }

/** Milliseconds of `90`, `90s`, `30m` or `2h`; throws USAGE, naming the flag. */
export function durationMs(text: string, flag: string): number {
  const [, digits = '', unit = ''] = /^(\d{1,6})([smh]?)$/.exec(text) ?? []
  const ms = Number(digits) * (unitMs[unit] ?? 0)
  if (digits !== '' && ms > 0) return ms
  throw new MigrationError('USAGE', `${flag} ${JSON.stringify(text)} is no length of time`, {
    hint: 'write 90s, 30m or 2h',
  })
}
