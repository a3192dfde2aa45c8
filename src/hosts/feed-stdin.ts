import type { Writable } from 'node:stream'

/** What feeds a program's stdin. */
export interface Feeder {
  /** True while the source, and not the program, is waited for. */
  awaitsSource(): boolean
  /** Takes no more from the source, and lets it go. */
  stop(): void
}

/** Called as bytes are taken by the program, and when the source fails: then stdin is left open for the caller to end. */
export interface FeedWatch {
  onMoved(): void
  onFailed(error: unknown): void
}

/** Gives a program its stdin as fast as it reads, and closes it at the source's end. */
export function feedStdin(stdin: Writable, source: AsyncIterable<Uint8Array>, watch: FeedWatch): Feeder {
  let awaits = false
  let stopped = false
  let wake = (): void => {}
  stdin.on('drain', () => wake())
  stdin.on('close', () => wake())

  async function feed(): Promise<void> {
    awaits = true
    for await (const chunk of source) {
      awaits = false
      if (stopped || stdin.destroyed) return
      watch.onMoved()
      const drained = new Promise<void>((resolve) => {
        wake = resolve
      })
      if (!stdin.write(chunk)) await drained
      if (stopped || stdin.destroyed) return
      watch.onMoved()
      awaits = true
    }
    awaits = false
    if (!stopped) stdin.end()
  }

  feed().catch((error: unknown) => {
    awaits = false
    if (!stopped) watch.onFailed(error)
  })
  return {
    awaitsSource: () => awaits,
    stop() {
      stopped = true
      wake()
    },
  }
}
