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
      input: process.stdin,
      output: process.stderr,
      signal: context.signal,
      colour: context.colour.stderr,
    })
    return { code: exitCode, reason: exitCode === 0 ? 'done' : 'interrupted', next: [] }
  },
})
