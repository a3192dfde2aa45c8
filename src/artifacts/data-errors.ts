import { MigrationError } from '../model/errors.ts'
import { shorten, visibleLine } from '../model/visible-text.ts'
import type { TreeDifference } from './compare-trees.ts'

/** DATA_READ_FAILED: not all of the data could be read, so nothing was kept. */
export function readFailed(host: string, path: string, why: string): MigrationError {
  return new MigrationError('DATA_READ_FAILED', `${host}: ${place(path)} could not be read whole: ${why}`, {
    hint: 'Nothing was kept and nothing on the host has changed. Remove the reason on the host, then run it again.',
    details: { host, path },
  })
}

/** DATA_CHANGED: somebody wrote while the data was read, so it is of no one moment. */
export function dataChanged(host: string, path: string, lines: string): MigrationError {
  return new MigrationError('DATA_CHANGED', `${host}: ${place(path)} changed while it was read: ${lines}`, {
    hint: 'Stop what writes there (drain the node, stop its services), then run it again; or allow it for a first pass.',
    details: { host, path },
  })
}

/** DATA_TARGET_REFUSED: nothing was written. */
export function targetRefused(
  host: string,
  path: string,
  why: { what: string; hint: string },
): MigrationError {
  return new MigrationError(
    'DATA_TARGET_REFUSED',
    `${host}: ${place(path)} ${why.what}; nothing was written`,
    {
      hint: why.hint,
      details: { host, path },
    },
  )
}

/** DATA_WRITE_FAILED: the data is not, or not all, where it belongs. */
export function writeFailed(host: string, path: string, why: string): MigrationError {
  return new MigrationError(
    'DATA_WRITE_FAILED',
    `${host}: the data could not be written to ${place(path)}: ${why}`,
    {
      hint: 'The archive is untouched. Remove the reason (space, a read-only file system), then restore again.',
      details: { host, path },
    },
  )
}

/** DATA_MISMATCH: names the first differences. */
export function dataMismatch(
  what: string,
  { differences, count }: { differences: readonly TreeDifference[]; count: number },
): MigrationError {
  const named = differences.map(({ path, parts }) => `${place(path)} (${parts.join(', ')})`)
  const more = count > named.length ? `, and ${count - named.length} more` : ''
  return new MigrationError('DATA_MISMATCH', `${what}: ${named.join(', ')}${more}`, {
    hint: 'The data is not as it was: do not start what uses it. The archive is kept; look at what differs, then restore again.',
    details: { differences: count },
  })
}

function place(path: string): string {
  return shorten(visibleLine(path), 200)
}
