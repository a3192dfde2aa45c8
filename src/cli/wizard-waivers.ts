import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { writeFileAtomically } from '../inventory/atomic-file.ts'
import { readWaivers } from '../inventory/waivers-file.ts'
import type { Waiver } from '../model/waivers.ts'
import type { CommandContext } from './context.ts'

/** The waivers file: the setting, or waivers.yaml in the working directory. */
export function waiversPath(context: CommandContext): string {
  return context.settings.text('assess.waivers') ?? resolve(context.cwd, 'waivers.yaml')
}

/** Appends a waiver and returns the file; comments and order of what is there stay. A bad file is refused first. */
export async function addWaiver(context: CommandContext, waiver: Waiver): Promise<string> {
  const { parseDocument } = await import('yaml')
  const path = waiversPath(context)
  let text = 'schema: waivers/v1\nwaivers: []\n'
  if (existsSync(path)) {
    await readWaivers(path, { language: context.language })
    text = await readFile(path, 'utf8')
  }
  const document = parseDocument(text)
  document.addIn(['waivers'], document.createNode(waiver))
  const list: unknown = document.get('waivers')
  if (typeof list === 'object' && list !== null && 'flow' in list) list.flow = false
  await writeFileAtomically(path, document.toString())
  return path
}
