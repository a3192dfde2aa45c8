import { createPrivateKey } from 'node:crypto'
import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import ssh2, { type ParsedKey } from 'ssh2'
import { blobType } from './known-hosts.ts'

/** What a private key file is, told without its passphrase. */
export interface KeyFileKind {
  encrypted: boolean
  /** The key type, when the format tells it in the clear (OpenSSH's own does, PEM does not). */
  type: string | null
  /** The public part as base64 of the key blob, when it is in the clear. */
  publicKey: string | null
}

/** Reads a private key file; a string is the reason why it cannot be used (ssh refuses the same files). */
export async function readKeyFile(path: string): Promise<Buffer | string> {
  try {
    const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
    try {
      const { mode, uid, size } = await handle.stat()
      if (size > maxKeyBytes) return `${path} is too large for a key`
      if (uid === process.geteuid?.() && (mode & 0o077) !== 0) {
        return `${path} may be read by others (mode 0${(mode & 0o777).toString(8)}; chmod 600 it)`
      }
      return await handle.readFile()
    } finally {
      await handle.close()
    }
  } catch (error) {
    return `${path} cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)})`
  }
}

/** Tells format, encryption and type of a private key file's content. */
export function describeKey(content: Buffer): KeyFileKind {
  const text = content.toString('latin1')
  const body = /-----BEGIN OPENSSH PRIVATE KEY-----([\s\S]+?)-----END/.exec(text)?.[1]
  if (body === undefined) {
    const encrypted = text.includes('BEGIN ENCRYPTED PRIVATE KEY') || /^Proc-Type: 4,ENCRYPTED/m.test(text)
    return { encrypted, type: null, publicKey: null }
  }
  // PROTOCOL.key of OpenSSH: magic, cipher name, kdf name, kdf options, number of keys, public key, ...
  const strings = readStrings(Buffer.from(body, 'base64'))
  const [cipher, , , publicKey] = strings
  return {
    encrypted: cipher !== undefined && cipher.toString('latin1') !== 'none',
    type: publicKey === undefined ? null : blobType(publicKey),
    publicKey: publicKey === undefined ? null : publicKey.toString('base64'),
  }
}

/** Decodes OpenSSH, PEM and PKCS#8 private keys; a string is the reason why not. */
export function parsePrivateKey(content: Buffer, passphrase: string | undefined): ParsedKey | string {
  const text = content.toString('latin1')
  const pkcs8 = /-----BEGIN (ENCRYPTED )?PRIVATE KEY-----/.test(text)
  try {
    const source = pkcs8 ? legacyPem(content, passphrase) : content
    const parsed: unknown = ssh2.utils.parseKey(source, pkcs8 ? undefined : passphrase)
    const key: unknown = Array.isArray(parsed) ? parsed[0] : parsed
    if (key instanceof Error) return key.message
    return key as ParsedKey
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

const maxKeyBytes = 1024 * 1024
const magic = 'openssh-key-v1\0'

function readStrings(blob: Buffer): readonly Buffer[] {
  if (blob.toString('latin1', 0, magic.length) !== magic) return []
  const found: Buffer[] = []
  let at = magic.length
  for (let index = 0; index < 4; index++) {
    if (index === 3) at += 4
    if (at + 4 > blob.length) break
    const length = blob.readUInt32BE(at)
    if (at + 4 + length > blob.length) break
    found.push(blob.subarray(at + 4, at + 4 + length))
    at += 4 + length
  }
  return found
}

/** ssh2 reads PKCS#1 and SEC 1 only. */
function legacyPem(content: Buffer, passphrase: string | undefined): Buffer {
  const key = createPrivateKey({ key: content, ...(passphrase === undefined ? {} : { passphrase }) })
  if (key.asymmetricKeyType !== 'rsa' && key.asymmetricKeyType !== 'ec') {
    throw new Error(
      `PKCS#8 keys of type ${key.asymmetricKeyType} are not supported: use ssh-keygen's own format`,
    )
  }
  return Buffer.from(key.export({ type: key.asymmetricKeyType === 'rsa' ? 'pkcs1' : 'sec1', format: 'pem' }))
}
