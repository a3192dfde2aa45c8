import { unlessAborted } from '../model/unless-aborted.ts'

/**
 * Of all who ask while one look is under way, the next look is for them all: none sees what is older than its question, and
 * never is there more than one look at a time.
 */
export function sharedLooks<T>(look: () => Promise<T>): (signal: AbortSignal) => Promise<T> {
  let current: Promise<unknown> = Promise.resolve()
  let next: Promise<T> | undefined

  async function after(before: Promise<unknown>): Promise<T> {
    await before.catch(() => undefined)
    next = undefined
    return await look()
  }

  return async (signal) => {
    if (next === undefined) {
      const begun = after(current)
      next = begun
      current = begun
      // Whoever has asked may have left.
      begun.catch(() => undefined)
    }
    return await unlessAborted(next, signal)
  }
}
