import { randomBytes } from 'node:crypto'
import { PassThrough, Transform } from 'node:stream'
import { MigrationError } from '../model/errors.ts'
import { interrupted } from './abort.ts'
import type { RemoteProcess } from './remote-process.ts'

/** Lets the program say on stderr that it runs, with a word that nobody can guess, before anything else is said. */
export function withStartLine(argv: readonly string[]): { argv: readonly string[]; mark: string } {
  const mark = `osferry-${randomBytes(12).toString('hex')}-starts`
  return { argv: ['sh', '-c', 'printf "%s\\n" "$0" >&2; exec "$@"', mark, ...argv], mark }
}

/** Waits for that line and takes it out; or tells why the program never ran. */
export async function untilStarted(
  process: RemoteProcess,
  mark: string,
  { host, timeoutMs, signal }: { host: string; timeoutMs: number; signal: AbortSignal },
): Promise<{ process: RemoteProcess } | { lost: string }> {
  // execa lets an output run away that nobody has touched by the next turn: its first bytes would be lost.
  const stdout = new PassThrough()
  process.stdout.pipe(stdout)
  const started = Promise.withResolvers<'started'>()
  const line = Buffer.from(`${mark}\n`)
  let held: Buffer | null = Buffer.alloc(0)
  const stderr = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      if (held === null) return done(null, chunk)
      held = Buffer.concat([held, chunk]).subarray(0, maxHeld)
      const at = held.indexOf(line)
      if (at < 0) return done()
      const rest = held.subarray(at + line.length)
      held = null
      started.resolve('started')
      done(null, rest.length > 0 ? rest : undefined)
    },
  })
  for (const stream of [process.stdin, process.stdout, process.stderr]) stream.on('error', () => {})
  process.stderr.pipe(stderr)
  const stop = Promise.withResolvers<'late' | 'aborted'>()
  const timer = setTimeout(() => stop.resolve('late'), timeoutMs)
  const onAbort = (): void => stop.resolve('aborted')
  signal.addEventListener('abort', onAbort, { once: true })
  if (signal.aborted) onAbort()
  const outcome = await Promise.race([started.promise, process.ended, stop.promise])
  clearTimeout(timer)
  signal.removeEventListener('abort', onAbort)
  if (outcome === 'started') return { process: { ...process, stdout, stderr } }
  if (outcome === 'late' || outcome === 'aborted') {
    process.kill()
    if (outcome === 'aborted') throw interrupted(host, signal.reason)
    throw new MigrationError(
      'HOST_TIMEOUT',
      `${host}: the host did not start a program within ${timeoutMs} ms`,
      {
        hint: 'Look at the load of the host and at its sshd.',
        details: { host },
      },
    )
  }
  return 'lost' in outcome ? outcome : { lost: `the shell ended with ${outcome.exitCode ?? 'a signal'}` }
}

/** What a login shell may say before: start files of the user. */
const maxHeld = 64 * 1024
