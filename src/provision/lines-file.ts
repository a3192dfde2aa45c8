import { appendFile, readFile } from 'node:fs/promises'
import type { z } from 'zod'

/** The lines of a file that are of that form; none when there is no file. */
export async function readLines<T extends z.ZodType>(path: string, form: T): Promise<z.output<T>[]> {
  const text = (await textOf(path)) ?? ''
  return text.split('\n').flatMap((line) => {
    const { success, data } = form.safeParse(parsed(line))
    return success ? [data] : []
  })
}

/** Adds a line, which several processes may do; only its owner can read it. */
export async function addLine(path: string, value: unknown): Promise<void> {
  await appendFile(path, `${JSON.stringify(value)}\n`, { mode: 0o600, flush: true })
}

/** Undefined when there is no such file. */
export async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** Undefined for what is no JSON. */
export function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '')
  } catch {
    return undefined
  }
}
