import type { Readable, Writable } from 'node:stream'
import { MigrationError } from '../model/errors.ts'
import type { RunRequest, RunResult } from '../model/ports.ts'
import { interrupted } from './abort.ts'
import { createByteSink } from './byte-sink.ts'
import type { Secret } from './secrets.ts'
import { sudoError, sudoSilent, watchSudo, type SudoDialogue } from './sudo.ts'

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
  context: { host: string; dialogue: SudoDialogue | null; password: Secret | null },
): Promise<RunResult> {
  const { host, dialogue, password } = context
  const startedAt = performance.now()
  const stdout = createByteSink()
  const stderr = createByteSink()
  const watcher = dialogue === null ? null : watchSudo(dialogue)
  const stop = Promise.withResolvers<Stop>()
  let passwordSent = false

  const send = (text: string): void => {
    process.stdin.end(text)
  }
  const keep = (sink: typeof stdout, chunk: Uint8Array): void => {
    const room = request.maxOutputBytes - stdout.length - stderr.length
    sink.push(chunk.subarray(0, Math.max(0, room)))
    request.onOutput?.(stdout.length + stderr.length)
    if (chunk.length > room) stop.resolve({ cut: 'too-much-output' })
  }
  const hear = (chunk: Uint8Array): void => {
    if (watcher === null) return keep(stderr, chunk)
    const heard = watcher.feed(chunk)
    if (heard.ready && dialogue?.waits === true) send(request.stdin ?? '')
    if (heard.prompts > 0 && !heard.ready) {
      // A second prompt means that the first answer was wrong: end stdin instead of guessing again.
      if (passwordSent || password === null) process.stdin.end()
      else process.stdin.write(`${password.reveal()}\n`)
      passwordSent = true
    }
    if (heard.rest.length > 0) keep(stderr, heard.rest)
  }
  const onAbort = (): void => stop.resolve({ aborted: request.signal.reason })
  const timer = setTimeout(() => stop.resolve({ cut: 'timeout' }), request.timeoutMs)
  request.signal.addEventListener('abort', onAbort, { once: true })
  if (request.signal.aborted) onAbort()
  // A program that ends without reading its stdin closes it under us: its exit status tells, not EPIPE.
  for (const stream of [process.stdin, process.stdout, process.stderr]) stream.on('error', () => {})
  process.stdout.on('data', (chunk: Uint8Array) => keep(stdout, chunk))
  process.stderr.on('data', hear)
  if (dialogue?.waits !== true) send(request.stdin ?? '')

  const outcome = await Promise.race([stop.promise, process.ended])
  clearTimeout(timer)
  request.signal.removeEventListener('abort', onAbort)
  if ('cut' in outcome || 'aborted' in outcome) process.kill()
  if ('aborted' in outcome) throw interrupted(host, outcome.aborted)
  if (watcher !== null && !watcher.isReady() && !('lost' in outcome)) {
    if ('cut' in outcome) throw sudoSilent(host, request.timeoutMs, watcher.said())
    throw sudoError(host, watcher.said(), password !== null)
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
