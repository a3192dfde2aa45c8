import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { ensureDirectory, writeFileAtomically } from '../inventory/atomic-file.ts'
import { MigrationError } from '../model/errors.ts'

/** Says that a directory is a demo's own: the files in it may be replaced. */
const marker = '.osferry-demo'

/** Makes a directory the demo's own. One that holds anything but an earlier demo is USAGE: the files in it are somebody's. */
export async function claimDemoDirectory(path: string): Promise<void> {
  ensureDirectory(path, 0o700)
  if (existsSync(join(path, marker))) return
  if (!isEmpty(path)) {
    throw new MigrationError('USAGE', `${path} is not empty and not of a demo`, {
      hint: 'the demo writes osferry.yaml, inventory.yaml and more: give --dir a new or empty directory, or leave it out',
      details: { path },
    })
  }
  await writeFileAtomically(
    join(path, marker),
    'Made by osferry demo: files of this directory may be replaced.\n',
  )
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
