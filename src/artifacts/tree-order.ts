import { archiveInvalid } from './tar-error.ts'

/** Checks that entries come as a sorted tree does. */
export interface TreeOrder {
  accept(path: string, isDirectory: boolean): void
}

/**
 * Every entry has to follow its directory, and siblings come in the order of their bytes, as `tar --sort=name` gives them.
 * So nothing comes twice, and nothing can be below what is no directory of the archive itself (a symbolic link that leads
 * away, for instance): both are known without holding more than the directories that are open.
 */
export function createTreeOrder(): TreeOrder {
  let open: string[] = []
  /** The last name in each of them, and in the root. */
  let last: (string | undefined)[] = []
  let isBegun = false
  return {
    accept(path, isDirectory) {
      if (path === '.') {
        if (isBegun || !isDirectory) throw archiveInvalid('the root is not first, or no directory', path)
        isBegun = true
        return
      }
      const parts = path.split('/')
      const depth = parts.length - 1
      const name = parts[depth] ?? ''
      const isBelow =
        isBegun && depth <= open.length && parts.every((part, at) => at >= depth || part === open[at])
      if (!isBelow) throw archiveInvalid('an entry does not follow its directory', path)
      const before = last[depth]
      if (before !== undefined && before >= name) throw archiveInvalid('entries are not sorted', path)
      open = open.slice(0, depth)
      last = [...last.slice(0, depth), name]
      if (isDirectory) open.push(name)
    },
  }
}

/** Which of two paths (one character a byte) comes first in such an archive; 0 when they are the same. */
export function compareTreeOrder(one: string, other: string): number {
  if (one === other) return 0
  if (one === '.') return -1
  if (other === '.') return 1
  const left = one.split('/')
  const right = other.split('/')
  for (const [at, part] of left.entries()) {
    const beside = right[at]
    if (beside === undefined) return 1
    if (part !== beside) return part < beside ? -1 : 1
  }
  return -1
}

/** The path of an entry below the root, `.` for the root. Throws for one that leads out, or that no host could unpack. */
export function safePath(raw: string): string {
  const path = raw.replace(/^\.\/(?=.)/s, '').replace(/(?<=.)\/$/s, '')
  if (path === '.' || path === './') return '.'
  if (path.length > maxPathBytes) throw archiveInvalid('a path has more than 4095 bytes', path.slice(0, 200))
  if (path === '' || path.includes('\0')) throw archiveInvalid('a name is empty or holds NUL', raw)
  if (raw.startsWith('/')) throw archiveInvalid('a path is absolute', raw)
  const isStraight = path.split('/').every((part) => part !== '' && part !== '.' && part !== '..')
  if (!isStraight) throw archiveInvalid('a path does not go straight down', raw)
  return path
}

/** PATH_MAX of Linux without its NUL: tar reads longer ones by directory, but cannot unpack them. */
const maxPathBytes = 4095
