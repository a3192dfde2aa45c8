/** Who has called, and how often lately. */
export interface CallsPerMinute {
  /** Counts one more of somebody; seconds until the next one is let through, 0 while there have not been too many. */
  add(caller: string): number
}

const windowMs = 60_000
/** So many callers are known; then those that began first are forgotten. */
const mostCallers = 10_000

/** Lets `most` calls of everybody through in a minute. */
export function callsPerMinute(most: number, nowMs: () => number): CallsPerMinute {
  const windows = new Map<string, { sinceMs: number; count: number }>()
  return {
    add(caller) {
      const now = nowMs()
      const known = windows.get(caller)
      const window =
        known !== undefined && now - known.sinceMs < windowMs ? known : { sinceMs: now, count: 0 }
      window.count += 1
      if (window !== known) windows.delete(caller)
      windows.set(caller, window)
      const [oldest] = windows.keys()
      if (windows.size > mostCallers && oldest !== undefined) windows.delete(oldest)
      return window.count <= most ? 0 : Math.ceil((window.sinceMs + windowMs - now) / 1000)
    },
  }
}
