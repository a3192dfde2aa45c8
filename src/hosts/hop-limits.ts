import PQueue from 'p-queue'
import { interrupted, orAborted } from './abort.ts'

/** Who wants to pass: the hops on the way, outermost first, and the host it is for. */
interface Passage {
  host: string
  keys: readonly string[]
  signal: AbortSignal
}

/** Bounds how many handshakes go through one sshd or jump host at once, whatever the number of hosts behind it. */
export interface HopLimits {
  /** Runs `work` when every hop has room. */
  through<T>(passage: Passage, work: () => Promise<T>): Promise<T>
}

/**
 * Makes the limiters. sshd's default MaxStartups 10:30:100 begins to drop connections at ten unauthenticated ones.
 * Hops are always taken in the same order, outermost first, so that two connections cannot wait for each other.
 */
export function createHopLimits(handshakesPerHop: number): HopLimits {
  const queues = new Map<string, { queue: PQueue; users: number }>()

  async function pass<T>({ host, keys, signal }: Passage, work: () => Promise<T>): Promise<T> {
    if (signal.aborted) throw interrupted(host, signal.reason)
    const [key, ...rest] = keys
    if (key === undefined) return await work()
    const entry = queues.get(key) ?? { queue: new PQueue({ concurrency: handshakesPerHop }), users: 0 }
    queues.set(key, entry)
    entry.users++
    try {
      return await entry.queue.add(() => pass({ host, keys: rest, signal }, work))
    } finally {
      if (--entry.users === 0) queues.delete(key)
    }
  }

  return {
    through: (passage, work) => orAborted(pass(passage, work), passage.signal, passage.host),
  }
}
