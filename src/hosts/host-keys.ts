import { MigrationError } from '../model/errors.ts'
import type { JumpHop, ResolvedHost, ResolvedSsh } from '../model/inventory.ts'
import type { KnownHostsFiles } from './known-hosts-files.ts'
import { blobType, fingerprint, lookupName, type KnownHostLine } from './known-hosts.ts'
import { expandHome } from './secrets.ts'

/** A host or a jump host: whatever has a name, an address and ssh settings. */
export type Endpoint = Pick<ResolvedHost, 'name' | 'address' | 'ssh'> | JumpHop

/** known_hosts files of a machine. */
export const systemKnownHosts = ['/etc/ssh/ssh_known_hosts', '/etc/ssh/ssh_known_hosts2'] as const

/** known_hosts files of the user, as the settings of a host name them. */
export function userKnownHosts({ knownHostsFiles }: Pick<ResolvedSsh, 'knownHostsFiles'>): readonly string[] {
  return knownHostsFiles.length > 0 ? knownHostsFiles : ['~/.ssh/known_hosts', '~/.ssh/known_hosts2']
}

/** Where host keys are looked up. */
export interface HostKeyPlace {
  files: KnownHostsFiles
  home: string
  systemFiles: readonly string[]
}

/** All that is known about an endpoint's key before it is asked. */
export interface KeyKnowledge {
  endpoint: Endpoint
  /** The name the key is stored under, in the form of known_hosts. */
  name: string
  /** User files first; the first one is where accept-new appends. */
  userFiles: readonly string[]
  allFiles: readonly string[]
  keys: readonly KnownHostLine[]
  /** Keys stored without the port: as ssh does, they may confirm but never contradict. */
  keysWithoutPort: readonly KnownHostLine[]
  revoked: readonly KnownHostLine[]
  authorities: readonly KnownHostLine[]
}

/** Looks the endpoint up by its alias, else by address, else by name; the first name that is known is taken. */
export async function lookUpKeys(endpoint: Endpoint, place: HostKeyPlace): Promise<KeyKnowledge> {
  const { ssh, address, name } = endpoint
  const userFiles = userKnownHosts(ssh).map((file) => expandHome(file, place.home))
  const allFiles = [...userFiles, ...place.systemFiles]
  const names =
    ssh.hostKeyAlias === undefined
      ? [...new Set([lookupName(address, ssh.port), lookupName(name, ssh.port)])]
      : [ssh.hostKeyAlias.toLowerCase()]
  const found: { name: string; lines: readonly KnownHostLine[] }[] = []
  for (const candidate of names) {
    found.push({ name: candidate, lines: await place.files.linesFor(candidate, allFiles) })
  }
  // A line that only revokes names no host: `@revoked *` stands for every name.
  const chosen = found.find(({ lines }) => lines.some(({ marker }) => marker !== 'revoked')) ??
    found[0] ?? { name: '', lines: [] }
  const keysWithoutPort: KnownHostLine[] = []
  if (ssh.hostKeyAlias === undefined && ssh.port !== 22) {
    for (const plain of new Set([address.toLowerCase(), name.toLowerCase()])) {
      keysWithoutPort.push(...(await place.files.linesFor(plain, allFiles)))
    }
  }
  const everything = [...found.flatMap(({ lines }) => lines), ...keysWithoutPort]
  return {
    endpoint,
    name: chosen.name,
    userFiles,
    allFiles,
    keys: chosen.lines.filter(({ marker }) => marker === 'none'),
    keysWithoutPort: keysWithoutPort.filter(({ marker }) => marker === 'none'),
    revoked: everything.filter(({ marker }) => marker === 'revoked'),
    authorities: chosen.lines.filter(({ marker }) => marker === 'cert-authority'),
  }
}

