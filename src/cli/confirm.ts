import { MigrationError } from '../model/errors.ts'
import type { Text } from '../model/text.ts'
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
  const { createInterface } = await import('node:readline/promises')
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  const closed = Promise.withResolvers<string>()
  // Ctrl-C and Ctrl-D at the question end it and reach nobody else: the terminal is in raw mode then.
  terminal.once('close', () => closed.resolve(''))
  try {
    const answer = terminal.question(`${question} [y/N] `, { signal: context.signal })
    answer.catch(() => undefined)
    const typed = await Promise.race([closed.promise, answer])
    context.signal.throwIfAborted()
    if (/^(y|yes|是)$/i.test(typed.trim())) return
  } catch (error) {
    if (context.signal.aborted || !(error instanceof Error && error.name === 'AbortError')) throw error
  } finally {
    terminal.close()
  }
  throw new MigrationError('INTERRUPTED', context.say({ en: 'nothing was changed', zh: '没有任何更改' }))
}
