import { homedir } from 'node:os'
import { resolve } from 'node:path'
import { isDocumentPath } from '../inventory/name-or-path.ts'
import { readPlaybook } from '../inventory/playbook-file.ts'
import { isMigrationError } from '../model/errors.ts'
import { builtInPlaybooks } from '../model/playbook-names.ts'
import type { LostPlaybook, MoveBasis, MovingPlaybook } from '../wizard/move.ts'
import type { CommandContext } from './context.ts'
import { readMovingPlaybook } from './plan-choices.ts'
import { shortPath } from './state-paths.ts'

type PlaybookContext = Pick<CommandContext, 'cwd' | 'env' | 'language'>

/** Every journey that changes hosts: the built-in ones, then those of the team. What of these cannot be read is told. */
export async function wizardPlaybooks(
  context: PlaybookContext,
  own: readonly string[],
): Promise<Pick<MoveBasis, 'playbooks' | 'lost'>> {
  const playbooks: MovingPlaybook[] = []
  const lost: LostPlaybook[] = []
  for (const id of builtInPlaybooks) {
    const { playbook } = await readPlaybook(id, context)
    const { target } = playbook
    if (target !== null) playbooks.push({ ...playbook, target, id })
  }
  for (const id of own)
    try {
      playbooks.push(await wizardPlaybook(context, id))
    } catch (error) {
      if (!isMigrationError(error)) throw error
      lost.push({ id, problem: error.message })
    }
  return { playbooks, lost }
}

/** Reads a playbook as `osferry plan create --playbook` does. Throws PLAYBOOK_*, and USAGE for one that changes nothing. */
export async function wizardPlaybook(context: PlaybookContext, nameOrPath: string): Promise<MovingPlaybook> {
  const id = isDocumentPath(nameOrPath) ? pathOf(context, nameOrPath) : nameOrPath
  const { playbook } = await readMovingPlaybook(context, id)
  return { ...playbook, id }
}

/** One file has one id, however it is typed; the answers hold it, so it counts from the working directory as on a command line. */
function pathOf(context: PlaybookContext, typed: string): string {
  const home = context.env['HOME'] ?? homedir()
  const path = shortPath(context, resolve(context.cwd, typed.replace(/^~(?=\/)/, home)))
  return isDocumentPath(path) ? path : `./${path}`
}
