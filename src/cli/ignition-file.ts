import { resolve } from 'node:path'
import { readBounded } from '../inventory/read-bounded.ts'
import type { CommandContext } from './context.ts'

const maxBytes = 32 * 1024 * 1024

/** The text of a configuration that somebody has named. Rejects with DOCUMENT_* errors. */
export async function readIgnitionFile({ cwd }: Pick<CommandContext, 'cwd'>, path: string): Promise<string> {
  return await readBounded(resolve(cwd, path), { maxBytes })
}
