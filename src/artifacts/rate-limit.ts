import { setTimeout as sleep } from 'node:timers/promises'

/** Gives chunks on no faster than so many bytes a second; the sender is held back by not being asked. */
export async function* limitRate(
  chunks: AsyncIterable<Uint8Array>,
  { bytesPerSecond, signal }: { bytesPerSecond: number; signal: AbortSignal },
): AsyncGenerator<Uint8Array, void, undefined> {
  let debt = { bytes: 0, atMs: performance.now() }
  for await (const chunk of chunks) {
    debt = owed(debt, { bytesPerSecond, nowMs: performance.now(), addedBytes: chunk.length })
    const waitMs = (debt.bytes * 1000) / bytesPerSecond
    if (waitMs >= shortestWaitMs) await sleep(waitMs, undefined, { signal })
    yield chunk
  }
}

/** What was sent above the rate, and when that was known. */
export interface RateDebt {
  bytes: number
  atMs: number
}

/** The debt after some more bytes: time pays it off, and time in which nothing came is not saved up. */
export function owed(
  debt: RateDebt,
  { bytesPerSecond, nowMs, addedBytes }: { bytesPerSecond: number; nowMs: number; addedBytes: number },
): RateDebt {
  const paid = (bytesPerSecond * (nowMs - debt.atMs)) / 1000
  return { bytes: Math.max(0, debt.bytes - paid) + addedBytes, atMs: nowMs }
}

const shortestWaitMs = 5
