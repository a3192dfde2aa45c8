/** Keeps the end of a stream of bytes. */
export interface ByteTail {
  push(chunk: Uint8Array): void
  bytes(): Uint8Array
  /** How many bytes came. */
  total(): number
}

/** Makes one that keeps `limit` bytes; while it fills it may hold twice as many. */
export function createByteTail(limit: number): ByteTail {
  let parts: Uint8Array[] = []
  let length = 0
  let total = 0
  const bytes = (): Buffer => Buffer.concat(parts).subarray(-limit)
  return {
    bytes,
    total: () => total,
    push(chunk) {
      if (chunk.length === 0) return
      total += chunk.length
      // A copy: the chunk may be a small view of a large buffer.
      parts.push(Buffer.from(chunk.subarray(-limit)))
      length += Math.min(limit, chunk.length)
      if (length < 2 * limit && parts.length < maxParts) return
      parts = [Buffer.from(bytes())]
      length = parts[0]?.length ?? 0
    },
  }
}

const maxParts = 1024
