import type { BigIntStats } from 'node:fs'
import { z } from 'zod'

/** What is known of files that were read whole: their sha256, as long as nobody touches them. */
export interface ChecksumMemory {
  sha256Of(file: BigIntStats): string | undefined
  remember(file: BigIntStats, sha256: string): void
  /** Writes down what was remembered since; the oldest are forgotten. */
  save(): Promise<void>
}

const digits = z.string().regex(/^\d{1,30}$/)
const Checksums = z.strictObject({
  schema: z.literal('boot-checksums/v1'),
  files: z.array(
    z.strictObject({
      device: digits,
      inode: digits,
      size: digits,
      /** Nanoseconds since 1970: of the content, of the entry. */
      modified: digits,
      changed: digits,
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
    }),
  ),
})
type Checksum = z.infer<typeof Checksums>['files'][number]

const mostFiles = 500

/** `text` as it was saved; of what is no such document nothing is known. */
export function checksumMemory(
  text: string | undefined,
  save: (text: string) => Promise<void>,
): ChecksumMemory {
  const known = new Map<string, Checksum>()
  for (const row of parsed(text)) known.set(keyOf(row), row)
  let isChanged = false
  return {
    sha256Of: (file) => known.get(keyOf(rowOf(file, '')))?.sha256,
    remember(file, sha256) {
      const row = rowOf(file, sha256)
      isChanged ||= known.get(keyOf(row))?.sha256 !== sha256
      known.set(keyOf(row), row)
    },
    async save() {
      if (!isChanged) return
      const files = [...known.values()].slice(-mostFiles)
      await save(`${JSON.stringify({ schema: 'boot-checksums/v1', files })}\n`)
    },
  }
}

function parsed(text: string | undefined): Checksum[] {
  try {
    return Checksums.safeParse(JSON.parse(text ?? 'null')).data?.files ?? []
  } catch {
    return []
  }
}

function rowOf({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats, sha256: string): Checksum {
  const [device, inode, bytes, modified, changed] = [dev, ino, size, mtimeNs, ctimeNs].map(String)
  return { device, inode, size: bytes, modified, changed, sha256 } as Checksum
}

function keyOf({ device, inode, size, modified, changed }: Checksum): string {
  return [device, inode, size, modified, changed].join(' ')
}
