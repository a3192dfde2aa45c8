import { childrenOf, DerError, derTags, readValues, type DerValue } from '../model/der-reader.ts'

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
  if (bytes === null) return null
  try {
    const [certificate] = readValues(bytes)
    const [body] = childrenOf(certificate, derTags.sequence)
    const parts = childrenOf(body, derTags.sequence).filter(({ tag }) => tag !== versionTag)
    // serialNumber, signature, issuer, validity, subject
    const [, , , validity, subject] = parts
    const notAfter = timeOf(childrenOf(validity, derTags.sequence)[1])
    return notAfter === null ? null : { notAfter, nodeName: nodeNameOf(subject) }
  } catch (error) {
    if (error instanceof DerError) return null
    throw error
  }
}

/** `[0] EXPLICIT`: certificates of version 1 have none. */
const versionTag = 0xa0
const utcTimeTag = 0x17

function decode(base64: string): Uint8Array | null {
  if (base64 === '' || base64.length > 100_000 || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return null
  try {
    return Uint8Array.from(atob(base64), (char) => char.codePointAt(0) ?? 0)
  } catch {
    return null
  }
}

/** UTCTime `260101000000Z` (years 1950 to 2049) or GeneralizedTime `20500101000000Z`. */
function timeOf(time: DerValue | undefined): string | null {
  if (time === undefined) return null
  const text = String.fromCodePoint(...time.content.subarray(0, 20))
  const century = time.tag === utcTimeTag ? (Number(text.slice(0, 2)) < 50 ? '20' : '19') : ''
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(century + text) ?? []
  const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}Z`
  return year === undefined || Number.isNaN(Date.parse(iso)) ? null : iso
}

function nodeNameOf(subject: DerValue | undefined): string | null {
  if (subject === undefined) return null
  const text = Array.from(subject.content, (byte) => String.fromCodePoint(byte)).join('')
  return /system:node:([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)/.exec(text)?.[1] ?? null
}
