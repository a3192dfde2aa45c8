import { setImmediate } from 'node:timers/promises'
import type { LabCluster } from '../../../src/simulate/lab-cluster.ts'
import type { Clock } from '../../../src/model/ports.ts'
import type { Wait } from '../../../src/steps/wake.ts'

/** One time for a lab cluster and for what works with it: it goes on only when everybody waits. */
export interface SimulatedTime {
  clock: Clock
  wait: Wait
  /** Milliseconds since the time began. */
  nowMs(): number
  /** Somebody was told of something: time stands still until nothing happens by itself any more. */
  told(): void
  /** Lets time go on until the work has ended; throws when nobody waits for a time any more. */
  run<T>(work: Promise<T>): Promise<T>
}

/** Turns of the event loop after which nothing happens by itself any more, unless files are read or written. */
const quietTurns = 3

/** Reading and writing of files, as `process.getActiveResourcesInfo` names it. */
const fileWork = /^(?:FSReq|CloseReq)/

/** Makes the time of a cluster, which begins at `startMs` (since 1970). */
export function simulatedTime(cluster: LabCluster, startMs: number): SimulatedTime {
  const waiting = createWaiting()
  let nowMs = 0
  const news = { isTold: false }
  const advance = (): number => {
    const nextMs = cluster.advanceTo(startMs + nowMs)
    return nextMs === undefined ? Number.POSITIVE_INFINITY : nextMs - startMs
  }

  async function quiet(): Promise<void> {
    news.isTold = false
    for (let turns = 0; turns < quietTurns; turns += 1) {
      await setImmediate()
      if (process.getActiveResourcesInfo().some((resource) => fileWork.test(resource))) turns = -1
    }
  }

  /** To the next time at which somebody has something to do. */
  function goOn(): void {
    const ownMs = waiting.nextMs()
    // The cluster has always something to do by itself.
    if (ownMs === Number.POSITIVE_INFINITY) throw new Error('nobody waits for a time any more')
    let labMs = advance()
    // Heartbeats and timers of the cluster alone concern nobody.
    while (!news.isTold && labMs <= ownMs) {
      nowMs = Math.max(nowMs, labMs)
      labMs = advance()
    }
    if (news.isTold) return
    nowMs = Math.max(nowMs, ownMs)
    waiting.fire(ownMs)
  }

  return {
    clock: { now: () => new Date(startMs + nowMs).toISOString(), monotonicMs: () => nowMs },
    nowMs: () => nowMs,
    told: () => void (news.isTold = true),
    async wait(ms, signal): Promise<void> {
      signal.throwIfAborted()
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      const cancel = waiting.add(nowMs + Math.max(0, ms), resolve)
      const abort = (): void => {
        cancel()
        reject(signal.reason as Error)
      }
      signal.addEventListener('abort', abort, { once: true })
      await promise.finally(() => signal.removeEventListener('abort', abort))
    },
    async run<T>(work: Promise<T>): Promise<T> {
      let isDone = false
      const end = (): void => void (isDone = true)
      work.then(end, end)
      for (;;) {
        await quiet()
        if (isDone) return await work
        goOn()
      }
    },
  }
}

interface Waiting {
  /** Does something at a time unless it is cancelled before. */
  add(atMs: number, act: () => void): () => void
  nextMs(): number
  fire(atMs: number): void
}

function createWaiting(): Waiting {
  const acts = new Map<number, Set<() => void>>()
  /** The latest first: most that is waited for is near. */
  const times: number[] = []

  function insert(atMs: number): void {
    let [low, high] = [0, times.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((times[middle] ?? 0) > atMs) low = middle + 1
      else high = middle
    }
    times.splice(low, 0, atMs)
  }

  return {
    add(atMs, act): () => void {
      const known = acts.get(atMs)
      if (known === undefined) insert(atMs)
      const of = known ?? new Set<() => void>()
      acts.set(atMs, of)
      const own = (): void => act()
      of.add(own)
      return () => void of.delete(own)
    },
    nextMs(): number {
      for (;;) {
        const next = times.at(-1)
        if (next === undefined) return Number.POSITIVE_INFINITY
        if ((acts.get(next)?.size ?? 0) > 0) return next
        acts.delete(next)
        times.pop()
      }
    },
    fire(atMs): void {
      const of = acts.get(atMs)
      acts.delete(atMs)
      times.pop()
      for (const act of of ?? []) act()
    },
  }
}
