import fs from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { bin } from './osferry.ts'
import { build } from './build.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Vitest's global set-up of the projects that run the built CLI: builds when a source is newer than the build. */
export async function setup(): Promise<void> {
  const built = fs.existsSync(bin) ? fs.statSync(bin).mtimeMs : 0
  const recipe = fs.statSync(path.join(root, 'test/support/build.ts')).mtimeMs
  const newest = Math.max(recipe, ...['src', 'checks'].map((folder) => newestBelow(path.join(root, folder))))
  if (newest > built) await build()
}

function newestBelow(folder: string): number {
  const entries = fs.readdirSync(folder, { recursive: true, withFileTypes: true })
  return Math.max(...entries.map((entry) => fs.statSync(path.join(entry.parentPath, entry.name)).mtimeMs))
}
