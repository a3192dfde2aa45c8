import {
  createPrivateKey,
  generateKeyPairSync,
  randomUUID,
  X509Certificate,
  type KeyObject,
} from 'node:crypto'
import { link, lstat, readFile, unlink, writeFile } from 'node:fs/promises'
import { MigrationError } from '../model/errors.ts'
import { certificatePem } from './x509-certificate.ts'

/** Who signs the certificates of a project's boot servers. */
export interface BootAuthority {
  /** PEM. */
  certificate: string
  /** SHA-256 of the certificate, hex in pairs. */
  fingerprint: string
  /** A key that is in no file, and a certificate of it for these names and addresses. */
  issue(names: readonly string[], nowMs: number): { key: string; certificate: string }
}

const dayMs = 86_400_000
const authorityDays = 3650
/** A server gets a new one each time it is started. */
const serverDays = 397
/** Clocks of machines that are installed may be wrong. */
const earlierDays = 2
const subject = 'osferry boot authority'

/**
 * The authority in that file (certificate and key in PEM, mode 0600), which is made when it is not there. Its directory must be.
 * Rejects with SECRET_UNSAFE when others can read it, DOCUMENT_INVALID when it is something else.
 */
export async function openBootAuthority(path: string, nowMs: number): Promise<BootAuthority> {
  const text = (await readAuthority(path)) ?? (await makeAuthority(path, nowMs))
  const { certificate, key } = parsed(path, text)
  return {
    certificate: certificate.toString(),
    fingerprint: certificate.fingerprint256,
    issue(names, nowMs) {
      const { privateKey } = newKey()
      const issued = certificatePem({
        subject: 'osferry boot server',
        key: privateKey,
        issuer: { subject, key },
        notBeforeMs: nowMs - earlierDays * dayMs,
        notAfterMs: nowMs + serverDays * dayMs,
        use: { names },
      })
      return { key: pemOf(privateKey), certificate: issued }
    },
  }
}

async function readAuthority(path: string): Promise<string | undefined> {
  try {
    const found = await lstat(path)
    const isOurs = found.isFile() && found.uid === process.geteuid?.()
    if (isOurs && (found.mode & 0o077) === 0) return await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new MigrationError('SECRET_UNAVAILABLE', `${path} cannot be read: ${String(error)}`, {
      cause: error,
    })
  }
  throw new MigrationError(
    'SECRET_UNSAFE',
    `${path} holds a private key, and others may read or replace it`,
    {
      hint: `if nobody else has read it: chown to yourself, chmod 600 ${path}; else remove it, and a new authority is made`,
    },
  )
}

/** What another process has made meanwhile is taken instead. */
async function makeAuthority(path: string, nowMs: number): Promise<string> {
  const { privateKey: key } = newKey()
  const certificate = certificatePem({
    subject,
    key,
    issuer: { subject, key },
    notBeforeMs: nowMs - earlierDays * dayMs,
    notAfterMs: nowMs + authorityDays * dayMs,
    use: 'ca',
  })
  const text = `${certificate}${pemOf(key)}`
  const temporary = `${path}.${randomUUID()}.tmp`
  try {
    await writeFile(temporary, text, { flag: 'wx', mode: 0o600, flush: true })
    await link(temporary, path)
    return text
  } catch (error) {
    const other = await readAuthority(path)
    if (other !== undefined) return other
    throw new MigrationError('OUTPUT_FAILED', `${path} could not be written: ${String(error)}`, {
      cause: error,
    })
  } finally {
    await unlink(temporary).catch(() => undefined)
  }
}

function parsed(path: string, text: string): { certificate: X509Certificate; key: KeyObject } {
  try {
    const certificate = new X509Certificate(text)
    const key = createPrivateKey(text)
    if (certificate.checkPrivateKey(key)) return { certificate, key }
  } catch {
    // It is said below; the error of a key may quote it.
  }
  throw new MigrationError('DOCUMENT_INVALID', `${path} is not a certificate and its key`, {
    hint: 'remove it, and a new authority is made: machines that know the old one must be told',
  })
}

function newKey(): { privateKey: KeyObject } {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' })
}

function pemOf(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString()
}
