import { MigrationError } from '../model/errors.ts'

const most = 10_000

/** The count that a count or a share of `hosts` stands for: shares are rounded down, and are at least 1. Throws USAGE. */
export function maxUnavailableOf(value: number | string, hosts: number): number {
  const share =
    typeof value === 'string' ? /^(?<percent>\d{1,3})%$/.exec(value)?.groups?.['percent'] : undefined
  if (share !== undefined && Number(share) >= 1 && Number(share) <= 100)
    return Math.max(1, Math.floor((hosts * Number(share)) / 100))
  const count = typeof value === 'string' && /^\d{1,5}$/.test(value) ? Number(value) : value
  if (typeof count === 'number' && Number.isInteger(count) && count >= 1 && count <= most) return count
  throw new MigrationError('USAGE', `--max-unavailable does not take ${JSON.stringify(value)}`, {
    hint: `a count from 1 to ${most}, or a share from 1% to 100%`,
  })
}
