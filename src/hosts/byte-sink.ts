/** Gathers bytes in blocks, so that a host which sends one byte a packet costs no more memory than its bytes. */
export interface ByteSink {
  readonly length: number
  push(chunk: Uint8Array): void
  bytes(): Uint8Array
}

/** Makes an empty sink. */
export function createByteSink(): ByteSink {
  const full: Buffer[] = []
  let block = Buffer.alloc(0)
  let used = 0
  let length = 0
  return {
    get length() {
      return length
    },
    push(chunk) {
      let at = 0
      while (at < chunk.length) {
        if (used === block.length) {
          if (used > 0) full.push(block)
          block = Buffer.allocUnsafeSlow(Math.min(maxBlock, Math.max(minBlock, length, chunk.length - at)))
          used = 0
        }
        const part = chunk.subarray(at, at + block.length - used)
        block.set(part, used)
        used += part.length
        at += part.length
      }
      length += chunk.length
    },
    bytes() {
      return Buffer.concat([...full, block.subarray(0, used)], length)
    },
  }
}

const minBlock = 4 * 1024
const maxBlock = 256 * 1024
