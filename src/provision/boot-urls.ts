import { readFile, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'

const time = z.iso.datetime()
const sha256 = z.string().regex(/^[0-9a-f]{64}$/)

/** One address by which one configuration may be fetched once. */
const BootUrl = z.strictObject({
  schema: z.literal('boot-url/v1'),
  id: z.string().regex(/^[0-9a-f]{16}$/),
  /** sha256 of the secret in the address. */
  verifier: sha256,
  node: z.string().min(1).max(253),
  /** Absolute path, and what has to lie there. */
  config: z.strictObject({ path: z.string().startsWith('/'), sha256 }),
  mintedAt: time,
  expiresAt: time,
  machine: z.strictObject({
    macs: z.array(z.string()).readonly(),
    uuid: z.string().nullable(),
    serial: z.string().nullable(),
    machineId: z.string().nullable(),
  }),
})
export type BootUrl = z.infer<typeof BootUrl>

/**
 * All addresses of a project: files in one directory, which who mints and who serves share, be they one process or several. A
 * fetch is a second file that can be made once: whoever makes it has it.
 */
export interface BootUrls {
  add(url: BootUrl): Promise<void>
  /** Undefined when there is none, or when what is there is not one. */
  find(id: string): Promise<BootUrl | undefined>
  /** False when somebody has it already. */
  claim(id: string, by: { at: string; from: string }): Promise<boolean>
  isClaimed(id: string): Promise<boolean>
  /** After a claim of one's own that has come to nothing. */
  release(id: string): Promise<void>
}

/** In a directory of our own that is there. */
export function bootUrlsIn(directory: string): BootUrls {
  const pathOf = (id: string, kind: 'json' | 'used'): string => join(directory, `${id}.${kind}`)
  const isNew = { flag: 'wx', mode: 0o600, flush: true } as const
  return {
    async add(url) {
      await writeFile(pathOf(url.id, 'json'), `${JSON.stringify(BootUrl.parse(url))}\n`, isNew)
    },
    async find(id) {
      const text = await textOf(pathOf(id, 'json'))
      try {
        return BootUrl.safeParse(JSON.parse(text ?? 'null')).data
      } catch {
        return undefined
      }
    },
    async claim(id, by) {
      try {
        await writeFile(pathOf(id, 'used'), `${JSON.stringify(by)}\n`, isNew)
        return true
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
        throw error
      }
    },
    async isClaimed(id) {
      return (await textOf(pathOf(id, 'used'))) !== undefined
    },
    async release(id) {
      await unlink(pathOf(id, 'used'))
    },
  }
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
