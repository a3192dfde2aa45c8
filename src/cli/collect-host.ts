import { hash, randomBytes } from 'node:crypto'
import type { parseAnswer } from '../facts/answer.ts'
import { collectArgv } from '../facts/script.ts'
import type { FactSet } from '../model/collector.ts'
import { MigrationError, isMigrationError } from '../model/errors.ts'
import type { HostFacts, HostFailure } from '../model/facts.ts'
import type { ResolvedHost } from '../model/inventory.ts'
import type { Clock, Host, HostConnector, RunResult } from '../model/ports.ts'

/** Bytes of one host's answer; more is cut and said so. */
export const maxAnswerBytes = 16 * 1024 * 1024

export interface CollectHostOptions {
  connector: HostConnector
  /** Composes the script for a nonce. */
  script(nonce: string): string
  set: FactSet
  /** For the whole host, connecting included. */
  timeoutMs: number
  clock: Clock
  version: string
  /** Ends the work on this host; the promise rejects then. */
  signal: AbortSignal
}

/** Connects, sends the one script, reads the answer. What goes wrong with the host is in the facts, never thrown. */
export async function collectHost(host: ResolvedHost, options: CollectHostOptions): Promise<HostFacts> {
  const startedAt = options.clock.now()
  const startedMs = options.clock.monotonicMs()
  const limit = AbortSignal.timeout(options.timeoutMs)
  const signal = AbortSignal.any([options.signal, limit])
  const base: Base = { host, startedAt, set: options.set, clock: options.clock, version: options.version }
  let connected: Host | undefined
  let closing: Promise<void> | undefined
  try {
    connected = await options.connector.connect(host, { signal, onVia: (via) => (base.via = via) })
    const nonce = randomBytes(16).toString('hex')
    const sentAt = options.clock.now()
    const spentMs = options.clock.monotonicMs() - startedMs
    const running = connected.run({
      argv: collectArgv,
      stdin: options.script(nonce),
      become: true,
      timeoutMs: Math.max(1000, Math.floor(options.timeoutMs - spentMs)),
      maxOutputBytes: maxAnswerBytes,
      signal,
    })
    // Whatever reads the answer is loaded while the host works on it, and the connection ends while it is read.
    const [result, { parseAnswer: parse }] = await Promise.all([running, import('../facts/answer.ts')])
    const receivedAt = options.clock.now()
    closing = connected.close()
    closing.catch(() => undefined)
    return factsOf(result, { ...base, nonce, sentAt, receivedAt, connected, parse })
  } catch (error) {
    options.signal.throwIfAborted()
    return failedFacts(limit.aborted ? timedOut(host, options.timeoutMs, error) : error, base)
  } finally {
    await (closing ?? connected?.close())?.catch(() => undefined)
  }
}

/** Connects and becomes root where asked to, without collecting; the document holds no facts. */
export async function probeHost(
  host: ResolvedHost,
  options: Omit<CollectHostOptions, 'script'>,
): Promise<HostFacts> {
  const { clock, version, set } = options
  const base: Base = { host, startedAt: clock.now(), set, clock, version }
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(options.timeoutMs)])
  let connected: Host | undefined
  try {
    connected = await options.connector.connect(host, { signal, onVia: (via) => (base.via = via) })
    const { timeoutMs } = options
    await connected.run({ argv: ['true'], become: true, timeoutMs, maxOutputBytes: 65_536, signal })
    return { ...documentOf(base, connected), status: 'complete', facts: {} }
  } catch (error) {
    options.signal.throwIfAborted()
    return failedFacts(signal.aborted ? timedOut(host, options.timeoutMs, error) : error, base)
  } finally {
    await connected?.close().catch(() => undefined)
  }
}

interface Base {
  host: ResolvedHost
  startedAt: string
  set: FactSet
  clock: Clock
  version: string
  /** The transport, as soon as it is chosen. */
  via?: Host['via']
}

