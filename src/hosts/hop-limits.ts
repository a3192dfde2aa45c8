import PQueue from 'p-queue'

/** Bounds how many handshakes go through one sshd or jump host at once, whatever the number of hosts behind it. */
export interface HopLimits {
  /** Runs `work` when every hop of `keys` (outermost first) has room. */
  through<T>(keys: readonly string[], signal: AbortSignal, work: () => Promise<T>): Promise<T>
}

/**
 * Makes the limiters. sshd's default MaxStartups 10:30:100 begins to drop connections at ten unauthenticated ones.
 * Hops are always taken in the same order, outermost first, so that two connections cannot wait for each other.
 */
export function createHopLimits(handshakesPerHop: number): HopLimits {
  const queues = new Map<string, { queue: PQueue; users: number }>()
  async function through<T>(
    keys: readonly string[],
    signal: AbortSignal,
    work: () => Promise<T>,
  ): Promise<T> {
    const [key, ...rest] = keys
    if (key === undefined) return await work()
    const entry = queues.get(key) ?? { queue: new PQueue({ concurrency: handshakesPerHop }), users: 0 }
    queues.set(key, entry)
    entry.users++
    try {
      return await entry.queue.add(async () => await through(rest, signal, work), { signal })
    } finally {
      if (--entry.users === 0) queues.delete(key)
    }
  }
  return { through }
}
