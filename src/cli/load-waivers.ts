import { readWaivers } from '../inventory/waivers-file.ts'
import type { Waiver } from '../model/waivers.ts'
import type { CommandContext } from './context.ts'

/** The risks that were accepted; none without a waivers file. */
export async function loadWaivers({ settings, language }: CommandContext): Promise<readonly Waiver[]> {
  const path = settings.text('assess.waivers')
  return path === undefined ? [] : (await readWaivers(path, { language })).waivers
}
