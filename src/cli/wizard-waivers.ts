import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { writeFileAtomically } from '../inventory/atomic-file.ts'
import { readWaivers } from '../inventory/waivers-file.ts'
import { MigrationError } from '../model/errors.ts'
import { parseSelector, selects } from '../model/selector.ts'
import type { Waiver } from '../model/waivers.ts'
import type { CommandContext } from './context.ts'
import { loadAllHosts } from './load-hosts.ts'

/** The waivers file: the setting, or waivers.yaml in the working directory. */
export function waiversPath(context: CommandContext): string {
  return context.settings.text('assess.waivers') ?? resolve(context.cwd, 'waivers.yaml')
}

/** Appends a waiver and returns the file; comments and order of what is there stay. A bad file is refused first. */
export async function addWaiver(context: CommandContext, waiver: Waiver): Promise<string> {
  const { parseDocument } = await import('yaml')
  await refuseStrangers(context, waiver.selector)
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

/** A waiver for nobody accepts nothing; whoever writes it by hand may mean hosts to come, whoever is asked does not. */
async function refuseStrangers(context: CommandContext, text: string): Promise<void> {
  if (text === '*') return
  const selector = parseSelector(text)
  const hosts = await loadAllHosts(context)
  if (hosts.some((host) => selects(selector, host))) return
  throw new MigrationError(
    'SELECTOR_EMPTY',
    `no host of the inventory matches ${text}: the waiver was not written`,
    { hint: 'choose hosts as with -l: host=NAME, group=NAME, a label such as role=worker, or * for all' },
  )
}
