import { randomBytes } from 'node:crypto'
import { link, mkdir, readFile, stat, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { ResolvedHost } from '../model/inventory.ts'
import type { Host, HostConnector, Log } from '../model/ports.ts'
import { keyRevoked, keyUnknown, lookUpKeys, systemKnownHosts, userKnownHosts } from './host-keys.ts'
import { createKnownHostsFiles } from './known-hosts-files.ts'
import { fingerprint, parseKnownHosts, type KnownHostLine } from './known-hosts.ts'

/** A file with the one key of a host that was installed anew: the usual files still have the old one. */
export interface NewKeyFile {
  file: string
  log: Log
  home: string
}

/**
 * The host as it is reached by the key in a file and by no other. Connect it with a connector that knows no files of the machine:
 * jump hosts are given theirs.
 */
export function withKeysOf(host: ResolvedHost, file: string): ResolvedHost {
  const jump = host.ssh.jump.map((hop) => ({
    ...hop,
    ssh: { ...hop.ssh, knownHostsFiles: [...userKnownHosts(hop.ssh), ...systemKnownHosts] },
  }))
  return { ...host, ssh: { ...host.ssh, jump, knownHostsFiles: [file], hostKeys: 'strict' } }
}

/** The fingerprint of the key that was accepted, or undefined when none was. Throws HOST_KEY_REVOKED. */
export async function acceptedKey(host: ResolvedHost, place: NewKeyFile): Promise<string | undefined> {
  const isThere = await stat(place.file).then(
    () => true,
    () => false,
  )
  const line = isThere ? await onlyLine(place.file) : undefined
  if (line === undefined) return undefined
  await refuseRevoked(host, line, place)
  return fingerprint(Buffer.from(line.key, 'base64'))
}

/**
 * Takes the key that a host shows now for its new one, when `prove` does not throw for the host that has shown it. It is asked
 * with keys only, never with a password, and nothing is run as root: who shows the key is not known yet.
 */
export async function acceptNewKey(
  host: ResolvedHost,
  options: {
    place: NewKeyFile
    connector: HostConnector
    prove: (probe: Host) => Promise<void>
    signal: AbortSignal
  },
): Promise<string> {
  const { place, connector, prove, signal } = options
  const temporary = `${place.file}.${randomBytes(6).toString('hex')}`
  const { password: _password, becomePassword: _becomePassword, ...ssh } = withKeysOf(host, temporary).ssh
  await mkdir(dirname(temporary), { recursive: true, mode: 0o700 })
  try {
    const probe = await connector.connect(
      { ...host, ssh: { ...ssh, become: 'none', hostKeys: 'accept-new' } },
      { signal },
    )
    try {
      await prove(probe)
    } finally {
      await probe.close()
    }
    const line = await onlyLine(temporary)
    if (line === undefined) {
      const { files, systemFiles } = usualFiles(place)
      throw keyUnknown(await lookUpKeys(host, { files, systemFiles, home: place.home }), null)
    }
    await refuseRevoked(host, line, place)
    // Never over one that was accepted meanwhile.
    await link(temporary, place.file)
    return fingerprint(Buffer.from(line.key, 'base64'))
  } finally {
    await unlink(temporary).catch(() => undefined)
  }
}

async function onlyLine(file: string): Promise<KnownHostLine | undefined> {
  return parseKnownHosts(await readFile(file, 'utf8'), file).lines.find(({ marker }) => marker === 'none')
}

/** What somebody has marked as stolen in the usual files is never taken for new. */
async function refuseRevoked(host: ResolvedHost, { key }: KnownHostLine, place: NewKeyFile): Promise<void> {
  const { revoked } = await lookUpKeys(host, { ...usualFiles(place), home: place.home })
  const line = revoked.find((one) => one.key === key)
  if (line !== undefined) throw keyRevoked(host, line)
}

function usualFiles({ log }: NewKeyFile): Pick<Parameters<typeof lookUpKeys>[1], 'files' | 'systemFiles'> {
  return { files: createKnownHostsFiles(log), systemFiles: systemKnownHosts }
}
