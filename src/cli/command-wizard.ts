import type { ResolvedSetting } from './config.ts'
import { runWizard } from '../wizard/run.ts'
import { defineCommand } from './define-command.ts'
import { runSettings } from './run-settings.ts'
import { interruptedCode } from './signals.ts'
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
    'approvals.allowedSigners',
    'approvals.require',
    ...runSettings.filter((key) => key !== 'inventory'),
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
    if (exitCode === 130) return { code: interruptedCode(context.signal), reason: 'interrupted', next: [] }
    return { code: exitCode, reason: exitCode === 0 ? 'done' : 'as its runs', next: [] }
  },
})

/** Asked for by flag or variable; a file of settings is older than what the reader chose on the screen. */
function isAsked(lang: ResolvedSetting | undefined): boolean {
  const from = lang?.origin.from
  return lang?.value !== 'auto' && (from === 'flag' || from === 'env')
}
