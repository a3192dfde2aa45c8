import type { FactValue } from './facts.ts'

type Filesystem = FactValue<'space'>['filesystems'][number]

/** The filesystem that holds `path`: the one with the longest mount point that is a prefix of it. */
export function filesystemHolding(space: FactValue<'space'>, path: string): Filesystem | undefined {
  return space.filesystems
    .filter(({ target }) => isBelow(path, target))
    .toSorted((a, b) => b.target.length - a.target.length)[0]
}

/** True when `path` is `directory` or lies in it. */
export function isBelow(path: string, directory: string): boolean {
  if (directory === '/') return path.startsWith('/')
  return path === directory || path.startsWith(`${directory}/`)
}

/** `/data/` as `/data`: /etc/fstab may hold either, the mount table holds the latter. */
export function withoutTrailingSlash(path: string): string {
  return path.length > 1 ? path.replace(/\/+$/, '') : path
}
