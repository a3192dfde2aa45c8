import type { ParkedEntry } from '../model/artifact-port.ts'
import { untoldBytes } from './byte-text.ts'
import { compareTreeOrder } from './tree-order.ts'

/** What is not the same of one path: `missing`, `not expected`, or the names of what differs. */
export interface TreeDifference {
  path: string
  parts: readonly string[]
}

/** Compares a tree that comes entry by entry with what is expected, in the same order. */
export interface TreeComparison {
  found(entry: ParkedEntry): Promise<void>
  /** What is expected and did not come counts as missing. */
  end(): Promise<void>
  /** Lets go of what is expected. */
  close(): void
  /** The first differences. */
  readonly differences: readonly TreeDifference[]
  /** How many there are. */
  readonly count: number
}

/** Makes a comparison. With `allowMore`, what came and is not expected is no difference. */
export function createTreeComparison(
  expected: AsyncIterable<ParkedEntry>,
  { allowMore }: { allowMore: boolean },
): TreeComparison {
  const source = expected[Symbol.asyncIterator]()
  const differences: TreeDifference[] = []
  let count = 0
  let next: ParkedEntry | null = null
  let isBegun = false

  const tell = (path: string, parts: readonly string[]): void => {
    count += 1
    if (differences.length < maxNamed) differences.push({ path, parts })
  }
  const advance = async (): Promise<ParkedEntry | null> => {
    const result = await source.next()
    next = result.done === true ? null : result.value
    return next
  }
  const current = async (): Promise<ParkedEntry | null> => {
    if (!isBegun) await advance()
    isBegun = true
    return next
  }

  return {
    differences,
    get count() {
      return count
    },
    async found(entry) {
      const path = untoldBytes(entry.path)
      let wanted = await current()
      while (wanted !== null && compareTreeOrder(untoldBytes(wanted.path), path) < 0) {
        tell(wanted.path, ['missing'])
        wanted = await advance()
      }
      if (wanted?.path !== entry.path) {
        if (!allowMore && !isOfFileSystem(entry)) tell(entry.path, ['not expected'])
        return
      }
      const parts = partsThatDiffer(wanted, entry)
      if (parts.length > 0) tell(entry.path, parts)
      await advance()
    },
    async end() {
      for (let left = await current(); left !== null; left = await advance()) tell(left.path, ['missing'])
    },
    close: () => void source.return?.().catch(() => {}),
  }
}

const maxNamed = 20

/** What mkfs of ext2, ext3 and ext4 makes in a new file system. What is in it counts. */
function isOfFileSystem({ path, type, uid }: ParkedEntry): boolean {
  return path === 'lost+found' && type === 'directory' && uid === 0
}

/** What is not the same of two entries of one path. */
export function partsThatDiffer(expected: ParkedEntry, found: ParkedEntry): readonly string[] {
  if (expected.type !== found.type) return ['type']
  const parts = compared.filter((key) => expected[key] !== found[key]).map((key) => words[key])
  const attributes = new Map(found.xattrs.map(({ name, value }) => [name, value]))
  for (const { name, value } of expected.xattrs) {
    if (attributes.get(name) !== value) parts.push(name)
    attributes.delete(name)
  }
  // A system with SELinux gives a label to every file; where none was parked, none can be wrong.
  attributes.delete('security.selinux')
  return [...parts, ...attributes.keys()]
}

const compared = ['mode', 'uid', 'gid', 'mtime', 'bytes', 'sha256', 'link', 'device'] as const
const words: Readonly<Record<(typeof compared)[number], string>> = {
  mode: 'mode',
  uid: 'owner',
  gid: 'group',
  mtime: 'time of change',
  bytes: 'size',
  sha256: 'content',
  link: 'link',
  device: 'device',
}
