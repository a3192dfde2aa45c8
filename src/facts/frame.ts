/** One section of the script's output. */
export interface Frame {
  id: string
  /** Exit status of the section's shell function; 124 when it ran out of time. */
  exitCode: number
  cut: 'timeout' | 'bytes' | null
  bytes: Uint8Array
}

export interface Frames {
  nonce: string | null
  /** Lines `key=value` of the header; empty when there is none. */
  head: ReadonlyMap<string, string>
  /** Lines `key=value` of the end frame; empty when there is none. */
  tail: ReadonlyMap<string, string>
  sections: ReadonlyMap<string, Frame>
  /** The end frame came: nothing is missing behind the last section. */
  ended: boolean
  problems: readonly string[]
}

/**
 * Reads frames by their length. `nonce` null takes it from the first header, for output that somebody brought by hand.
 * Never throws: what cannot be read is a problem, and the sections before it stay good.
 */
export function readFrames(bytes: Uint8Array, nonce: string | null): Frames {
  // One code unit a byte, whatever the bytes are: offsets in the text are offsets in the bytes.
  const text = new TextDecoder('latin1').decode(bytes)
  const own = nonce ?? /^OSFERRY ([0-9a-f]{32}) head /m.exec(text)?.[1] ?? null
  if (own === null) {
    return {
      nonce: null,
      head: new Map(),
      tail: new Map(),
      sections: new Map(),
      ended: false,
      problems: ['no header was found'],
    }
  }
  return walk({ bytes, text, nonce: own })
}

interface Stream {
  bytes: Uint8Array
  text: string
  nonce: string
}

function walk({ bytes, text, nonce }: Stream): Frames {
  const problems: string[] = []
  const sections = new Map<string, Frame>()
  let head: ReadonlyMap<string, string> = new Map()
  let tail: ReadonlyMap<string, string> = new Map()
  let ended = false
  const mark = `OSFERRY ${nonce} `
  const header = new RegExp(
    `${mark}(head|section|end) ([A-Za-z0-9-]{1,64}) (\\d{1,3}) (-|timeout|bytes) (\\d{1,10})\\n`,
    'y',
  )
  let position = text.indexOf(mark)
  if (position < 0) problems.push('no frame of this run was found')
  while (position >= 0 && position < text.length) {
    header.lastIndex = position
    const match = header.exec(text)
    if (match === null) {
      const next = text.indexOf(mark, position + 1)
      const until = next < 0 ? text.length : next
      problems.push(`${until - position} bytes outside of any frame`)
      position = next
      continue
    }
    const [whole, kind, id = '', exitCode, cut, length] = match
    const start = position + whole.length
    const end = start + Number(length)
    if (end >= text.length || text[end] !== '\n') {
      problems.push(`frame ${id} does not have the ${length} bytes that it announces`)
      position = text.indexOf(mark, start)
      continue
    }
    position = end + 1
    if (kind === 'end') {
      ended = true
      tail = readHead(text.slice(start, end))
    } else if (kind === 'head') {
      head = head.size > 0 ? head : readHead(text.slice(start, end))
    } else if (sections.has(id)) {
      problems.push(`section ${id} came twice; the first is used`)
    } else {
      sections.set(id, {
        id,
        exitCode: Number(exitCode),
        cut: cut === 'timeout' || cut === 'bytes' ? cut : null,
        bytes: bytes.subarray(start, end),
      })
    }
  }
  if (!ended) problems.push('the output stops before its end frame')
  return { nonce, head, tail, sections, ended, problems }
}

function readHead(text: string): ReadonlyMap<string, string> {
  const pairs = text.split('\n').map((line): [string, string] => {
    const at = line.indexOf('=')
    return at < 0 ? [line, ''] : [line.slice(0, at), line.slice(at + 1)]
  })
  return new Map(pairs)
}
