import type { Readable, Writable } from 'node:stream'
import { MigrationError } from '../model/errors.ts'
import type { RunRequest, RunResult } from '../model/ports.ts'
import { interrupted } from './abort.ts'
import { createByteSink } from './byte-sink.ts'
import { sudoError, sudoSilent } from './sudo.ts'
import { talkToSudo, type SudoContext } from './sudo-talk.ts'

/** A program that runs on a host, whichever transport carries it. */
export interface RemoteProcess {
  stdin: Writable
  stdout: Readable
  stderr: Readable
  /** How it ended; `lost` when the connection went away and nobody can tell. Never rejects. */
  ended: Promise<RemoteEnd>
  /** Stops it as well as the transport can, and lets go of the channel. */
  kill(): void
}

export type RemoteEnd = { exitCode: number | null; signal: string | null } | { lost: string }

/** Feeds, bounds and awaits a remote program. Throws HOST_LOST, HOST_SUDO_*, or what the signal says. */
export async function superviseRun(
  process: RemoteProcess,
  request: RunRequest,
  context: SudoContext,
): Promise<RunResult> {
  const { host, password } = context
  const startedAt = performance.now()
  const stdout = createByteSink()
  const stderr = createByteSink()
  const stop = Promise.withResolvers<Stop>()

  const keep = (sink: typeof stdout, chunk: Uint8Array): void => {
    const room = request.maxOutputBytes - stdout.length - stderr.length
    sink.push(chunk.subarray(0, Math.max(0, room)))
    request.onOutput?.(stdout.length + stderr.length)
    if (chunk.length > room) stop.resolve({ cut: 'too-much-output' })
  }
  const onAbort = (): void => stop.resolve({ aborted: request.signal.reason })
  const timer = setTimeout(() => stop.resolve({ cut: 'timeout' }), request.timeoutMs)
  request.signal.addEventListener('abort', onAbort, { once: true })
  if (request.signal.aborted) onAbort()
  // A program that ends without reading its stdin closes it under us: its exit status tells, not EPIPE.
  for (const stream of [process.stdin, process.stdout, process.stderr]) stream.on('error', () => {})
  process.stdout.on('data', (chunk: Uint8Array) => keep(stdout, chunk))
  const sudo = talkToSudo(context, process.stdin, () => void process.stdin.end(request.stdin ?? ''))
  process.stderr.on('data', (chunk: Uint8Array) => {
    const own = sudo.hear(chunk)
    if (own.length > 0) keep(stderr, own)
  })

  const outcome = await Promise.race([stop.promise, process.ended])
  clearTimeout(timer)
  request.signal.removeEventListener('abort', onAbort)
  if ('cut' in outcome || 'aborted' in outcome) process.kill()
  if ('aborted' in outcome) throw interrupted(host, outcome.aborted)
  if (!sudo.isReady() && !('lost' in outcome)) {
    if ('cut' in outcome) throw sudoSilent(host, request.timeoutMs, sudo.said())
    throw sudoError(host, sudo.said(), password !== null)
  }
  if ('lost' in outcome) throw hostLost(host, outcome.lost, stdout.length)
  return {
    exitCode: 'cut' in outcome ? null : outcome.exitCode,
    signal: 'cut' in outcome ? null : outcome.signal,
    stdout: stdout.bytes(),
    stderr: stderr.bytes(),
    cut: 'cut' in outcome ? outcome.cut : null,
    durationMs: performance.now() - startedAt,
  }
}

/** HOST_LOST: the connection went away while something ran, so its outcome is unknown. */
export function hostLost(host: string, why: string, receivedBytes: number): MigrationError {
  return new MigrationError(
    'HOST_LOST',
    `${host}: the connection was lost; the outcome is unknown (${why})`,
    {
      hint: 'Look at the host and the network, then run the same command again.',
      details: { host, receivedBytes },
    },
  )
}

type Stop = { cut: 'timeout' | 'too-much-output' } | { aborted: unknown }
