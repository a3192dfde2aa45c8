import PQueue from 'p-queue'
import type { HostStream } from '../model/ports.ts'

/**
 * Streams of one host: two at once, beside the queue of its short programs, so that no hours of moving data keep those
 * waiting. Four and two are well below sshd's MaxSessions (10).
 */
export interface StreamQueue {
  /** Opens when it is its turn; the turn ends with the program. */
  open(start: () => Promise<HostStream>): Promise<HostStream>
}

/** Makes the queue of a host. */
export function createStreamQueue(): StreamQueue {
  const queue = new PQueue({ concurrency: 2 })
  return {
    open(start) {
      const opened = Promise.withResolvers<HostStream>()
      void queue.add(async () => {
        try {
          const stream = await start()
          opened.resolve(stream)
          await stream.done
        } catch (error) {
          opened.reject(error)
        }
      })
      return opened.promise
    },
  }
}
