import type { Writable } from 'node:stream'

/** A standard stream that outlives its reader: after EPIPE what is written goes nowhere, and the work goes on. */
export interface OutputStream {
  write(text: string): void
  /** Begins a part that can be folded, which ends the one before; undefined only ends it. Left out where nothing folds. */
  fold?(title: string | undefined): void
  /** Waits until everything written has left the process. */
  flush(): Promise<void>
  /** Waits while the reader is slower than we are. */
  drained(): Promise<void>
  readonly closed: boolean
  /** What went wrong, other than a reader that went away: a full disk. */
  readonly failure: Error | undefined
}

/**
 * Makes a standard stream safe against a reader that goes away (`| head`). Other errors end writing too, and are kept: what
 * was asked for is not there.
 */
export function outputStream(stream: Writable): OutputStream {
  let closed = false
  let failure: Error | undefined
  stream.on('error', (error: NodeJS.ErrnoException) => {
    closed = true
    if (error.code !== 'EPIPE') failure ??= error
  })
  return {
    write(text): void {
      if (!closed && text !== '') stream.write(text)
    },
    flush(): Promise<void> {
      return new Promise((resolve) => {
        if (closed) return resolve()
        stream.once('error', () => resolve())
        stream.write('', () => resolve())
      })
    },
    drained(): Promise<void> {
      return new Promise((resolve) => {
        if (closed || !stream.writableNeedDrain) return resolve()
        const finish = (): void => {
          stream.off('drain', finish)
          stream.off('error', finish)
          resolve()
        }
        stream.on('drain', finish)
        stream.on('error', finish)
      })
    },
    get failure(): Error | undefined {
      return failure
    },
    get closed(): boolean {
      return closed
    },
  }
}
