import { archiveInvalid } from './tar-error.ts'

/** Takes bytes in the sizes that the reader wants from chunks in the sizes in which they come. */
export interface ByteReader {
  /** Exactly so many; throws when the stream ends before. Valid until the next call. */
  take(length: number): Promise<Buffer>
  /** Some, at most so many; throws at the end. Valid until the next call. */
  some(atMost: number): Promise<Buffer>
  /** Some of what is left, null at the end. */
  rest(): Promise<Buffer | null>
}

/** Asks for a chunk only when all that came has been taken: who gives them knows then that they have been looked at. */
export function createByteReader(chunks: AsyncIterable<Uint8Array>): ByteReader {
  const source = chunks[Symbol.asyncIterator]()
  let current: Buffer = empty
  let at = 0

  async function refill(): Promise<boolean> {
    for (;;) {
      const next = await source.next()
      if (next.done === true) return false
      const { value } = next
      current = Buffer.from(value.buffer, value.byteOffset, value.byteLength)
      at = 0
      if (current.length > 0) return true
    }
  }
  const left = (): number => current.length - at

  return {
    async take(length) {
      if (left() >= length) {
        at += length
        return current.subarray(at - length, at)
      }
      const whole = Buffer.allocUnsafe(length)
      let filled = 0
      while (filled < length) {
        if (left() === 0 && !(await refill())) throw archiveInvalid('it ends too early')
        const part = current.subarray(at, at + length - filled)
        whole.set(part, filled)
        filled += part.length
        at += part.length
      }
      return whole
    },
    async some(atMost) {
      if (left() === 0 && !(await refill())) throw archiveInvalid('it ends too early')
      const part = current.subarray(at, at + atMost)
      at += part.length
      return part
    },
    async rest() {
      if (left() === 0 && !(await refill())) return null
      const part = current.subarray(at)
      at = current.length
      return part
    },
  }
}

const empty = Buffer.alloc(0)
