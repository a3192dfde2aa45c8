import type { CommandContext } from './context.ts'

/** What is to be closed, in the order in which it was opened. */
export type Closers = { what: string; close: () => Promise<void> }[]

/** Closes the last first; what cannot be closed is told and keeps nothing else open. */
export async function closeAll({ log }: CommandContext, closers: Closers): Promise<void> {
  for (const { what, close } of closers.toReversed()) {
    try {
      await close()
    } catch (error) {
      log.warn('something of the run could not be closed', {
        what,
        reason: error instanceof Error ? error.message : String(error),
      })
    }
  }
}
