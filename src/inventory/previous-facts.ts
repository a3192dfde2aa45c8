import { constants, existsSync, rmSync } from 'node:fs'
import { access, copyFile, rename } from 'node:fs/promises'
import { factSets } from '../model/collector.ts'
import { isMigrationError } from '../model/errors.ts'
import { peekFacts, type FactsHead } from './peek-facts.ts'

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

/** How much a facts document is worth: nothing that is better in one of these is thrown away for it. */
export type FactsWorth = Pick<FactsHead, 'status' | 'set' | 'privilege'>

/**
 * Before a document replaces the file at `path`: one that is there and is better in status, set or rights is kept beside
 * it, so that a host that is down today, or a quick look with the basic set, does not cost what was read yesterday.
 */
export async function keepPrevious(path: string, next: FactsWorth): Promise<void> {
  const previous = previousPath(path)
  const kept = await worthAt(previous)
  if (kept !== undefined && covers(next, kept)) rmSync(previous, { force: true })
  const present = await worthAt(path)
  if (present === undefined || present.status === 'failed' || covers(next, present)) return
  if (kept !== undefined && !covers(next, kept) && covers(kept, present)) return
  await copyFile(path, `${previous}.tmp`)
  await rename(`${previous}.tmp`, previous)
}

const ranks = ['failed', 'partial', 'complete']

function covers(a: FactsWorth, b: FactsWorth): boolean {
  return (
    ranks.indexOf(a.status) >= ranks.indexOf(b.status) &&
    factSets.indexOf(a.set) >= factSets.indexOf(b.set) &&
    (a.privilege !== 'user' || b.privilege === 'user')
  )
}

/** Undefined when there is no file, or none that could be worth keeping. */
async function worthAt(path: string): Promise<FactsWorth | undefined> {
  if (!existsSync(path)) return undefined
  try {
    const head = await peekFacts(path)
    return head?.whole === true ? head : undefined
  } catch (error) {
    if (isMigrationError(error)) return undefined
    throw error
  }
}