function factsOf(
  result: RunResult,
  given: Base & {
    nonce: string
    /** ISO 8601, UTC: when the script was sent, and when its answer was there. */
    sentAt: string
    receivedAt: string
    connected: Host
    parse: typeof parseAnswer
  },
): HostFacts {
  const answer = given.parse(result.stdout, {
    nonce: given.nonce,
    set: given.set,
    collectedAt: given.receivedAt,
    sentAtSeconds: Date.parse(given.sentAt) / 1000,
    receivedAtSeconds: Date.parse(given.receivedAt) / 1000,
    hash: sha256,
    privilege: given.connected.privilege,
  })
  const failure = failureOf(result, answer)
  const status = failure !== undefined && answer.status === 'complete' ? 'partial' : answer.status
  return {
    ...documentOf(given, { privilege: answer.privilege, via: given.connected.via }),
    status,
    ...(failure === undefined ? {} : { failure }),
    facts: answer.facts,
  }
}

function failureOf(
  result: RunResult,
  answer: { status: HostFacts['status']; problems: readonly string[] },
): HostFailure | undefined {
  if (result.cut === 'timeout') {
    return {
      code: 'HOST_TIMEOUT',
      message: 'the host did not finish its answer in time',
      hint: 'raise --timeout, or look what hangs on the host (a dead NFS mount?)',
    }
  }
  if (result.cut === 'too-much-output') {
    return {
      code: 'HOST_FLOODED',
      message: `the host sent more than ${maxAnswerBytes / 1024 / 1024} MiB`,
      hint: 'look for a login banner or shell profile that never ends its output',
    }
  }
  if (answer.status === 'complete') return undefined
  const stderr = new TextDecoder().decode(result.stderr.subarray(0, 2000)).trim().split('\n')[0] ?? ''
  const why = [...answer.problems.slice(0, 3), ...(stderr === '' ? [] : [stderr.slice(0, 200)])].join('; ')
  if (answer.status === 'partial' && why === '') return undefined
  return {
    code: 'HOST_ANSWER_INVALID',
    message: why === '' ? `the script ended with ${result.exitCode ?? result.signal ?? 'no status'}` : why,
    hint: 'run the script by hand on the host: osferry inventory script',
  }
}

/** Facts of a host that gave nothing: the failure says why. */
function failedFacts(error: unknown, base: Base): HostFacts {
  return {
    ...documentOf(base, { privilege: 'user', via: base.via ?? 'ssh2' }),
    status: 'failed',
    failure: failureFrom(error),
    facts: {},
  }
}

function documentOf(
  base: Base,
  { privilege, via }: Pick<Host, 'privilege' | 'via'>,
): Omit<HostFacts, 'status' | 'facts'> {
  const { name, address, groups, labels } = base.host
  return {
    schema: 'facts/v1',
    tool: { name: 'osferry', version: base.version },
    host: { name, address, groups: [...groups], labels: { ...labels } },
    collection: {
      startedAt: base.startedAt,
      finishedAt: base.clock.now(),
      via,
      set: base.set,
      privilege,
    },
  }
}

function failureFrom(error: unknown): HostFailure {
  if (!isMigrationError(error)) {
    const message = error instanceof Error ? error.message : String(error)
    return { code: 'HOST_PROTOCOL', message, hint: 'run again with -vv; if it stays, report it as a bug' }
  }
  return {
    code: error.code,
    message: error.message,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
  }
}

function timedOut(host: ResolvedHost, timeoutMs: number, cause: unknown): MigrationError {
  if (isMigrationError(cause, 'HOST_TIMEOUT')) return cause
  return new MigrationError(
    'HOST_TIMEOUT',
    `${host.name} was not done after ${Math.round(timeoutMs / 1000)} s`,
    {
      hint: 'raise --timeout, or look what hangs on the host',
      cause,
    },
  )
}

/** sha256 in hex, the hash of evidence. */
export function sha256(bytes: Uint8Array): string {
  return hash('sha256', bytes)
}
