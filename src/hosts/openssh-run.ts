import { randomBytes } from 'node:crypto'
import { Transform, type Readable, type Writable } from 'node:stream'
import type { RemoteEnd, RemoteProcess } from './remote-process.ts'

/**
 * ssh ends with 255 both when the program did and when the connection was lost. So the program runs under a shell that
 * writes its status, behind a word nobody can guess, at the end of stderr: without that line, 255 means lost.
 */
export function withTrailer(argv: readonly string[]): { argv: readonly string[]; mark: string } {
  const mark = `osferry-${randomBytes(12).toString('hex')}`
  const script = '"$@"; status=$?; printf "%s %s\\n" "$0" "$status" >&2; exit "$status"'
  return { argv: ['sh', '-c', script, mark, ...argv], mark }
}

/** A local ssh process seen as the remote program it carries. */
export interface LocalSsh {
  stdin: Writable
  stdout: Readable
  stderr: Readable
  /** The exit status of ssh itself, null when a signal ended it. */
  exit: Promise<number | null>
  kill(): void
}

/** Takes the trailer out of stderr and tells a lost connection from a program that ended with 255. */
export function asRemoteProcess(ssh: LocalSsh, mark: string): RemoteProcess & { sawTrailer: () => boolean } {
  const trailer = createTrailerFilter(mark)
  ssh.stderr.pipe(trailer.stream)
  const drained = new Promise<void>((resolve) => trailer.stream.once('end', resolve))
  const ended = (async (): Promise<RemoteEnd> => {
    const status = await ssh.exit
    await drained
    if (trailer.seen()) return { exitCode: trailer.status(), signal: null }
    if (status !== null && status !== 255) return { exitCode: status, signal: null }
    return { lost: trailer.lastWords() }
  })()
  return {
    stdin: ssh.stdin,
    stdout: ssh.stdout,
    stderr: trailer.stream,
    ended,
    kill: () => ssh.kill(),
    sawTrailer: trailer.seen,
  }
}

/**
 * Passes bytes on at once, but for the trailer: it, and a beginning of it at the end of what came, is held back, and the
 * whole one is dropped. Nothing else may wait here: sudo's prompt is answered only after it was seen.
 */
export function createTrailerFilter(mark: string): TrailerFilter {
  const start = Buffer.from(`${mark} `)
  let held = Buffer.alloc(0)
  let lastLine = ''
  let status: number | null = null
  const stream = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const all = Buffer.concat([held, chunk])
      const found = all.indexOf(start)
      const cut = found >= 0 ? found : all.length - partOf(start, all)
      held = all.subarray(cut, cut + maxHeld)
      const passed = all.subarray(0, cut)
      if (passed.length > 0) lastLine = `${lastLine}${passed.toString('utf8')}`.slice(-maxHeld)
      done(null, passed.length > 0 ? passed : undefined)
    },
    flush(done) {
      const digits = /^ (\d{1,3})\n/.exec(held.toString('latin1', start.length - 1))?.[1]
      if (digits !== undefined && held.indexOf(start) === 0) status = Number(digits)
      // What follows the trailer is ssh's own: "Shared connection to ... closed."
      done(null, status === null && held.length > 0 ? held : undefined)
    },
  })
  return {
    stream,
    seen: () => status !== null,
    status: () => status,
    lastWords: () => lastLine.trim().split('\n').at(-1) ?? '',
  }
}

/** stderr without the trailer, and what the trailer said. */
export interface TrailerFilter {
  stream: Transform
  seen: () => boolean
  status: () => number | null
  lastWords: () => string
}

/** Room for the trailer and for what ssh itself may say after it. */
const maxHeld = 1024

/** How many bytes at the end of `all` may be the beginning of `start`. */
function partOf(start: Buffer, all: Buffer): number {
  for (let length = Math.min(start.length - 1, all.length); length > 0; length--) {
    if (all.subarray(all.length - length).equals(start.subarray(0, length))) return length
  }
  return 0
}
