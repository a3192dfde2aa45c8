import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ErrorCode } from '../../src/model/errors.ts'
import type { ResolvedHost } from '../../src/model/inventory.ts'
import {
  backends,
  failure,
  knownHostsFile,
  never,
  sshHost,
  sshSettings,
  testConnector,
} from '../support/ssh-host.ts'
import { createSshdBed, freePort, makeKey, type Sshd } from '../support/sshd.ts'

const bed = createSshdBed()
let sshd: Sshd
let oldKex: Sshd
let known: string
let deadPort: number
let silent: { server: Server; port: number }
let babbling: { server: Server; port: number }
let dropping: { server: Server; port: number }

beforeAll(async () => {
  sshd = await bed.start()
  oldKex = await bed.start({ config: ['KexAlgorithms diffie-hellman-group1-sha1'] })
  known = knownHostsFile(bed, sshd.knownHosts + oldKex.knownHosts)
  deadPort = await freePort('127.0.0.1')
  silent = await listen(() => {})
  babbling = await listen((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
  dropping = await listen((socket) => socket.destroy())
})

afterAll(async () => {
  for (const { server } of [silent, babbling, dropping]) server.close()
  await bed.close()
})

/** name, code, what the message must say, the host. */
const faults: readonly [string, ErrorCode, RegExp, () => ResolvedHost][] = [
  [
    'a name that does not resolve',
    'HOST_NAME_UNRESOLVED',
    /does not resolve/,
    () => hostAt('no-such-host.invalid', 22),
  ],
  ['a port nobody listens on', 'HOST_REFUSED', /nothing listens/, () => hostAt('127.0.0.1', deadPort)],
  ['a network without a route', 'HOST_UNREACHABLE', /no way to/, () => hostAt('255.255.255.255', 22)],
  ['a server that says nothing', 'HOST_TIMEOUT', /no answer/, () => hostAt('127.0.0.1', silent.port, 1000)],
  [
    'a server that is no SSH server',
    'HOST_PROTOCOL',
    /handshake/,
    () => hostAt('127.0.0.1', babbling.port, 1000),
  ],
  [
    'a server that drops every connection',
    'HOST_PROTOCOL',
    /handshake/,
    () => hostAt('127.0.0.1', dropping.port, 1000),
  ],
  ['no common key exchange', 'HOST_PROTOCOL', /handshake/, () => hostAt('127.0.0.1', oldKex.port)],
  [
    'a key the host does not accept',
    'HOST_AUTH_FAILED',
    /tried key .*stranger; the host offers publickey/,
    () => withStranger(),
  ],
  ['a host key nobody knows', 'HOST_KEY_UNKNOWN', /ssh-ed25519 SHA256:/, () => withKnown('')],
  [
    'a host key that changed',
    'HOST_KEY_CHANGED',
    /SHA256:.*:1 says ssh-ed25519 SHA256:.*nothing was sent/,
    () => withKnown(changedLine()),
  ],
  [
    'a host key that is revoked',
    'HOST_KEY_REVOKED',
    /:2 revokes/,
    () => withKnown(`${sshd.knownHosts}@revoked * ${keyOf(sshd)}\n`),
  ],
  [
    'a key of another type than known',
    'HOST_KEY_CHANGED',
    /shows ssh-ed25519 SHA256:.* says ssh-rsa SHA256:/,
    () => withKnown(otherTypeLine()),
  ],
]

describe.each(backends)('%s', (backend) => {
  it.each(faults)('tells %s as %s', async (...row) => {
    const [, code, says, makeHost] = row
    const host = makeHost()
    const connector = testConnector(bed)
    try {
      const error = await failure(
        connector.connect({ ...host, ssh: { ...host.ssh, backend } }, { signal: never }),
      )
      expect({ code: error.code, message: error.message }).toEqual({
        code,
        message: expect.stringMatching(says),
      })
      expect(error.message.startsWith(`${host.name}: `)).toBe(true)
      expect(error.hint).toBeTruthy()
    } finally {
      await connector.close()
    }
  })

  it('gives both fingerprints and the known_hosts line of a changed key, and logs in nowhere', async () => {
    const before = sshd.log().length
    const host = withKnown(`# a comment\n${changedLine()}`)
    const connector = testConnector(bed)
    const error = await failure(
      connector.connect({ ...host, ssh: { ...host.ssh, backend } }, { signal: never }),
    )
    await connector.close()
    const sha256 = (file: string): string =>
      execFileSync('ssh-keygen', ['-lf', file], { encoding: 'utf8' }).split(' ')[1] ?? ''
    expect(error.details).toMatchObject({
      presented: sha256(`${sshd.hostKeyFile('ed25519')}.pub`),
      expected: sha256(`${oldKex.hostKeyFile('ed25519')}.pub`),
      file: host.ssh.knownHostsFiles[0],
      line: 2,
    })
    expect(sshd.log().slice(before)).not.toMatch(/Accepted|Postponed|Failed/)
  })

  it('stops waiting when the caller gives up', async () => {
    const aborter = new AbortController()
    const connector = testConnector(bed)
    const host = hostAt('127.0.0.1', silent.port, 30_000)
    const connecting = failure(
      connector.connect({ ...host, ssh: { ...host.ssh, backend } }, { signal: aborter.signal }),
    )
    setTimeout(() => aborter.abort(), 200)
    expect((await connecting).code).toBe('INTERRUPTED')
    await connector.close()
  })
})

function hostAt(address: string, port: number, connectTimeoutMs = 5000): ResolvedHost {
  return sshHost(address, sshSettings(bed, { port, knownHostsFiles: [known], connectTimeoutMs }))
}

function withStranger(): ResolvedHost {
  strangerKey ??= makeKey(join(bed.dir, 'stranger'), 'ed25519')
  const host = hostAt('127.0.0.1', sshd.port)
  return { ...host, ssh: { ...host.ssh, identityFiles: [strangerKey] } }
}

function withKnown(content: string): ResolvedHost {
  const host = hostAt('127.0.0.1', sshd.port)
  return { ...host, ssh: { ...host.ssh, knownHostsFiles: [knownHostsFile(bed, content)] } }
}

function changedLine(): string {
  return `[127.0.0.1]:${sshd.port} ${keyOf(oldKex)}\n`
}

function otherTypeLine(): string {
  rsaKey ??= makeKey(join(bed.dir, 'other-host-rsa'), 'rsa')
  const key = readFileSync(`${rsaKey}.pub`, 'utf8').split(' ').slice(0, 2).join(' ')
  return `[127.0.0.1]:${sshd.port} ${key}\n`
}

function keyOf(server: Sshd): string {
  return server.knownHosts.trim().split(' ').slice(1).join(' ')
}

let strangerKey: string | undefined
let rsaKey: string | undefined

function listen(serve: Parameters<typeof createServer>[1] & {}): Promise<{ server: Server; port: number }> {
  return new Promise((resolve) => {
    const server = createServer((socket) => {
      socket.on('error', () => {})
      serve(socket)
    })
    server.listen(0, '127.0.0.1', () => {
      const bound = server.address()
      resolve({ server, port: typeof bound === 'object' && bound !== null ? bound.port : 0 })
    })
  })
}
