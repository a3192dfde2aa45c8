import { createHash, hash, randomBytes } from 'node:crypto'

/** One usable line of a known_hosts file. Format: sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT". */
export interface KnownHostLine {
  file: string
  /** 1-based. */
  line: number
  marker: 'none' | 'cert-authority' | 'revoked'
  keyType: string
  /** The key blob as base64, as written. */
  key: string
  names: HostNames
}

/** How a line names its hosts: patterns in the clear, or one name hashed with HMAC-SHA1. */
export type HostNames =
  | { kind: 'patterns'; patterns: readonly { negated: boolean; glob: string }[] }
  | { kind: 'hashed'; salt: string; inner: Buffer; outer: Buffer; digest: Buffer }

export interface ParsedKnownHosts {
  lines: readonly KnownHostLine[]
  /** Lines that ssh would skip as well, with the reason. */
  badLines: readonly { line: number; reason: string }[]
}

/** Reads one file's text; comments and empty lines are skipped, bad lines are reported and skipped as ssh does. */
export function parseKnownHosts(text: string, file: string): ParsedKnownHosts {
  const lines: KnownHostLine[] = []
  const badLines: { line: number; reason: string }[] = []
  for (const [index, raw] of text.split('\n').entries()) {
    const content = raw.trim()
    if (content === '' || content.startsWith('#')) continue
    const parsed = parseLine(content)
    if (typeof parsed === 'string') badLines.push({ line: index + 1, reason: parsed })
    else lines.push({ ...parsed, file, line: index + 1 })
  }
  return { lines, badLines }
}

/** True when the line speaks about `name` (already in the form `host` or `[host]:port`). */
export function namesHost(names: HostNames, name: string): boolean {
  const wanted = name.toLowerCase()
  if (names.kind === 'hashed') return hmacSha1(names, wanted).equals(names.digest)
  let matched = false
  for (const { negated, glob } of names.patterns) {
    if (!matchesGlob(glob, wanted)) continue
    if (negated) return false
    matched = true
  }
  return matched
}

/** The name ssh looks up: `host` on port 22, else `[host]:port`. */
export function lookupName(host: string, port: number): string {
  const lower = host.toLowerCase()
  return port === 22 ? lower : `[${lower}]:${port}`
}

/** `SHA256:...` as `ssh-keygen -l` prints it. */
export function fingerprint(key: Uint8Array): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`
}

/** A known_hosts line for a new key. */
export function formatKnownHost(name: string, key: Uint8Array, hashed: boolean): string {
  const blob = Buffer.from(key)
  return `${hashed ? hashName(name) : name} ${blobType(blob) ?? ''} ${blob.toString('base64')}\n`
}

/** The key type written inside a key blob, or null when it is no key blob. */
export function blobType(blob: Buffer): string | null {
  if (blob.length < 4) return null
  const length = blob.readUInt32BE(0)
  if (length === 0 || length > 128 || length + 4 > blob.length) return null
  return blob.toString('latin1', 4, 4 + length)
}

/** ssh's own pattern language: `*` and `?`, nothing else; linear in practice, no backtracking bomb. */
export function matchesGlob(glob: string, text: string): boolean {
  let at = 0
  let globAt = 0
  let starAt = -1
  let resumeAt = 0
  while (at < text.length) {
    const char = glob.charAt(globAt)
    if (globAt < glob.length && char === '*') {
      starAt = globAt++
      resumeAt = at
    } else if (globAt < glob.length && (char === '?' || char === text.charAt(at))) {
      globAt++
      at++
    } else if (starAt >= 0) {
      globAt = starAt + 1
      at = ++resumeAt
    } else {
      return false
    }
  }
  while (glob.charAt(globAt) === '*') globAt++
  return globAt === glob.length
}

function parseLine(content: string): Omit<KnownHostLine, 'file' | 'line'> | string {
  const fields = content.split(/[ \t]+/)
  let marker: KnownHostLine['marker'] = 'none'
  if (fields[0]?.startsWith('@') === true) {
    const word = fields.shift()
    if (word === '@cert-authority') marker = 'cert-authority'
    else if (word === '@revoked') marker = 'revoked'
    else return `unknown marker ${word}`
  }
  const [hosts, keyType, key] = fields
  if (hosts === undefined || keyType === undefined || key === undefined)
    return 'expected: names, key type, key'
  const blob = Buffer.from(key, 'base64')
  const inside = blobType(blob)
  if (inside === null || blob.toString('base64').replace(/=+$/, '') !== key.replace(/=+$/, '')) {
    return 'the key is not base64 of an SSH key'
  }
  if (inside !== keyType) return `the key is of type ${inside}, the line says ${keyType}`
  const names = hosts.startsWith('|') ? parseHashed(hosts) : parsePatterns(hosts)
  return names === null
    ? 'the hashed name is not |1|salt|hash'
    : { marker, keyType, key: blob.toString('base64'), names }
}

function parsePatterns(hosts: string): HostNames {
  const patterns = hosts
    .toLowerCase()
    .split(',')
    .map((item) =>
      item.startsWith('!') ? { negated: true, glob: item.slice(1) } : { negated: false, glob: item },
    )
  return { kind: 'patterns', patterns }
}

const sha1Block = 64

function parseHashed(hosts: string): HostNames | null {
  const match = /^\|1\|([A-Za-z0-9+/=]+)\|([A-Za-z0-9+/=]+)$/.exec(hosts)
  if (match === null) return null
  const [, salt = '', digestText = ''] = match
  const key = Buffer.from(salt, 'base64')
  const digest = Buffer.from(digestText, 'base64')
  if (key.length !== 20 || digest.length !== 20) return null
  return { kind: 'hashed', salt, ...pads(key), digest }
}

/** HMAC's two padded keys, made once a line: looking a name up in thousands of hashed lines is the slow part. */
function pads(key: Buffer): { inner: Buffer; outer: Buffer } {
  const inner = Buffer.alloc(sha1Block, 0x36)
  const outer = Buffer.alloc(sha1Block, 0x5c)
  for (const [index, byte] of key.entries()) {
    inner[index] = byte ^ 0x36
    outer[index] = byte ^ 0x5c
  }
  return { inner, outer }
}

function hmacSha1(keys: { inner: Buffer; outer: Buffer }, text: string): Buffer {
  const first = hash('sha1', Buffer.concat([keys.inner, Buffer.from(text)]), 'buffer')
  return hash('sha1', Buffer.concat([keys.outer, first]), 'buffer')
}

function hashName(name: string): string {
  const salt = randomBytes(20)
  return `|1|${salt.toString('base64')}|${hmacSha1(pads(salt), name.toLowerCase()).toString('base64')}`
}
