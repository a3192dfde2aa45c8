import { MigrationError } from '../model/errors.ts'

/** Takes a body apart into lines of JSON. */
export interface LineParser {
  /** What became whole with this chunk. Throws CLUSTER_ANSWER_INVALID. */
  push(chunk: Uint8Array): unknown[]
}

/** etcd refuses objects above 1.5 MiB; as JSON they are larger. */
const maxLineBytes = 8 << 20

const lineFeed = 0x0a

/**
 * Makes a parser of NDJSON whose chunks may end anywhere, inside a character too. It keeps no more than one line of at most
 * `maxBytes`; what is left when the body ends was cut, and is no event.
 */
export function createLineParser(maxBytes = maxLineBytes): LineParser {
  let pieces: Uint8Array[] = []
  let bytes = 0
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

  function keep(piece: Uint8Array): void {
    bytes += piece.length
    if (bytes > maxBytes) throw invalid(`a line of more than ${maxBytes} bytes`)
    if (piece.length > 0) pieces.push(piece)
  }

  function taken(): unknown[] {
    const line = pieces.length === 1 ? pieces[0] : Buffer.concat(pieces)
    pieces = []
    bytes = 0
    try {
      const text = decoder.decode(line)
      return /\S/.test(text) ? [JSON.parse(text)] : []
    } catch (error) {
      throw invalid('a line that is no JSON', error)
    }
  }

  return {
    push(chunk): unknown[] {
      const found: unknown[] = []
      let from = 0
      for (let end = chunk.indexOf(lineFeed); end !== -1; end = chunk.indexOf(lineFeed, from)) {
        keep(chunk.subarray(from, end))
        found.push(...taken())
        from = end + 1
      }
      keep(chunk.subarray(from))
      return found
    },
  }
}

function invalid(what: string, cause?: unknown): MigrationError {
  return new MigrationError('CLUSTER_ANSWER_INVALID', `the server sent ${what} in a watch`, {
    hint: 'a proxy, a portal or a load balancer may answer in its place: look at the server in the kubeconfig',
    cause,
  })
}
