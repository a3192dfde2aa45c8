import { randomBytes } from 'node:crypto'
import PQueue from 'p-queue'
import type { Client, ClientChannel } from 'ssh2'
import { MigrationError } from '../model/errors.ts'
import type { ResolvedHost } from '../model/inventory.ts'
import type { Host, HostConnector, HostStream, RunRequest, RunResult, StreamRequest } from '../model/ports.ts'
import { orAborted } from './abort.ts'
import type { CredentialStore } from './credentials.ts'
import { quoteCommand } from './quote.ts'
import { hostLost, superviseRun, type RemoteEnd, type RemoteProcess } from './remote-process.ts'
import { backOff, createLinks, type Link, type LinkOptions } from './ssh2-links.ts'
import { createStreamQueue } from './stream-queue.ts'
import { sudoDialogue } from './sudo.ts'
import type { SudoContext } from './sudo-talk.ts'
import { superviseStream } from './supervise-stream.ts'

/** The transport in JavaScript: one connection a host, at most `channels` programs on it at once. */
export function createSsh2Connector(options: LinkOptions & { channels: number }): HostConnector {
  const links = createLinks(options)
  return {
    async connect(host, { signal }) {
      const link = await links.open(host, host.ssh.jump, signal)
      return createHost(host, link, options)
    },
    close: () => links.close(),
  }
}

/** How commands run on a host by its settings: as root, through sudo, or as a plain user. */
export function privilegeOf(host: ResolvedHost): Host['privilege'] {
  if (host.ssh.user === 'root') return 'root'
  return host.ssh.become === 'sudo' ? 'sudo' : 'user'
}

/** The words to run, and the talk with sudo when the request and the settings want root. */
export async function planCommand(
  host: ResolvedHost,
  request: Pick<RunRequest, 'argv' | 'become'>,
  credentials: CredentialStore,
): Promise<{ argv: readonly string[]; context: SudoContext }> {
  if (request.become !== true || privilegeOf(host) !== 'sudo') {
    return { argv: request.argv, context: { host: host.name, dialogue: null, password: null } }
  }
  const reference = host.ssh.becomePassword
  const password = reference === undefined ? null : await credentials.secret(reference)
  // sudo reads one line; what follows it would be read by the program instead.
  if (password !== null && /[\r\n]/.test(password.reveal())) {
    throw new MigrationError('SECRET_UNAVAILABLE', `${host.name}: the sudo password has more than one line`, {
      hint: 'Let ssh.becomePassword point to exactly one line.',
    })
  }
  const dialogue = sudoDialogue(request.argv, randomBytes(12).toString('hex'), password !== null)
  return { argv: dialogue.argv, context: { host: host.name, dialogue, password } }
}

const closePatienceMs = 2000
const openRetries = 5

function createHost(
  host: ResolvedHost,
  link: Link,
  options: { channels: number; credentials: CredentialStore },
): Host {
  const { client } = link
  const queue = new PQueue({ concurrency: options.channels })
  const streams = createStreamQueue()
  let closed = false
  let failure = 'the connection ended'
  client.on('error', (error) => {
    failure = error.message
  })
  client.once('close', () => {
    closed = true
    link.release()
  })

  async function run(request: RunRequest): Promise<RunResult> {
    const { process, context } = await start(request)
    return await superviseRun(process, request, context)
  }

  async function stream(request: StreamRequest): Promise<HostStream> {
    const { process, context } = await start(request)
    return superviseStream(process, request, context)
  }

  async function start(
    request: Pick<RunRequest, 'argv' | 'become' | 'signal'>,
  ): Promise<{ process: RemoteProcess; context: SudoContext }> {
    const { argv, context } = await planCommand(host, request, options.credentials)
    const channel = await openChannel(quoteCommand(argv), request.signal)
    return { process: asProcess(channel, () => failure), context }
  }

  async function openChannel(command: string, signal: AbortSignal): Promise<ClientChannel> {
    for (let attempt = 0; ; attempt++) {
      if (closed) throw hostLost(host.name, failure, 0)
      const opened = await exec(client, command)
      if (!(opened instanceof Error)) return opened
      // "Channel open failure": sshd frees a closed session late (MaxSessions). Nothing ran, so asking again is safe.
      const full = 'reason' in opened && !closed
      if (full && attempt < openRetries) await backOff(attempt, host.name, signal)
      else if (closed || /No response|Not connected/.test(opened.message))
        throw hostLost(host.name, failure, 0)
      else throw noCommand(host.name, opened)
    }
  }

  return {
    name: host.name,
    via: 'ssh2',
    privilege: privilegeOf(host),
    run: (request) =>
      orAborted(
        queue.add(() => run(request)),
        request.signal,
        host.name,
      ),
    stream: (request) =>
      orAborted(
        streams.open(() => stream(request)),
        request.signal,
        host.name,
      ),
    async close() {
      if (closed) return
      const ended = new Promise<void>((resolve) => client.once('close', () => resolve()))
      client.end()
      const timer = setTimeout(() => client.destroy(), closePatienceMs)
      await ended
      clearTimeout(timer)
    },
  }
}

function exec(client: Client, command: string): Promise<ClientChannel | Error> {
  return new Promise((resolve) => {
    try {
      client.exec(command, (error, channel) => resolve(error ?? channel))
    } catch (error) {
      resolve(error instanceof Error ? error : new Error(String(error)))
    }
  })
}

function asProcess(channel: ClientChannel, failure: () => string): RemoteProcess {
  const ended = new Promise<RemoteEnd>((resolve) => {
    channel.once('close', (code: number | null | undefined, signal?: string) => {
      // Neither code nor signal: the channel vanished, so nobody can tell what became of the program.
      if (code === undefined || (code === null && signal === undefined)) resolve({ lost: failure() })
      else resolve({ exitCode: code, signal: signal ?? null })
    })
  })
  return {
    stdin: channel,
    stdout: channel,
    stderr: channel.stderr,
    ended,
    kill() {
      channel.signal('TERM')
      channel.close()
      channel.resume()
      channel.stderr.resume()
    },
  }
}

function noCommand(host: string, cause: Error): MigrationError {
  return new MigrationError('HOST_PROTOCOL', `${host}: the host does not run commands: ${cause.message}`, {
    hint: 'Check ForceCommand, the login shell and MaxSessions on the host.',
    cause,
    details: { host },
  })
}
