import { hash } from 'node:crypto'

/** Whose archive it is. */
export interface ArchiveOwner {
  run: string
  node: string
  /** Id of the LocalData: `local-volume:/mnt/disks/a`. */
  source: string
  /** Of the step that makes it: another token gives another id. */
  token: string
}

const longestPart = 150

/** The id of an archive, `RUN/NODE/VOLUME`; the same owner always has the same one, and no two share one. */
export function archiveId({ run, node, source, token }: ArchiveOwner): string {
  const digest = hash('sha256', JSON.stringify([run, node, source, token])).slice(0, 16)
  return `${safePart(run)}/${safePart(node)}/${safePart(source)}~${digest}`
}

/** Readable, and allowed in an ArtifactKey; what was cut off is told apart by the digest. */
function safePart(text: string): string {
  const encoded = [...new TextEncoder().encode(text)].map((byte, index) => {
    const char = String.fromCodePoint(byte)
    const plain = index === 0 ? /[A-Za-z0-9_]/ : /[A-Za-z0-9._=-]/
    return plain.test(char) ? char : `%${byte.toString(16).padStart(2, '0')}`
  })
  const part = encoded.join('')
  if (part.length <= longestPart) return part
  return `${part.slice(0, longestPart - 20)}~${hash('sha256', text).slice(0, 16)}`
}
