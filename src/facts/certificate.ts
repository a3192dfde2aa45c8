/** What osferry needs of an X.509 certificate; nothing else of it is kept. */
export interface CertificateFacts {
  /** End of validity, ISO 8601 UTC. */
  notAfter: string
  /** `NAME` of a subject `system:node:NAME`: the certificate of a kubelet. */
  nodeName: string | null
}

/** Reads base64 lines of one DER certificate (RFC 5280, section 4.1); null when they are none. */
export function parseCertificate(lines: readonly string[]): CertificateFacts | null {
  const bytes = decode(lines.join('').replaceAll(/\s/g, ''))
  const certificate = bytes === null ? null : element(bytes, 0)
  const body = certificate === null || bytes === null ? null : element(bytes, certificate.start)
  if (bytes === null || body === null || body.tag !== 0x30) return null
  const parts = children(bytes, body).filter((part) => part.tag !== 0xa0)
  // serialNumber, signature, issuer, validity, subject
  const [, , , validity, subject] = parts
  if (validity === undefined || validity.tag !== 0x30) return null
  const notAfter = timeOf(bytes, children(bytes, validity)[1])
  return notAfter === null ? null : { notAfter, nodeName: nodeNameOf(bytes, subject) }
}

interface Element {
  tag: number
  start: number
  end: number
}

function decode(base64: string): Uint8Array | null {
  if (base64 === '' || base64.length > 100_000 || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return null
  try {
    return Uint8Array.from(atob(base64), (char) => char.codePointAt(0) ?? 0)
  } catch {
    return null
  }
}

/** The tag-length-value at `offset`; null when it does not fit in. */
function element(bytes: Uint8Array, offset: number): Element | null {
  const [tag, first] = [bytes[offset], bytes[offset + 1]]
  if (tag === undefined || first === undefined) return null
  const wide = first >= 0x80 ? first & 0x7f : 0
  if (wide > 4) return null
  let length = first
  if (first >= 0x80) {
    length = 0
    for (const byte of bytes.subarray(offset + 2, offset + 2 + wide)) length = length * 256 + byte
  }
  const start = offset + 2 + wide
  return start + length > bytes.length ? null : { tag, start, end: start + length }
}

function children(bytes: Uint8Array, parent: Element): Element[] {
  const found: Element[] = []
  for (let at = parent.start; at < parent.end;) {
    const child = element(bytes, at)
    if (child === null || child.end > parent.end) break
    found.push(child)
    at = child.end
  }
  return found
}

/** UTCTime `260101000000Z` (years 1950 to 2049) or GeneralizedTime `20500101000000Z`. */
function timeOf(bytes: Uint8Array, at: Element | undefined): string | null {
  if (at === undefined) return null
  const text = String.fromCodePoint(...bytes.subarray(at.start, Math.min(at.end, at.start + 20)))
  const century = at.tag === 0x17 ? (Number(text.slice(0, 2)) < 50 ? '20' : '19') : ''
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(century + text) ?? []
  const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}Z`
  return year === undefined || Number.isNaN(Date.parse(iso)) ? null : iso
}

function nodeNameOf(bytes: Uint8Array, subject: Element | undefined): string | null {
  if (subject === undefined) return null
  const text = Array.from(bytes.subarray(subject.start, subject.end), (byte) =>
    String.fromCodePoint(byte),
  ).join('')
  return /system:node:([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)/.exec(text)?.[1] ?? null
}
