import type { CommandContext } from './context.ts'

/**
 * Asks a person for a line; '' for who leaves the question by Ctrl-C or Ctrl-D, which reach nobody else: the terminal is in raw
 * mode then. Only where `canPrompt` says that there is somebody.
 */
export async function ask({ signal }: CommandContext, question: string): Promise<string> {
  const { createInterface } = await import('node:readline/promises')
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  const closed = Promise.withResolvers<string>()
  terminal.once('close', () => closed.resolve(''))
  try {
    const answer = terminal.question(question, { signal })
    answer.catch(() => undefined)
    const typed = await Promise.race([closed.promise, answer])
    signal.throwIfAborted()
    return typed.trim()
  } catch (error) {
    if (signal.aborted || !(error instanceof Error && error.name === 'AbortError')) throw error
    return ''
  } finally {
    terminal.close()
  }
}
