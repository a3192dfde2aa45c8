import { isMigrationError, MigrationError } from '../model/errors.ts'
import type { HostStream, StreamRequest, StreamResult } from '../model/ports.ts'
import { interrupted } from './abort.ts'
import { createByteTail } from './byte-tail.ts'
import { feedStdin, type Feeder } from './feed-stdin.ts'
import { pullFrom } from './pull-stream.ts'
import { hostLost, type RemoteEnd, type RemoteProcess } from './remote-process.ts'
import { sudoError, sudoSilent } from './sudo.ts'
import { talkToSudo, type SudoContext } from './sudo-talk.ts'

/** Feeds, bounds and awaits a remote program whose bytes go through as they come. */
export function superviseStream(
  process: RemoteProcess,
  request: StreamRequest,
  context: SudoContext,
): HostStream {
  const { host, password } = context
  const startedAt = performance.now()
  const stop = Promise.withResolvers<Stop>()
  const stderr = createByteTail(request.keptStderrBytes)
  let stdoutBytes = 0
  let movedAt = startedAt
  const moved = (): void => {
    movedAt = performance.now()
  }

  const stdout = pullFrom(process.stdout, {
    companion: process.stderr,
    onChunk(bytes) {
      moved()
      stdoutBytes += bytes
      if (stdoutBytes > request.maxStdoutBytes) stop.resolve({ error: flooded(host, request.maxStdoutBytes) })
    },
  })
  // A program that ends without reading its stdin closes it under us: its exit status tells, not EPIPE.
  for (const stream of [process.stdin, process.stdout, process.stderr]) stream.on('error', () => {})
  let feeder: Feeder | null = null
  const sudo = talkToSudo(context, process.stdin, () => {
    if (request.stdin === undefined) process.stdin.end()
    else {
      const onFailed = (error: unknown): void => stop.resolve({ error })
      feeder = feedStdin(process.stdin, request.stdin, { onMoved: moved, onFailed })
    }
  })
  process.stderr.on('data', (chunk: Uint8Array) => stderr.push(sudo.hear(chunk)))

  const onTime = (): void => stop.resolve({ error: late(host, `did not end within ${request.timeoutMs} ms`) })
  const timer = setTimeout(onTime, request.timeoutMs)
  const isOurs = (): boolean => stdout.isHeld() || feeder?.awaitsSource() === true
  let idleTimer = setTimeout(onIdle, request.idleTimeoutMs)
  function onIdle(): void {
    if (isOurs()) moved()
    const leftMs = movedAt + request.idleTimeoutMs - performance.now()
    if (leftMs > 0) idleTimer = setTimeout(onIdle, leftMs)
    else stop.resolve({ error: late(host, `moved nothing for ${request.idleTimeoutMs} ms`) })
  }
  const onAbort = (): void => stop.resolve({ error: interrupted(host, request.signal.reason) })
  request.signal.addEventListener('abort', onAbort, { once: true })
  if (request.signal.aborted) onAbort()

  function judge(outcome: Stop | RemoteEnd): StreamResult {
    if ('error' in outcome) {
      if (!sudo.isReady() && isMigrationError(outcome.error, 'HOST_TIMEOUT')) {
        throw sudoSilent(host, Math.min(request.idleTimeoutMs, request.timeoutMs), sudo.said())
      }
      throw outcome.error
    }
    if ('lost' in outcome) throw hostLost(host, outcome.lost, stdoutBytes)
    if (!sudo.isReady()) throw sudoError(host, sudo.said(), password !== null)
    const { exitCode, signal } = outcome
    return {
      exitCode,
      signal,
      stdoutBytes,
      stderr: stderr.bytes(),
      stderrBytes: stderr.total(),
      durationMs: performance.now() - startedAt,
    }
  }

  // While stdout is not read, stderr waits too: what it said last may come after the program has ended.
  const stderrEnded = new Promise<void>((resolve) => {
    process.stderr.once('end', resolve)
    process.stderr.once('close', resolve)
  })
  async function ended(): Promise<RemoteEnd> {
    const end = await process.ended
    if (!('lost' in end)) await stderrEnded
    return end
  }

  async function settle(): Promise<StreamResult> {
    const outcome = await Promise.race([stop.promise, ended()])
    clearTimeout(timer)
    clearTimeout(idleTimer)
    request.signal.removeEventListener('abort', onAbort)
    feeder?.stop()
    if ('error' in outcome) process.kill()
    try {
      return judge(outcome)
    } catch (error) {
      stdout.fail(error)
      throw error
    }
  }

  async function* read(): AsyncGenerator<Uint8Array, void, undefined> {
    let whole = false
    try {
      for (;;) {
        const chunk = await stdout.next()
        if (chunk === null) break
        yield chunk
        moved()
      }
      await done
      whole = true
    } finally {
      if (!whole) stop.resolve({ error: interrupted(host, new Error('nobody reads the stream any more')) })
    }
  }

  const done = settle()
  // Whoever reads stdout is told as well: nobody has to wait for both.
  done.catch(() => {})
  return { stdout: read(), done }
}

interface Stop {
  error: unknown
}

function late(host: string, what: string): MigrationError {
  return new MigrationError('HOST_TIMEOUT', `${host}: the program ${what}`, {
    hint: 'Look on the host whether a mount or a disk hangs, and at the network.',
    details: { host },
  })
}

function flooded(host: string, maxBytes: number): MigrationError {
  return new MigrationError('HOST_FLOODED', `${host}: the program gave more than ${maxBytes} bytes`, {
    hint: 'Look at what the program reads, or allow it more bytes.',
    details: { host },
  })
}
