import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo, Socket } from 'node:net'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ssh2, { type AuthContext } from 'ssh2'
import { afterAll, describe, expect, it, onTestFinished } from 'vitest'
import { createConnector } from '../../src/hosts/connector.ts'
import { createLoopbackKey, loopbackKnownHosts } from '../../src/hosts/loopback-server.ts'
import { failureOf } from '../../src/model/step-error.ts'
import { backends, failure, never, quiet, sshHost } from '../support/ssh-host.ts'

const dir = mkdtempSync(join(tmpdir(), 'osferry-logins-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

/** What a server does with one request of a login; `none` asks which methods there are. */
type Answer = (context: AuthContext, socket: Socket) => void

const refuse: Answer = (context) => context.reject(['publickey'])
const drop: Answer = (_, socket) => socket.destroy()
const reset: Answer = (_, socket) => void socket.resetAndDestroy()

/** Starts a server whose requests for a login by key are answered in this order, the last one for all that follow. */
async function startServer(...answers: readonly Answer[]): Promise<{ port: number; knownHosts: string }> {
  const hostKey = createLoopbackKey()
  const ssh = new ssh2.Server({ hostKeys: [hostKey.privateKey] })
  let current: Socket
  const server = createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => {})
    current = socket
    ssh.injectSocket(socket)
  })
  ssh.on('connection', (connection) => {
    const socket = current
    const left = [...answers]
    connection.on('error', () => {})
    connection.on('authentication', (context) => {
      const answer =
        context.method === 'none' ? refuse : ((left.length > 1 ? left.shift() : left[0]) ?? refuse)
      answer(context, socket)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  const knownHosts = join(dir, `known_hosts-${port}`)
  writeFileSync(knownHosts, loopbackKnownHosts(port, hostKey))
  return { port, knownHosts }
}

/** As the engine has it. */
async function failureAt(backend: (typeof backends)[number], answers: readonly Answer[]) {
  const { port, knownHosts } = await startServer(...answers)
  const identityFiles = ['one', 'two'].map((name) => {
    const file = join(dir, `${port}-${name}`)
    writeFileSync(file, createLoopbackKey().privateKey, { mode: 0o600 })
    return file
  })
  const host = sshHost('127.0.0.1', {
    user: 'root',
    port,
    backend,
    identityFiles,
    certificateFiles: [],
    agent: false,
    jump: [],
    become: 'none',
    hostKeys: 'strict',
    knownHostsFiles: [knownHosts],
    connectTimeoutMs: 20_000,
  })
  const connector = createConnector({
    log: quiet,
    prompter: { canPrompt: false, secret: () => Promise.reject(new Error('nobody may be asked')) },
    environment: { variables: { PATH: process.env['PATH'] }, home: dir },
    systemKnownHosts: [],
  })
  onTestFinished(async () => await connector.close())
  const error = await failure(connector.connect(host, { signal: never }))
  return failureOf(error)
}

describe.each(backends)('a login over %s', (backend) => {
  it.each([
    ['is closed', drop],
    ['is reset', reset],
  ])('may be tried again later when the connection %s without an answer', async (_, answer) => {
    const { class: failureClass, code, message } = await failureAt(backend, [answer])
    expect([failureClass, code]).toEqual(['transient', 'HOST_PROTOCOL'])
    expect(message).toContain('the connection ended in the middle of the login')
  })

  it('is refused when the host has said no to a key before it closes the connection, and when it says no to all', async () => {
    expect(await failureAt(backend, [refuse, drop])).toMatchObject({
      class: 'config',
      code: 'HOST_AUTH_FAILED',
    })
    expect(await failureAt(backend, [refuse])).toMatchObject({ class: 'config', code: 'HOST_AUTH_FAILED' })
  })
})
