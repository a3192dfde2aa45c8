import { readdir, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { isLeftBehind } from './temporary-name.ts'

const deepest = 4
/** What is parked is a store's, and may be large. */
const notOurs = ['parked', 'scratch']

/**
 * Takes away the unfinished files that processes of ours have left in a state directory when they were killed, and gives their
 * paths. Files of a process that is at work, of another machine, boot or container, and all other names are left alone, and so is
 * what cannot be read or removed: a run must not end because of it.
 */
export async function removeLeftBehind(directory: string): Promise<string[]> {
  return await removeBelow(directory, 1)
}

async function removeBelow(directory: string, depth: number): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => [])
  const removed: string[] = []
  for (const entry of entries) {
    const path = join(directory, entry.name)
    const isDirectory =
      entry.isDirectory() && depth < deepest && !(depth === 1 && notOurs.includes(entry.name))
    if (isDirectory) removed.push(...(await removeBelow(path, depth + 1)))
    if (!entry.isFile() || !isLeftBehind(entry.name)) continue
    const isGone = await unlink(path).then(
      () => true,
      () => false,
    )
    if (isGone) removed.push(path)
  }
  return removed
}
