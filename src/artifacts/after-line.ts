import { archiveInvalid } from './tar-error.ts'

/** What stands before that line was said by the login: start files of root's shell, for instance. */
export async function* afterLine(
  chunks: AsyncIterable<Uint8Array>,
  line: Buffer,
): AsyncGenerator<Uint8Array, void, undefined> {
  let held: Buffer | null = Buffer.alloc(0)
  for await (const chunk of chunks) {
    if (held === null) {
      yield chunk
      continue
    }
    held = Buffer.concat([held, chunk])
    const at = held.indexOf(line)
    if (at < 0 && held.length > maxLoginBytes)
      throw archiveInvalid('the login of the host says too much before it')
    if (at < 0) continue
    const rest = held.subarray(at + line.length)
    held = null
    if (rest.length > 0) yield rest
  }
}

const maxLoginBytes = 64 * 1024