/** `known`: go on; `new`: nothing is known and the policy lets it in after it is stored; else the error to stop with. */
export function judgeKey(knowledge: KeyKnowledge, key: Uint8Array): 'known' | 'new' | MigrationError {
  const blob = Buffer.from(key)
  const text = blob.toString('base64')
  const type = blobType(blob) ?? 'unknown'
  const same = (line: KnownHostLine): boolean => line.key === text
  const revoked = knowledge.revoked.find(same)
  if (revoked !== undefined) return keyRevoked(knowledge.endpoint, revoked)
  if (knowledge.keys.some(same)) return 'known'
  // As ssh does: a host of which any key is known and that shows none of these is a changed host, whatever the type.
  const known = knowledge.keys.find(({ keyType }) => keyType === type) ?? knowledge.keys[0]
  if (known !== undefined) return keyChanged(knowledge.endpoint, known, { type, sha256: fingerprint(blob) })
  if (knowledge.keysWithoutPort.some(same)) return 'known'
  if (knowledge.endpoint.ssh.hostKeys === 'accept-new' && knowledge.authorities.length === 0) return 'new'
  return keyUnknown(knowledge, { type, sha256: fingerprint(blob) })
}

/** Stores a new key, or tells why it may not be: another process may have stored a different one meanwhile. */
export async function storeKey(
  knowledge: KeyKnowledge,
  key: Uint8Array,
  files: KnownHostsFiles,
): Promise<MigrationError | null> {
  const file = knowledge.userFiles[0]
  if (file === undefined) return keyUnknown(knowledge, null)
  const already = await files.add(knowledge.name, key, file)
  if (already.length === 0) return null
  const keys = already.filter(({ marker }) => marker === 'none')
  const revoked = [...knowledge.revoked, ...already.filter(({ marker }) => marker === 'revoked')]
  const judged = judgeKey({ ...knowledge, keys, revoked }, key)
  return judged instanceof MigrationError ? judged : null
}

/** HOST_KEY_CHANGED with both fingerprints and the line to look at. */
export function keyChanged(
  endpoint: Endpoint,
  known: KnownHostLine,
  presented: { type: string; sha256: string },
): MigrationError {
  const expected = fingerprint(Buffer.from(known.key, 'base64'))
  return new MigrationError(
    'HOST_KEY_CHANGED',
    `${endpoint.name}: the host key has CHANGED: the host shows ${presented.type} ${presented.sha256}, ` +
      `${known.file}:${known.line} says ${known.keyType} ${expected}; nothing was sent`,
    {
      hint:
        `Find out why before going on: somebody may be in between. When the host was reinstalled, ` +
        `remove line ${known.line} of ${known.file} and add the new key.`,
      details: {
        host: endpoint.name,
        presented: presented.sha256,
        expected,
        file: known.file,
        line: known.line,
      },
    },
  )
}

/** HOST_KEY_REVOKED with the line that revokes it. */
export function keyRevoked(endpoint: Endpoint, line: KnownHostLine): MigrationError {
  const presented = fingerprint(Buffer.from(line.key, 'base64'))
  return new MigrationError(
    'HOST_KEY_REVOKED',
    `${endpoint.name}: the host shows a key that ${line.file}:${line.line} revokes (${line.keyType} ${presented})`,
    {
      hint: 'Do not connect: the key is marked as stolen. Give the host a new key.',
      details: { host: endpoint.name, presented, file: line.file, line: line.line },
    },
  )
}

/** HOST_KEY_UNKNOWN; says when a certificate authority is known, which only the openssh backend can check. */
export function keyUnknown(
  knowledge: KeyKnowledge,
  presented: { type: string; sha256: string } | null,
): MigrationError {
  const { endpoint, authorities, name } = knowledge
  const shown = presented === null ? '' : `: it shows ${presented.type} ${presented.sha256}`
  const hint =
    authorities.length > 0
      ? 'known_hosts trusts a certificate authority for this host: set ssh.backend to openssh, which can check host certificates.'
      : `Compare the fingerprint with the host's console (ssh-keygen -lf /etc/ssh/ssh_host_*_key.pub), then add it under ` +
        `the name ${name} to known_hosts, or set ssh.hostKeys to accept-new.`
  return new MigrationError(
    'HOST_KEY_UNKNOWN',
    `${endpoint.name}: the host key is not in known_hosts under ${name}${shown}`,
    {
      hint,
      details: { host: endpoint.name, name, ...(presented === null ? {} : { presented: presented.sha256 }) },
    },
  )
}
