import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** What stands in the address of a configuration that is handed out once. */
export interface BootToken {
  /** Finds the record; no secret. */
  id: string
  /** `ID.SECRET`, the secret of 256 bits. */
  text: string
  /** sha256 of the secret, hex: all that is kept of it. */
  verifier: string
}

const form = /^(?<id>[0-9a-f]{16})\.(?<secret>[A-Za-z0-9_-]{43})$/
/** Nothing has it. */
const noVerifier = '0'.repeat(64)

/** For an address that there is, or for a new one. */
export function newBootToken(id: string = randomBytes(8).toString('hex')): BootToken {
  const secret = randomBytes(32).toString('base64url')
  return { id, text: `${id}.${secret}`, verifier: sha256(secret).toString('hex') }
}

/** Undefined for what is no token at all. */
export function readBootToken(text: string): { id: string; secret: string } | undefined {
  const { id, secret } = form.exec(text)?.groups ?? {}
  return id === undefined || secret === undefined ? undefined : { id, secret }
}

/** Takes as long for a wrong secret as for a right one, and for a record that there is not. */
export function isSecretOf(secret: string, verifier: string | undefined): boolean {
  return timingSafeEqual(sha256(secret), Buffer.from(verifier ?? noVerifier, 'hex'))
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
