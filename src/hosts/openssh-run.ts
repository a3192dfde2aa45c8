import { randomBytes } from 'node:crypto'
import { Transform, type Readable, type Writable } from 'node:stream'
import type { RemoteEnd, RemoteProcess } from './remote-process.ts'

/**
 * ssh ends with 255 both when the program did and when the connection was lost. So the program runs under a shell that
 * writes its status, behind a word nobody can guess, as the last line of stderr: without that line, 255 means lost.
 */
export function withTrailer(argv: readonly string[]): { argv: readonly string[]; mark: string } {
  const mark = `osferry-${randomBytes(12).toString('hex')}`
  const script = '"$@"; status=$?; printf "\\n%s %s\\n" "$0" "$status" >&2; exit "$status"'
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

/** Passes bytes on, but holds back as many as the trailer has, and drops the trailer when the stream ends with it. */
export function createTrailerFilter(mark: string): {
  stream: Transform
  seen: () => boolean
  status: () => number | null
  lastWords: () => string
} {
  const start = Buffer.from(`\n${mark} `)
  const keep = start.length + maxStatusBytes
  let tail = Buffer.alloc(0)
  let status: number | null = null
  const stream = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const all = Buffer.concat([tail, chunk])
      const cut = Math.max(0, all.length - keep)
      tail = all.subarray(cut)
      done(null, cut > 0 ? all.subarray(0, cut) : undefined)
    },
    flush(done) {
      const at = tail.lastIndexOf(start)
      const digits = at < 0 ? undefined : /^(\d{1,3})\n/.exec(tail.toString('latin1', at + start.length))?.[1]
      if (digits !== undefined) status = Number(digits)
      // What follows the trailer is ssh's own: "Shared connection to ... closed."
      done(null, digits === undefined ? tail : tail.subarray(0, at))
    },
  })
  return {
    stream,
    seen: () => status !== null,
    status: () => status,
    lastWords: () => tail.toString('utf8').trim().split('\n').at(-1) ?? '',
  }
}

/** Three digits and a newline, and room for what ssh itself may say after the program ended. */
const maxStatusBytes = 256
