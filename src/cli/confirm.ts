import { MigrationError } from '../model/errors.ts'
import type { Text } from '../model/text.ts'
import { ask } from './ask.ts'
import type { CommandContext } from './context.ts'

export interface Confirmation {
  question: Text
  /** How to answer without a person: the flags. A confirmation has no variable and no key: it is given for one run only. */
  answer: Text
}

/** Asks before something is lost; --yes answers it. Without a terminal INPUT_NEEDED, on "no" INTERRUPTED. */
export async function confirm(context: CommandContext, asked: Confirmation): Promise<void> {
  if (context.assumeYes) return
  const question = context.say(asked.question)
  if (!context.canPrompt) {
    throw new MigrationError('INPUT_NEEDED', question, {
      hint: `${context.say({ en: 'this session cannot prompt', zh: '当前会话无法询问' })}; ${context.say(asked.answer)}`,
    })
  }
  if (/^(y|yes|是)$/i.test(await ask(context, `${question} [y/N] `))) return
  throw new MigrationError('INTERRUPTED', context.say({ en: 'nothing was changed', zh: '没有任何更改' }))
}
