import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { ensureDirectory, writeFileAtomically } from '../inventory/atomic-file.ts'
import { MigrationError } from '../model/errors.ts'

/** Makes a directory the command's own. One that holds anything but its own earlier files is USAGE: they are somebody's. */
export async function claimLabDirectory(path: string, command: 'demo' | 'lab'): Promise<void> {
  const marker = join(path, `.osferry-${command}`)
  ensureDirectory(path, 0o700)
  if (existsSync(marker)) return
  if (!isEmpty(path)) {
    throw new MigrationError('USAGE', `${path} is not empty and not of osferry ${command}`, {
      hint: `osferry ${command} writes osferry.yaml, inventory.yaml and more: give --dir a new or empty directory, or leave it out`,
      details: { path },
    })
  }
  await writeFileAtomically(marker, `Made by osferry ${command}: files of this directory may be replaced.\n`)
}

function isEmpty(path: string): boolean {
  try {
    return readdirSync(path).length === 0
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? String(error)
    throw new MigrationError('OUTPUT_FAILED', `${path} cannot be looked into: ${reason}`, {
      hint: 'choose a directory of your own',
      details: { path },
      cause: error,
    })
  }
}
