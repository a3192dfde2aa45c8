import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import path from 'node:path'

/** Why a program could not be started, as an errno; undefined = it is a file that may be executed. Nothing is started. */
export async function whyNotStartable(program: string, searchPath: string): Promise<string | undefined> {
  const files = program.includes('/')
    ? [program]
    : searchPath.split(':').map((directory) => path.join(directory === '' ? '.' : directory, program))
  let why = 'ENOENT'
  for (const file of files) {
    const found = await whyNotExecutable(file)
    if (found === undefined) return undefined
    if (found === 'EACCES') why = found
  }
  return why
}

async function whyNotExecutable(file: string): Promise<string | undefined> {
  try {
    await access(file, constants.X_OK)
    return (await stat(file)).isFile() ? undefined : 'EACCES'
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'unknown'
  }
}
