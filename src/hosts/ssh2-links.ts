import type { Duplex } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from 'ssh2'
import { isMigrationError, MigrationError } from '../model/errors.ts'
import type { JumpHop } from '../model/inventory.ts'
import { interrupted, orAborted } from './abort.ts'
import type { CredentialStore } from './credentials.ts'
import type { HopLimits } from './hop-limits.ts'
import { lookUpKeys, type Endpoint, type HostKeyPlace } from './host-keys.ts'
import { dialOnce, openSocket, type Keepalive } from './ssh2-dial.ts'

/** What all connections of a run share. */
export interface LinkOptions {
  place: HostKeyPlace
  credentials: CredentialStore
  limits: HopLimits
  keepalive: Keepalive
}

/** A logged-in connection; `release` gives back the jump connections under it. */
export interface Link {
  client: Client
  release: () => void
}

/** Opens connections, through jump hosts when the settings say so. */
export interface Links {
  open(endpoint: Endpoint, hops: readonly JumpHop[], signal: AbortSignal): Promise<Link>
  close(): Promise<void>
}

/** Makes the links of a run. A jump connection is shared by all hosts behind it and ends some time after the last one. */
export function createLinks(options: LinkOptions): Links {
  const jumps = new Map<string, Jump>()

  async function open(endpoint: Endpoint, hops: readonly JumpHop[], signal: AbortSignal): Promise<Link> {
    const jump = hops.length === 0 ? null : await takeJump(hops, signal)
    try {
      const client = await dial(endpoint, { hops, jump: jump?.client ?? null }, signal)
      return { client, release: () => jump?.release() }
    } catch (error) {
      jump?.release()
      throw error
    }
  }

  async function dial(
    endpoint: Endpoint,
    { hops, jump }: { hops: readonly JumpHop[]; jump: Client | null },
    signal: AbortSignal,
  ): Promise<Client> {
    const knowledge = await lookUpKeys(endpoint, options.place)
    const credentials = await options.credentials.forEndpoint(endpoint)
    const { address, ssh } = endpoint
    const opener = (either: AbortSignal): Promise<Duplex> =>
      jump === null ? openSocket(address, ssh.port, either) : openForward(jump, endpoint, either)
    const keys = [...hops, endpoint].map((_, index) => hopKey([...hops, endpoint].slice(0, index + 1)))
    const giveUpAt = performance.now() + ssh.connectTimeoutMs
    for (let attempt = 0; ; attempt++) {
      const outcome = await options.limits.through({ host: endpoint.name, keys, signal }, () =>
        dialOnce({
          knowledge,
          credentials,
          files: options.place.files,
          keepalive: options.keepalive,
          open: opener,
          signal,
        }),
      )
      if ('client' in outcome) return outcome.client
      if (!outcome.retry || attempt >= maxRetries || performance.now() > giveUpAt) {
        throw namingHop(outcome.error, hops)
      }
      await backOff(attempt, endpoint.name, signal)
    }
  }

  async function takeJump(hops: readonly JumpHop[], signal: AbortSignal): Promise<Link> {
    const key = hopKey(hops)
    let jump = jumps.get(key)
    if (jump === undefined) {
      jump = {
        users: 0,
        abort: new AbortController(),
        link: Promise.reject(new Error('not yet')),
        linger: null,
      }
      jump.link.catch(() => {})
      jumps.set(key, jump)
      jump.link = openJump(key, hops, jump)
      jump.link.catch(() => {})
    }
    const taken = jump
    taken.users++
    if (taken.linger !== null) clearTimeout(taken.linger)
    const release = onceOnly(() => letGo(key, taken))
    try {
      const { client } = await orAborted(taken.link, signal, hops.at(-1)?.name ?? '')
      return { client, release }
    } catch (error) {
      release()
      throw error
    }
  }

  async function openJump(key: string, hops: readonly JumpHop[], jump: Jump): Promise<Link> {
    const last = hops.at(-1)
    if (last === undefined) throw new Error('a jump needs a hop')
    try {
      const link = await open(last, hops.slice(0, -1), jump.abort.signal)
      link.client.once('close', () => forget(key, jump))
      return link
    } catch (error) {
      // Hosts that come within this time share the answer instead of knocking at a dead bastion one by one.
      setTimeout(() => forget(key, jump), failureKeptMs).unref()
      throw jumpFailed(last, error)
    }
  }

  function forget(key: string, jump: Jump): void {
    if (jumps.get(key) === jump) jumps.delete(key)
  }

  function letGo(key: string, jump: Jump): void {
    if (--jump.users > 0) return
    jump.linger = setTimeout(() => {
      forget(key, jump)
      void endJump(jump)
    }, lingerMs)
    jump.linger.unref()
  }

  return {
    open,
    async close() {
      const open = [...jumps.values()]
      jumps.clear()
      for (const jump of open) if (jump.linger !== null) clearTimeout(jump.linger)
      await Promise.all(open.map((jump) => endJump(jump)))
    },
  }
}

