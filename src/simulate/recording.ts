import { editCertificates } from './edit-certificates.ts'

/** The nonce that recorded answers carry; it is replaced by the run's own, which has the same length. */
export const recordedNonce = 'feed'.repeat(8)

/** What one host printed for the collection script; `answer` is the raw output, packed with brotli, in base64. */
export interface Recording {
  schema: string
  name: string
  story: string
  labels: Readonly<Record<string, string>>
  answer: string
}

/** A change of a recorded answer, the names inside its certificates too; in one section, or in all. */
export interface Edit {
  section?: string
  from: string
  to: string
}

export interface ReplayOptions {
  nonce: string
  edits: readonly Edit[]
  /** What the host's clock shall say, in seconds since 1970. */
  epochSeconds: number
}

const header =
  /OSFERRY ([0-9a-f]{32}) (head|section|end) ([A-Za-z0-9-]{1,64}) (\d{1,3}) (-|timeout|bytes) (\d{1,10})\n/y

/**
 * A recorded answer (unpacked) as a host would give it now: with the run's nonce, and the edits made in the text of its
 * frames, whose lengths follow. Throws when the recording is not whole: it is our own data.
 */
export function replay(answer: Uint8Array, options: ReplayOptions): Uint8Array {
  const decoder = new TextDecoder()
  const encoder = new TextEncoder()
  const parts: Uint8Array[] = []
  for (let at = 0; at < answer.length;) {
    const lineEnd = answer.indexOf(0x0a, at)
    header.lastIndex = 0
    const match = header.exec(decoder.decode(answer.subarray(at, lineEnd + 1)))
    if (match === null) {
      if (isBlank(answer.subarray(at))) break
      throw new Error(`the recording has no frame at byte ${at}`)
    }
    const [, , kind, id = '', exitCode, cut, length] = match
    const start = lineEnd + 1
    const recorded = answer.subarray(start, start + Number(length))
    const edits = kind === 'section' ? options.edits : [...options.edits, ...clockEdits(recorded, options)]
    const body = edited(recorded, id, edits)
    parts.push(
      encoder.encode(`OSFERRY ${options.nonce} ${kind} ${id} ${exitCode} ${cut} ${body.length}\n`),
      body,
    )
    parts.push(encoder.encode('\n'))
    at = start + Number(length) + 1
  }
  return joined(parts)
}

/** A recorded host would seem to be years behind. */
function clockEdits(body: Uint8Array, { epochSeconds }: ReplayOptions): Edit[] {
  const from = /^epoch=\d+$/m.exec(new TextDecoder().decode(body))?.[0]
  return from === undefined ? [] : [{ from, to: `epoch=${epochSeconds}` }]
}

function edited(body: Uint8Array, section: string, edits: readonly Edit[]): Uint8Array {
  const wanted = edits.filter((edit) => edit.section === undefined || edit.section === section)
  if (wanted.length === 0) return body
  const text = new TextDecoder().decode(body)
  const changed = wanted.reduce(
    (result, edit) =>
      editCertificates(
        result.replaceAll(edit.from, () => edit.to),
        edit,
      ),
    text,
  )
  return changed === text ? body : new TextEncoder().encode(changed)
}

function isBlank(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0x0a)
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
