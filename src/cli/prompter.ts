import { MigrationError } from '../model/errors.ts'
import type { Prompter } from '../model/ports.ts'
import type { CommandContext } from './context.ts'

/** Asks for secrets on stderr when the one gate allows it; else INPUT_NEEDED, naming how to answer without a person. */
export function createPrompter(context: CommandContext): Prompter {
  return {
    canPrompt: context.canPrompt,
    async secret(question): Promise<string> {
      if (!context.canPrompt) throw inputNeeded(context, question)
      const { default: inquirer } = await import('inquirer')
      const { answer } = await inquirer.prompt<{ answer: string }>(
        [{ type: 'password', name: 'answer', message: question, mask: true }],
        {},
      )
      return answer
    },
  }
}

function inputNeeded(context: CommandContext, question: string): MigrationError {
  return new MigrationError(
    'INPUT_NEEDED',
    context.say({ en: `input needed: ${question}`, zh: `需要输入：${question}` }),
    {
      hint: context.say({
        en: 'this session cannot prompt; give the secret by reference:\n  OSFERRY_SSH_PASSPHRASE=env:NAME, or\n  ssh: { passphrase: file:/path }   # osferry.yaml or the inventory\nor load the key into an ssh agent',
        zh: '当前会话无法询问；请以引用方式提供：\n  OSFERRY_SSH_PASSPHRASE=env:NAME，或\n  ssh: { passphrase: file:/path }   # osferry.yaml 或主机清单\n或将私钥加入 ssh-agent',
      }),
    },
  )
}