/** HOST_JUMP_FAILED: names the hop and keeps its own error as the cause. */
export function jumpFailed(hop: JumpHop, error: unknown): MigrationError {
  if (isMigrationError(error, 'HOST_JUMP_FAILED', 'INTERRUPTED', 'INPUT_NEEDED')) return error
  const own = error instanceof MigrationError ? error : null
  return new MigrationError(
    'HOST_JUMP_FAILED',
    `the jump host ${hop.name} cannot be passed: ${own?.message ?? String(error)}`,
    {
      ...(own?.hint === undefined ? {} : { hint: own.hint }),
      cause: error,
      details: { ...own?.details, hop: hop.name, hopCode: own?.code ?? 'HOST_PROTOCOL' },
    },
  )
}

/** Adds the last hop's name to a HOST_JUMP_FAILED that only knows the host behind it. */
export function namingHop(error: MigrationError, hops: readonly JumpHop[]): MigrationError {
  const hop = hops.at(-1)
  if (error.code !== 'HOST_JUMP_FAILED' || hop === undefined || 'hop' in error.details) return error
  return new MigrationError('HOST_JUMP_FAILED', `${error.message} (jump host ${hop.name})`, {
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    cause: error,
    details: { ...error.details, hop: hop.name },
  })
}

/** Waits before the next attempt: doubled each time, at most 3 s, jittered so that dropped hosts do not come back together. */
export async function backOff(attempt: number, host: string, signal: AbortSignal): Promise<void> {
  try {
    await sleep(Math.min(3000, 100 * 2 ** attempt) * (0.5 + Math.random()), undefined, { signal })
  } catch {
    throw interrupted(host, signal.reason)
  }
}

/** How often a dropped handshake is tried again. */
export const maxRetries = 8

interface Jump {
  users: number
  abort: AbortController
  link: Promise<Link>
  linger: NodeJS.Timeout | null
}

const lingerMs = 10_000
const failureKeptMs = 15_000

function hopKey(chain: readonly (JumpHop | Endpoint)[]): string {
  return chain.map(({ address, ssh }) => `${ssh.user}@${address}:${ssh.port}`).join(' ')
}

async function endJump(jump: Jump): Promise<void> {
  jump.abort.abort()
  const link = await jump.link.catch(() => null)
  link?.client.end()
  link?.release()
}

function openForward(jump: Client, endpoint: Endpoint, signal: AbortSignal): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason as Error)
    signal.addEventListener('abort', onAbort, { once: true })
    if (signal.aborted) return onAbort()
    const onOpened = (error: Error | undefined, channel: Duplex): void => {
      signal.removeEventListener('abort', onAbort)
      // Without a reason it was no answer of the jump host: the connection to it is gone.
      if (error) reject('reason' in error ? error : jumpGone(endpoint, error))
      else if (signal.aborted) channel.destroy()
      else resolve(channel)
    }
    try {
      jump.forwardOut('127.0.0.1', 0, endpoint.address, endpoint.ssh.port, onOpened)
    } catch (error) {
      reject(jumpGone(endpoint, error))
    }
  })
}

function jumpGone({ name }: Endpoint, cause: unknown): MigrationError {
  return new MigrationError('HOST_JUMP_FAILED', `${name}: the connection to the jump host was lost`, {
    hint: 'Run the same command again: osferry will log in at the jump host anew.',
    cause,
    details: { host: name },
  })
}

function onceOnly(work: () => void): () => void {
  let done = false
  return () => {
    if (done) return
    done = true
    work()
  }
}
