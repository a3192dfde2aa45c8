import type { ResolvedSetting } from './config.ts'
import { runWizard } from '../wizard/run.ts'
import { sshSettingKeys } from './ssh-setting-keys.ts'
import { defineCommand } from './define-command.ts'
import { createWizardActions } from './wizard-actions.ts'

/** `osferry` without a command, in a terminal: the guided way through the same stages. */
export const wizard = defineCommand({
  path: 'wizard',
  settings: [
    'inventory',
    'facts',
    'collect.set',
    'collect.concurrency',
    'collect.timeoutSeconds',
    'assess.waivers',
    'assess.checks',
    'assess.anck',
    'report.dir',
    ...sshSettingKeys,
  ],
  async run(context) {
    const { exitCode } = await runWizard({
      actions: createWizardActions(context),
      language: context.language,
      languageAsked: isAsked(context.settings.all.get('lang')),
      input: process.stdin,
      output: process.stderr,
      signal: context.signal,
      colour: context.colour.stderr,
    })
    return { code: exitCode, reason: exitCode === 0 ? 'done' : 'interrupted', next: [] }
  },
})

/** Asked for by flag or variable; a file of settings is older than what the reader chose on the screen. */
function isAsked(lang: ResolvedSetting | undefined): boolean {
  const from = lang?.origin.from
  return lang?.value !== 'auto' && (from === 'flag' || from === 'env')
}
