import { setTimeout as wait } from 'node:timers/promises'
import { ApiError, type ApiClient, type ApiObject, type RequestOptions } from './api.ts'

/** Requests that are repeated while the API server is away, as a kubelet does. */
export interface PersistentRequests {
  /** Resolves with undefined when the object is gone, another one has its name (409), or `signal` aborts. */
  request(method: string, path: string, options?: RequestOptions): Promise<ApiObject | undefined>
  /** Lets `work` run by itself; what it throws is kept for `failures`. */
  background(work: () => Promise<void>): void
  /** Waits for everything in the background. */
  settled(): Promise<void>
  failures: readonly unknown[]
}

const pauseMs = 250

export function persistentRequests(api: ApiClient, signal: AbortSignal): PersistentRequests {
  const failures: unknown[] = []
  const running = new Set<Promise<void>>()
  return {
    failures,
    settled: async () => void (await Promise.all(running)),
    background: (work) => {
      const promise = work()
        .catch((error: unknown) => void failures.push(error))
        .finally(() => void running.delete(promise))
      running.add(promise)
    },
    request: async (method, path, options) => {
      while (!signal.aborted) {
        try {
          return await api.request(method, path, options)
        } catch (error) {
          if (error instanceof ApiError && [404, 409].includes(error.status)) return undefined
          if (error instanceof ApiError && error.status < 500 && error.status !== 429) throw error
        }
        await wait(pauseMs, undefined, { signal }).catch(() => undefined)
      }
      return undefined
    },
  }
}
