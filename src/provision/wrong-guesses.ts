/** Who has sent what is no token of ours, and how often lately. */
export interface WrongGuesses {
  /** Counts one more; seconds until the address may be wrong again, 0 while it has not been too often. */
  add(address: string): number
}

const windowMs = 60_000
const mostInWindow = 10
/** So many addresses are known; then those that began first are forgotten. */
const mostAddresses = 10_000

export function wrongGuesses(nowMs: () => number): WrongGuesses {
  const windows = new Map<string, { sinceMs: number; count: number }>()
  return {
    add(address) {
      const now = nowMs()
      const known = windows.get(address)
      const window =
        known !== undefined && now - known.sinceMs < windowMs ? known : { sinceMs: now, count: 0 }
      window.count += 1
      if (window !== known) windows.delete(address)
      windows.set(address, window)
      const [oldest] = windows.keys()
      if (windows.size > mostAddresses && oldest !== undefined) windows.delete(oldest)
      return window.count <= mostInWindow ? 0 : Math.ceil((window.sinceMs + windowMs - now) / 1000)
    },
  }
}
