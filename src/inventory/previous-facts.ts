import { constants, rmSync } from 'node:fs'
import { access, copyFile, rename } from 'node:fs/promises'
import { isMigrationError } from '../model/errors.ts'
import type { HostFacts } from '../model/facts.ts'
import { peekFacts } from './peek-facts.ts'

/** Ends the name of a file that is kept and not read: no host's own file ends so, as `~` is encoded in names. */
const suffix = '~previous.json'

/** Where the better facts of an earlier collection stay when a later one failed. */
function previousPath(path: string): string {
  return path.replace(/\.json$/, suffix)
}

/** True for a file that keeps earlier facts: a listing of a directory passes it over. */
export function isPrevious(fileName: string): boolean {
  return fileName.endsWith(suffix)
}

/** The kept facts beside a host's file, or undefined when none are kept. */
export async function findPrevious(path: string): Promise<string | undefined> {
  const previous = previousPath(path)
  return await access(previous, constants.F_OK).then(
    () => previous,
    () => undefined,
  )
}

/**
 * Before facts of a status replace the file at `path`: a better document that is there is kept beside it, so that a host that is down
 * today does not cost what was read yesterday. Complete facts need no older ones.
 */
export async function keepPrevious(path: string, status: HostFacts['status']): Promise<void> {
  const previous = previousPath(path)
  if (status === 'complete') return rmSync(previous, { force: true })
  const rank = rankOf(await statusAt(path))
  if (rank <= rankOf(status)) return
  if (rank < rankOf(await statusAt(previous))) return
  await copyFile(path, `${previous}.tmp`)
  await rename(`${previous}.tmp`, previous)
}

const ranks = ['failed', 'partial', 'complete']

function rankOf(status: string | undefined): number {
  return ranks.indexOf(status ?? '')
}

/** The status in a facts file; undefined when there is none that could be worth keeping. */
async function statusAt(path: string): Promise<string | undefined> {
  try {
    const head = await peekFacts(path)
    return head?.whole === true ? head.status : undefined
  } catch (error) {
    if (isMigrationError(error)) return undefined
    throw error
  }
}
