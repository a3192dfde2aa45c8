import { childrenOf, contentOf, DerError, derTags, oidText, readValues, type DerValue } from './der-reader.ts'

/** What a PKCS#10 request asks a certificate for. */
export interface CertificateRequest {
  commonNames: readonly string[]
  organizations: readonly string[]
  dnsNames: readonly string[]
  /** In their canonical form. */
  ipAddresses: readonly string[]
  /** Everything else that it asks for: other parts of the subject, other kinds of names, other extensions. */
  others: readonly string[]
}

const { sequence, set, oid, octetString, boolean, integer, bitString } = derTags
/** Source: RFC 2986 section 4; RFC 5280 section 4.2.1.6; RFC 2985 section 5.4.2. */
const oids = {
  commonName: '2.5.4.3',
  organization: '2.5.4.10',
  extensionRequest: '1.2.840.113549.1.9.14',
  subjectAltName: '2.5.29.17',
}
const attributesTag = 0xa0
const nameTags = { dns: 0x82, ip: 0x87 }
const longestPem = 64 * 1024

/** Reads a request in PEM, as a CertificateSigningRequest holds it. Undefined when it is not exactly one valid request. */
export function parseCertificateRequest(pem: string): CertificateRequest | undefined {
  if (pem.length > longestPem) return undefined
  const [, base64] =
    /^\s*-----BEGIN CERTIFICATE REQUEST-----\r?\n([A-Za-z0-9+/=\r\n]+)-----END CERTIFICATE REQUEST-----\s*$/.exec(
      pem,
    ) ?? []
  if (base64 === undefined) return undefined
  try {
    const binary = atob(base64.replaceAll(/\s/g, ''))
    return parseDer(Uint8Array.from(binary, (character) => character.charCodeAt(0)))
  } catch (error) {
    if (error instanceof DerError || error instanceof TypeError || error instanceof DOMException)
      return undefined
    throw error
  }
}

function parseDer(bytes: Uint8Array): CertificateRequest {
  const [outer, ...extra] = readValues(bytes)
  if (extra.length > 0) throw new DerError('more than one value')
  const [info, algorithm, signature, ...rest] = childrenOf(outer, sequence)
  contentOf(algorithm, sequence)
  contentOf(signature, bitString)
  const [version, subject, key, attributes, ...more] = childrenOf(info, sequence)
  contentOf(version, integer)
  contentOf(key, sequence)
  if (rest.length > 0 || more.length > 0) throw new DerError('more than a request has')
  const found = emptyRequest()
  for (const part of childrenOf(subject, sequence))
    for (const pair of childrenOf(part, set)) addSubject(pair, found)
  if (attributes !== undefined)
    for (const attribute of childrenOf(attributes, attributesTag)) addAttribute(attribute, found)
  return found
}

interface Found {
  commonNames: string[]
  organizations: string[]
  dnsNames: string[]
  ipAddresses: string[]
  others: string[]
}

function emptyRequest(): Found {
  return { commonNames: [], organizations: [], dnsNames: [], ipAddresses: [], others: [] }
}

function addSubject(pair: DerValue, found: Found): void {
  const [type, value, ...rest] = childrenOf(pair, sequence)
  if (value === undefined || rest.length > 0) throw new DerError('not a type and a value')
  const name = oidText(contentOf(type, oid))
  if (name === oids.commonName) found.commonNames.push(stringOf(value))
  else if (name === oids.organization) found.organizations.push(stringOf(value))
  else found.others.push(`subject ${name}`)
}

function addAttribute(attribute: DerValue, found: Found): void {
  const [type, values, ...rest] = childrenOf(attribute, sequence)
  const name = oidText(contentOf(type, oid))
  const [extensions, ...more] = childrenOf(values, set)
  if (rest.length > 0) throw new DerError('not a type and values')
  if (name !== oids.extensionRequest || more.length > 0) return void found.others.push(`attribute ${name}`)
  for (const extension of childrenOf(extensions, sequence)) addExtension(extension, found)
}

function addExtension(extension: DerValue, found: Found): void {
  const parts = childrenOf(extension, sequence)
  const name = oidText(contentOf(parts[0], oid))
  const last = parts.at(-1)
  if (parts.length > 3 || (parts.length === 3 && parts[1]?.tag !== boolean))
    throw new DerError('not an extension')
  if (name !== oids.subjectAltName) return void found.others.push(`extension ${name}`)
  const [names, ...rest] = readValues(contentOf(last, octetString))
  if (rest.length > 0) throw new DerError('more than one list of names')
  for (const { tag, content } of childrenOf(names, sequence)) {
    if (tag === nameTags.dns) found.dnsNames.push(asciiOf(content))
    else if (tag === nameTags.ip) found.ipAddresses.push(addressOf(content))
    else found.others.push(`name of tag ${tag}`)
  }
}

const stringTags = { utf8: 0x0c, printable: 0x13, ia5: 0x16 }

function stringOf({ tag, content }: DerValue): string {
  if (tag === stringTags.utf8)
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content)
  if (tag === stringTags.printable || tag === stringTags.ia5) return asciiOf(content)
  throw new DerError(`a string of tag ${tag}`)
}

function asciiOf(content: Uint8Array): string {
  if (content.some((byte) => byte < 0x20 || byte > 0x7e)) throw new DerError('not printable ASCII')
  return String.fromCharCode(...content)
}

function addressOf(content: Uint8Array): string {
  if (content.length === 4) return content.join('.')
  if (content.length !== 16) throw new DerError('not an address')
  const groups = Array.from({ length: 8 }, (_, index) =>
    ((content[index * 2] ?? 0) * 256 + (content[index * 2 + 1] ?? 0)).toString(16),
  )
  return canonicalAddress(groups.join(':'))
}

/** The one form of an address that all its forms have in common; a text that is no address stays as it is. */
export function canonicalAddress(text: string): string {
  if (!text.includes(':')) return text
  const url = URL.parse(`http://[${text}]/`)
  return url === null ? text : url.hostname.slice(1, -1)
}
