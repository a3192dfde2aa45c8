import type { Readable } from 'node:stream'

/** The chunks of a stream, taken one by one: while nobody takes them, the stream is paused and its sender waits. */
export interface PulledStream {
  /** The next chunk, null at the end. Rejects with what `fail` was given. One call at a time. */
  next(): Promise<Uint8Array | null>
  /** True while chunks lie here that nobody has taken. */
  isHeld(): boolean
  /** Drops what is held, and lets the rest run away unread. */
  fail(error: unknown): void
}

/**
 * Not the iterator of Readable: that destroys the stream when its reader leaves, and a channel of ssh2 that is destroyed
 * never says how its program ended. The companion (stderr) is paused with it: both share a window in ssh2, and whoever reads
 * one opens it for the other.
 */
export function pullFrom(
  stream: Readable,
  { companion, onChunk }: { companion: Readable; onChunk: (bytes: number) => void },
): PulledStream {
  let held: Uint8Array[] = []
  let heldBytes = 0
  let ended = false
  let failure: { error: unknown } | null = null
  let waiting: PromiseWithResolvers<Uint8Array | null> | null = null

  const settle = (): void => {
    if (waiting === null) return
    const first = held.shift()
    if (failure !== null) waiting.reject(failure.error)
    else if (first !== undefined) {
      heldBytes -= first.length
      waiting.resolve(first)
    } else if (ended) waiting.resolve(null)
    else return
    waiting = null
  }
  const resume = (): void => {
    for (const each of [stream, companion]) each.resume()
  }
  const onEnd = (): void => {
    ended = true
    settle()
  }
  stream.on('data', (chunk: Uint8Array) => {
    onChunk(chunk.length)
    if (failure !== null) return
    held.push(chunk)
    heldBytes += chunk.length
    if (heldBytes >= maxHeldBytes) for (const each of [stream, companion]) each.pause()
    settle()
  })
  stream.once('end', onEnd)
  stream.once('close', onEnd)
  return {
    isHeld: () => heldBytes > 0,
    next() {
      waiting = Promise.withResolvers<Uint8Array | null>()
      const { promise } = waiting
      settle()
      if (heldBytes < maxHeldBytes && stream.isPaused()) resume()
      return promise
    },
    fail(error) {
      if (failure !== null) return
      failure = { error }
      held = []
      heldBytes = 0
      settle()
      resume()
    },
  }
}

/** The stream's own buffer comes on top: 2 MiB of a channel of ssh2, 64 KiB of a pipe. */
const maxHeldBytes = 256 * 1024
