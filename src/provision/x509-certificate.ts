import { createHash, createPublicKey, randomBytes, sign, type KeyObject } from 'node:crypto'
import { isIP } from 'node:net'
import { domainToASCII } from 'node:url'
import { derTags } from '../model/der-reader.ts'
import { derBits, derInteger, derOid, derSequence, derValue } from './der-writer.ts'

export interface CertificateRequest {
  /** Common name of who it is for. */
  subject: string
  /** Private key of who it is for: on P-256. */
  key: KeyObject
  issuer: { subject: string; key: KeyObject }
  /** Milliseconds since 1970. */
  notBeforeMs: number
  notAfterMs: number
  /** `ca` signs servers and nothing below them; a server is known by these DNS names and addresses. */
  use: 'ca' | { names: readonly string[] }
}

/** The text of a certificate in PEM, signed with ECDSA and SHA-256. Source: RFC 5280, RFC 5758 section 3.2. */
export function certificatePem(request: CertificateRequest): string {
  const { subject, key, issuer, notBeforeMs, notAfterMs } = request
  const body = derSequence(
    derValue(contextTag(0), derInteger(Buffer.from([2]))),
    derInteger(Buffer.concat([Buffer.from([0x40]), randomBytes(15)])),
    signatureAlgorithm,
    nameOf(issuer.subject),
    derSequence(timeOf(notBeforeMs), timeOf(notAfterMs)),
    nameOf(subject),
    publicKeyOf(key),
    derValue(contextTag(3), derSequence(...extensionsOf(request))),
  )
  const signature = sign('sha256', body, { key: issuer.key, dsaEncoding: 'der' })
  const whole = derSequence(body, signatureAlgorithm, derBits(signature))
  const lines = whole.toString('base64').match(/.{1,64}/g) ?? []
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n')
}

const oids = {
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  commonName: '2.5.4.3',
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAlternativeName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  authorityKeyIdentifier: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
  serverAuthentication: '1.3.6.1.5.5.7.3.1',
} as const
const utf8Tag = 0x0c
const generalizedTimeTag = 0x18
const utcTimeTag = 0x17
/** Bits of keyUsage from the highest: digitalSignature is 0, keyCertSign 5, cRLSign 6. */
const keyUsages = { ca: [0x06, 1], server: [0x80, 7] } as const

const signatureAlgorithm = derSequence(derOid(oids.ecdsaWithSha256))
const yes = derValue(derTags.boolean, Buffer.from([0xff]))

function contextTag(number: number): number {
  return 0xa0 + number
}

function nameOf(commonName: string): Buffer {
  const value = derValue(utf8Tag, Buffer.from(commonName))
  return derSequence(derValue(derTags.set, derSequence(derOid(oids.commonName), value)))
}

/** UTCTime through 2049 and GeneralizedTime from then: RFC 5280 section 4.1.2.5. */
function timeOf(ms: number): Buffer {
  const text = `${new Date(ms).toISOString().replace(/[-:T]|\..*/g, '')}Z`
  const isLate = Number(text.slice(0, 4)) >= 2050
  return derValue(isLate ? generalizedTimeTag : utcTimeTag, Buffer.from(isLate ? text : text.slice(2)))
}

function publicKeyOf(key: KeyObject): Buffer {
  return createPublicKey(key).export({ type: 'spki', format: 'der' })
}

/** SHA-1 of the public key, as most name keys: RFC 5280 section 4.2.1.2. It is a name and proves nothing. */
function keyIdentifier(key: KeyObject): Buffer {
  return createHash('sha1').update(publicKeyOf(key)).digest()
}

function extensionsOf({ use, key, issuer }: CertificateRequest): Buffer[] {
  const isAuthority = use === 'ca'
  const [bits, unused] = isAuthority ? keyUsages.ca : keyUsages.server
  const constraints = isAuthority ? [yes, derInteger(Buffer.from([0]))] : []
  const common = [
    extension(oids.basicConstraints, derSequence(...constraints), { isCritical: true }),
    extension(oids.keyUsage, derBits(Buffer.from([bits]), unused), { isCritical: true }),
    extension(oids.subjectKeyIdentifier, derValue(derTags.octetString, keyIdentifier(key))),
    extension(oids.authorityKeyIdentifier, derSequence(derValue(0x80, keyIdentifier(issuer.key)))),
  ]
  if (isAuthority) return common
  return [
    ...common,
    extension(oids.extendedKeyUsage, derSequence(derOid(oids.serverAuthentication))),
    extension(oids.subjectAlternativeName, derSequence(...use.names.map(alternativeName))),
  ]
}

function extension(oid: string, value: Buffer, { isCritical = false } = {}): Buffer {
  return derSequence(derOid(oid), ...(isCritical ? [yes] : []), derValue(derTags.octetString, value))
}

/** iPAddress is 7 and dNSName 2: RFC 5280 section 4.2.1.6. */
function alternativeName(name: string): Buffer {
  if (isIP(name) === 0) return derValue(0x82, Buffer.from(domainToASCII(name)))
  return derValue(0x87, addressBytes(name))
}

function addressBytes(address: string): Buffer {
  if (isIP(address) === 4) return Buffer.from(address.split('.').map(Number))
  // A URL writes an address of IPv6 in hexadecimal groups, with one :: at most.
  const [before = '', after] = new URL(`http://[${address}]/`).hostname.slice(1, -1).split('::')
  const [high, low] = [before, after ?? ''].map((part) => (part === '' ? [] : part.split(':')))
  const left = high ?? []
  const right = low ?? []
  const groups = [...left, ...Array<string>(8 - left.length - right.length).fill('0'), ...right]
  return Buffer.from(groups.map((group) => group.padStart(4, '0')).join(''), 'hex')
}
