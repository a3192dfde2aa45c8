import { connect as connectSocket, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import ssh2, { type Client } from 'ssh2'
import { MigrationError } from '../model/errors.ts'
import { interrupted } from './abort.ts'
import type { Credentials } from './credentials.ts'
import { judgeKey, storeKey, type KeyKnowledge } from './host-keys.ts'
import type { KnownHostsFiles } from './known-hosts-files.ts'
import { offeredAlgorithms } from './ssh2-algorithms.ts'
import { createAuthHandler, describeAttempts, type AuthAttempts } from './ssh2-auth.ts'
import { connectError, faultOf, type ConnectFault } from './ssh2-errors.ts'

/** Everything one attempt needs; `open` gives the stream to the sshd (a socket, or a channel of a jump host). */
export interface DialPlan {
  knowledge: KeyKnowledge
  files: KnownHostsFiles
  credentials: Credentials
  keepalive: Keepalive
  open: (signal: AbortSignal) => Promise<Duplex>
  signal: AbortSignal
}

/** A silent peer is given up after about `intervalMs * countMax`. */
export interface Keepalive {
  intervalMs: number
  countMax: number
}

/** A failed attempt: what to tell people, and whether another one may be made. */
export type DialOutcome = { client: Client } | { error: MigrationError; retry: boolean }

/** One attempt: stream, handshake, host key, login. The host key is judged before anything of ours is sent. */
export async function dialOnce(plan: DialPlan): Promise<DialOutcome> {
  const { endpoint } = plan.knowledge
  const timeoutMs = endpoint.ssh.connectTimeoutMs
  const timeout = AbortSignal.timeout(timeoutMs)
  const either = AbortSignal.any([plan.signal, timeout])
  let stream: Duplex
  try {
    stream = await plan.open(either)
  } catch (error) {
    if (plan.signal.aborted) throw interrupted(endpoint.name, plan.signal.reason)
    if (error instanceof MigrationError) return { error, retry: false }
    const fault: ConnectFault = timeout.aborted
      ? { code: 'HOST_TIMEOUT', why: `no connection within ${timeoutMs} ms`, retry: false }
      : faultOf(error, { sent: false, refused: false })
    return { error: connectError(endpoint, fault, error), retry: fault.retry }
  }
  return await handshake(plan, stream, either)
}

/** A TCP connection without Nagle's delay from the first packet (it costs up to 170 ms a handshake). */
export function openSocket(host: string, port: number, signal: AbortSignal): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const socket: Socket = connectSocket({ host, port, noDelay: true })
    const settle = (error: unknown): void => {
      socket.off('error', settle)
      signal.removeEventListener('abort', onAbort)
      if (error === null) return resolve(socket)
      socket.on('error', () => {})
      socket.destroy()
      reject(error)
    }
    const onAbort = (): void => settle(signal.reason)
    socket.once('error', settle)
    socket.once('connect', () => settle(null))
    signal.addEventListener('abort', onAbort, { once: true })
    if (signal.aborted) onAbort()
  })
}

function handshake(plan: DialPlan, stream: Duplex, signal: AbortSignal): Promise<DialOutcome> {
  const { knowledge, credentials, keepalive, files } = plan
  const { endpoint } = knowledge
  const attempts: AuthAttempts = { sent: false, refused: false, tried: [], offered: [] }
  const client = new ssh2.Client()
  let refusal: MigrationError | null = null

  return new Promise((resolve, reject) => {
    const fail = (error: unknown): void => {
      finish()
      client.destroy()
      stream.destroy()
      if (plan.signal.aborted) return reject(interrupted(endpoint.name, plan.signal.reason))
      if (refusal !== null) return resolve({ error: refusal, retry: false })
      const fault: ConnectFault = signal.aborted
        ? { code: 'HOST_TIMEOUT', why: `no login within ${endpoint.ssh.connectTimeoutMs} ms`, retry: false }
        : faultOf(error, attempts)
      const told =
        fault.code === 'HOST_AUTH_FAILED'
          ? { ...fault, why: describeAttempts(attempts, credentials.problems) }
          : fault
      resolve({ error: connectError(endpoint, told, error), retry: fault.retry })
    }
    const onError = (error: Error & { level?: string }): void => {
      // The agent's own trouble is one method less, not the end; ssh2 goes on with the next one.
      if (error.level === 'agent') attempts.tried.push(`agent (${error.message})`)
      else fail(error)
    }
    const onClose = (): void => fail(new Error('the host closed the connection'))
    const onAbort = (): void => fail(signal.reason)
    const onReady = (): void => {
      finish()
      resolve({ client })
    }
    const finish = (): void => {
      client.off('error', onError).off('close', onClose).off('ready', onReady)
      signal.removeEventListener('abort', onAbort)
      // ssh2 goes on emitting errors; without a listener they would end the process.
      client.on('error', () => {})
    }
    client.on('error', onError).on('close', onClose).on('ready', onReady)
    signal.addEventListener('abort', onAbort, { once: true })
    if (signal.aborted) return onAbort()
    client.connect({
      sock: stream,
      username: endpoint.ssh.user,
      readyTimeout: 0,
      keepaliveInterval: keepalive.intervalMs,
      keepaliveCountMax: keepalive.countMax,
      algorithms: offeredAlgorithms(knowledge.keys.map(({ keyType }) => keyType)),
      authHandler: createAuthHandler(endpoint.ssh.user, credentials, attempts),
      hostVerifier: (key: Buffer, verify: (permitted: boolean) => void) => {
        const judge = async (): Promise<void> => {
          refusal = await admit(knowledge, key, files)
          verify(refusal === null)
        }
        void judge()
      },
    })
  })
}

async function admit(
  knowledge: KeyKnowledge,
  key: Buffer,
  files: KnownHostsFiles,
): Promise<MigrationError | null> {
  const judged = judgeKey(knowledge, key)
  if (judged === 'known') return null
  if (judged !== 'new') return judged
  try {
    return await storeKey(knowledge, key, files)
  } catch (error) {
    if (error instanceof MigrationError) return error
    return new MigrationError('OUTPUT_FAILED', `${knowledge.endpoint.name}: the host key cannot be stored`, {
      cause: error,
    })
  }
}
