import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ssh2 from 'ssh2'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { createConnector } from '../../src/hosts/connector.ts'
import {
  createLoopbackKey,
  startLoopbackServer,
  type LoopbackHandler,
  type LoopbackServer,
} from '../../src/hosts/loopback-server.ts'
import { recordTo, replayFrom } from '../../src/hosts/recording.ts'
import type { ResolvedHost } from '../../src/model/inventory.ts'
import type { HostConnector } from '../../src/model/ports.ts'
import { failure, never, quiet, request, runOnce, sshHost } from '../support/ssh-host.ts'

const dir = mkdtempSync(join(tmpdir(), 'osferry-loopback-'))
const clientKey = createLoopbackKey()
const keyFile = join(dir, 'key')
writeFileSync(keyFile, clientKey.privateKey, { mode: 0o600 })
const open: (LoopbackServer | HostConnector)[] = []

afterEach(async () => {
  for (const item of open.splice(0)) await item.close()
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const echo: LoopbackHandler = ({ host, argv, stdin }) => ({
  stdout: `${host} ${JSON.stringify(argv)} ${Buffer.from(stdin).toString()}`,
  stderr: 'warning\n',
  exitCode: 4,
})

describe('a loopback host', () => {
  it('answers commands with what its handler says', async () => {
    const { connector, host } = await start(echo)
    const result = await runOnce(connector, host, request(['sh', '-s', "it's"], { stdin: 'script' }))
    expect([result.out, result.err, result.exitCode]).toEqual([
      `demo ["sh","-s","it's"] script`,
      'warning\n',
      4,
    ])
  })

  it('takes a 300 KB script and gives 1 MB back', async () => {
    const { connector, host } = await start(({ stdin }) => ({
      stdout: Buffer.alloc(1 << 20, stdin[0]),
      exitCode: 0,
    }))
    const result = await runOnce(connector, host, request(['sh'], { stdin: 'z'.repeat(300 * 1024) }))
    expect([result.stdout.length, result.stdout.at(-1)]).toEqual([1 << 20, 'z'.charCodeAt(0)])
  })

  it('lets nobody in without the key', async () => {
    const { connector, host } = await start(echo)
    const stranger = join(dir, 'stranger')
    writeFileSync(stranger, createLoopbackKey().privateKey, { mode: 0o600 })
    const error = await failure(
      connector.connect({ ...host, ssh: { ...host.ssh, identityFiles: [stranger] } }, { signal: never }),
    )
    expect(error.code).toBe('HOST_AUTH_FAILED')
  })

  it('is refused when another host has taken its place', async () => {
    const first = await start(echo)
    const second = await start(echo)
    const file = first.host.ssh.knownHostsFiles[0] ?? ''
    writeFileSync(file, readFileSync(file, 'utf8').replace(/:\d+ /, `:${second.host.ssh.port} `))
    const moved = { ...second.host, ssh: { ...second.host.ssh, knownHostsFiles: [file] } }
    expect((await failure(second.connector.connect(moved, { signal: never }))).code).toBe('HOST_KEY_CHANGED')
  })

  it('can vanish, hang and flood', async () => {
    const drop = await start(() => ({ stdout: 'half a fra', exitCode: 0, afterwards: 'drop' }))
    const hang = await start(() => ({ stdout: 'early', exitCode: 0, afterwards: 'hang' }))
    const flood = await start(() => ({ stdout: '', exitCode: 0, afterwards: 'flood' }))
    expect((await failure(runOnce(drop.connector, drop.host, request(['x'])))).code).toBe('HOST_LOST')
    const hung = await runOnce(hang.connector, hang.host, request(['x'], { timeoutMs: 300 }))
    expect([hung.cut, hung.out]).toEqual(['timeout', 'early'])
    const flooded = await runOnce(flood.connector, flood.host, request(['x'], { maxOutputBytes: 100_000 }))
    expect([flooded.cut, flooded.stdout.length]).toEqual(['too-much-output', 100_000])
  })
})

describe('recordings', () => {
  it('replay what was recorded, redacted, without the script', async () => {
    const { connector, host } = await start(echo)
    const records = join(dir, 'records')
    const redact = (text: string): string => text.replaceAll('canary', '[redacted]')
    const recording = recordTo(records, connector, redact)
    await runOnce(recording, host, request(['show', 'canary'], { stdin: 'the script' }))
    const [file = ''] = readdirSync(join(records, 'demo'))
    const text = readFileSync(join(records, 'demo', file), 'utf8')
    expect(Buffer.from(JSON.parse(text).stdout, 'base64').toString()).not.toContain('canary')
    const replayed = await runOnce(replayFrom(records), host, request(['show', 'canary']))
    expect([replayed.out, replayed.err, replayed.exitCode]).toEqual([
      'demo ["show","[redacted]"] the script',
      'warning\n',
      4,
    ])
    const again = replayFrom(join(dir, 'nothing-here'))
    expect((await failure(runOnce(again, host, request(['x'])))).code).toBe('DOCUMENT_NOT_FOUND')
  })
})

async function start(handler: LoopbackHandler): Promise<{ connector: HostConnector; host: ResolvedHost }> {
  const server = await startLoopbackServer({ host: 'demo', clientKey, handler })
  const knownHosts = join(dir, `known_hosts-${server.port}`)
  writeFileSync(knownHosts, server.knownHosts)
  const connector = createConnector({
    log: quiet,
    prompter: { canPrompt: false, secret: () => Promise.reject(new Error('nobody')) },
    environment: { variables: {}, home: dir },
    systemKnownHosts: [],
  })
  open.push(connector, server)
  const host = sshHost(server.address, {
    user: 'root',
    port: server.port,
    backend: 'auto',
    identityFiles: [keyFile],
    certificateFiles: [],
    agent: false,
    jump: [],
    become: 'none',
    hostKeys: 'strict',
    knownHostsFiles: [knownHosts],
    connectTimeoutMs: 5000,
  })
  return { connector, host: { ...host, name: 'demo' } }
}

it('makes keys that can be read again, every time', () => {
  const keys = Array.from({ length: 1200 }, () => createLoopbackKey().privateKey)
  expect(keys.filter((key) => ssh2.utils.parseKey(key) instanceof Error)).toEqual([])
})
