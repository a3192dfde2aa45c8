import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createConnector, type ConnectorOptions } from '../../src/hosts/connector.ts'
import { isMigrationError, type MigrationError } from '../../src/model/errors.ts'
import type { JumpHop, ResolvedHost, ResolvedSsh } from '../../src/model/inventory.ts'
import type { Host, HostConnector, Log, RunRequest, RunResult } from '../../src/model/ports.ts'
import type { SshdBed } from './sshd.ts'

/** Both transports, for tests that run the same behaviour over each. */
export const backends = ['ssh2', 'openssh'] as const

/** A log that says nothing. */
export const quiet: Log = { debug: () => {}, info: () => {}, warn: () => {} }

/** A signal that never fires. */
export const never: AbortSignal = new AbortController().signal

/** Writes a known_hosts file into the bed and gives its path. */
export function knownHostsFile(bed: SshdBed, content: string, name = `known_hosts-${++files}`): string {
  mkdirSync(bed.dir, { recursive: true })
  const path = join(bed.dir, name)
  writeFileSync(path, content, { mode: 0o600 })
  return path
}

/** ssh settings for a real sshd of the bed: root or the running user, the bed's key, strict host keys. */
export function sshSettings(bed: SshdBed, settings: Partial<ResolvedSsh>): ResolvedSsh {
  return {
    user: process.geteuid?.() === 0 ? 'root' : (process.env['USER'] ?? 'root'),
    port: 22,
    backend: 'ssh2',
    identityFiles: [bed.keyFile],
    certificateFiles: [],
    agent: false,
    jump: [],
    become: 'none',
    hostKeys: 'strict',
    knownHostsFiles: [],
    connectTimeoutMs: 5000,
    ...settings,
  }
}

/** A resolved host on `address`; the name is the address unless given. */
export function sshHost(address: string, ssh: ResolvedSsh, name: string = address): ResolvedHost {
  return { name, address, groups: [], labels: {}, ssh, origin: { file: 'test', line: 1 } }
}

/** A jump hop on `address`. */
export function jumpHop(name: string, address: string, ssh: ResolvedSsh): JumpHop {
  return { name, address, ssh }
}

/** A connector that prompts nobody, with a home of its own in the bed and no machine-wide known_hosts. */
export function testConnector(bed: SshdBed, options: Partial<ConnectorOptions> = {}): HostConnector {
  const home = join(bed.dir, 'operator')
  mkdirSync(join(home, '.ssh'), { recursive: true, mode: 0o700 })
  return createConnector({
    log: quiet,
    prompter: { canPrompt: false, secret: () => Promise.reject(new Error('nobody may be asked')) },
    environment: { variables: { PATH: process.env['PATH'] }, home },
    systemKnownHosts: [],
    ...options,
  })
}

/** A run request with room to spare. */
export function request(argv: readonly string[], more: Partial<RunRequest> = {}): RunRequest {
  return { argv, timeoutMs: 20_000, maxOutputBytes: 16 * 1024 * 1024, signal: never, ...more }
}

/** Connects, runs once, closes. */
export async function runOnce(
  connector: HostConnector,
  host: ResolvedHost,
  run: RunRequest,
): Promise<RunResult & { out: string; err: string }> {
  const connected: Host = await connector.connect(host, { signal: never })
  try {
    const result = await connected.run(run)
    return {
      ...result,
      out: Buffer.from(result.stdout).toString(),
      err: Buffer.from(result.stderr).toString(),
    }
  } finally {
    await connected.close()
  }
}

/** The MigrationError a promise rejects with; anything else fails the test. */
export async function failure(work: Promise<unknown>): Promise<MigrationError> {
  try {
    await work
  } catch (error) {
    if (isMigrationError(error)) return error
    throw error
  }
  throw new Error('expected a MigrationError, but it succeeded')
}

let files = 0
