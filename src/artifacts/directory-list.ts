import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { ArtifactKey, checkedPrefix } from '../model/artifact-key.ts'
import { attempt, isStoreThere, missing, type DirectoryPlace } from './directory-access.ts'

/** The objects whose keys begin with `prefix`, in the order of their keys, one directory in memory at a time. */
export async function* listDirectory(
  place: DirectoryPlace,
  prefix: string,
  signal: AbortSignal,
): AsyncGenerator<{ key: string; bytes: number }> {
  signal.throwIfAborted()
  const wanted = { prefix: checkedPrefix(prefix, place.name), signal }
  if (await isStoreThere(place)) yield* listBelow(place, '', wanted)
}

async function* listBelow(
  place: DirectoryPlace,
  directory: string,
  wanted: { prefix: string; signal: AbortSignal },
): AsyncGenerator<{ key: string; bytes: number }> {
  const { prefix, signal } = wanted
  const entries = await attempt(
    place,
    `list ${directory === '' ? 'its objects' : directory}`,
    async () => (await readdir(join(place.root, directory), { withFileTypes: true }).catch(missing)) ?? [],
  )
  // With its slash a directory stands where its objects do: `a-b` comes before `a/b`.
  const names = entries
    .filter((entry) => entry.isFile() || entry.isDirectory())
    .map((entry) => `${directory}${entry.name}${entry.isDirectory() ? '/' : ''}`)
    .filter((name) => ArtifactKey.safeParse(name.replace(/\/$/, ''), { jitless: true }).success)
    .sort()
  for (const name of names) {
    signal.throwIfAborted()
    if (name.endsWith('/')) {
      if (name.startsWith(prefix) || prefix.startsWith(name)) yield* listBelow(place, name, wanted)
    } else if (name.startsWith(prefix)) {
      const found = await attempt(place, `list ${name}`, () => lstat(join(place.root, name)).catch(missing))
      if (found?.isFile() === true) yield { key: name, bytes: found.size }
    }
  }
}
