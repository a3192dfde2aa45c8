import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { ensureStateDirectory, writeFileAtomically } from '../inventory/atomic-file.ts'
import { readYamlDocument } from '../inventory/yaml-document.ts'
import { isMigrationError } from '../model/errors.ts'
import { WizardSession } from '../wizard/session.ts'
import type { CommandContext } from './context.ts'

/** The saved session; one that cannot be read is reported and left alone. */
export async function readSession(context: CommandContext): Promise<WizardSession | undefined> {
  const path = sessionPath(context)
  if (!existsSync(path)) return undefined
  try {
    const { value } = await readYamlDocument({
      path,
      schema: WizardSession,
      name: 'wizard-session',
      code: 'DOCUMENT_INVALID',
      language: context.language,
    })
    return value
  } catch (error) {
    if (!isMigrationError(error)) throw error
    context.log.warn('the saved session cannot be read', { file: path, reason: error.message })
    return undefined
  }
}

/** Saves a session and returns the file. */
export async function saveSession(context: CommandContext, session: WizardSession): Promise<string> {
  const { stringify } = await import('yaml')
  ensureStateDirectory(context.settings.required('state'))
  await writeFileAtomically(sessionPath(context), stringify(session))
  return sessionPath(context)
}

/** Forgets the saved session. */
export async function clearSession(context: CommandContext): Promise<void> {
  await rm(sessionPath(context), { force: true })
}

function sessionPath(context: CommandContext): string {
  return join(context.settings.required('state'), 'wizard.yaml')
}
