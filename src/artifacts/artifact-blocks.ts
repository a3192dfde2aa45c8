interface BlockOptions {
  blockBytes: number
  /** How many blocks are good at a time; default 1: a block is written over when the next one is asked for. */
  buffers?: number
  signal: AbortSignal
}

/**
 * What a stream gives, in blocks of exactly `blockBytes` but for the last. When `signal` is aborted it throws its reason at
 * once, though the stream may still be waiting.
 */
export async function* blocksOf(
  chunks: AsyncIterable<Uint8Array>,
  { blockBytes, buffers = 1, signal }: BlockOptions,
): AsyncGenerator<Uint8Array> {
  const ring: Buffer[] = []
  let blocks = 0
  let used = 0
  const current = (): Buffer => (ring[blocks % buffers] ??= Buffer.allocUnsafeSlow(blockBytes))
  for await (const chunk of untilAborted(chunks, signal)) {
    let at = 0
    while (at < chunk.length) {
      const part = chunk.subarray(at, at + blockBytes - used)
      current().set(part, used)
      used += part.length
      at += part.length
      if (used < blockBytes) continue
      yield current()
      used = 0
      blocks += 1
    }
  }
  if (used > 0) yield current().subarray(0, used)
}

async function* untilAborted(
  chunks: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  signal.throwIfAborted()
  const source = chunks[Symbol.asyncIterator]()
  let giveUp: (reason: unknown) => void = () => undefined
  const abort = (): void => giveUp(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  // Not Promise.race with one promise for all: it would remember every chunk of a terabyte.
  const next = (): Promise<IteratorResult<Uint8Array>> =>
    new Promise((resolve, reject) => {
      giveUp = reject
      source.next().then(resolve, reject)
    })
  let isEnded = false
  try {
    for (;;) {
      signal.throwIfAborted()
      const { done, value } = await next()
      isEnded = done === true
      if (isEnded) return
      yield value
    }
  } finally {
    signal.removeEventListener('abort', abort)
    const closing = isEnded ? undefined : source.return?.()
    // A stream that waits for its own end would keep an aborted one waiting too.
    if (signal.aborted) closing?.catch(() => undefined)
    else await closing
  }
}
