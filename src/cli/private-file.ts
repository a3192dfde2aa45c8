import { constants } from 'node:fs'
import { open } from 'node:fs/promises'

export interface PrivateFile {
  text: string
  /** Milliseconds since 1970. */
  writtenMs: number
}

/** Undefined when it is not there, or others could have read or written it. */
export async function privateFile(path: string): Promise<PrivateFile | undefined> {
  try {
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW)
    try {
      const { mode, uid, mtimeMs } = await file.stat()
      const isOurs = (mode & 0o077) === 0 && uid === (process.geteuid?.() ?? uid)
      return isOurs ? { text: await file.readFile('utf8'), writtenMs: mtimeMs } : undefined
    } finally {
      await file.close()
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ELOOP') return undefined
    throw error
  }
}
