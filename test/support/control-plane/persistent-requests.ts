import { setTimeout as wait } from 'node:timers/promises'
import { ApiError, type ApiClient, type ApiObject, type RequestOptions } from './api.ts'

/** Requests that are repeated while the API server is away, as a kubelet does. */
export interface PersistentRequests {
  /** Resolves with undefined when the object is gone, another one has its name, or `signal` aborts. */
  request(method: string, path: string, options?: RequestOptions): Promise<ApiObject | undefined>
  /** Lets `work` run by itself; what it throws is kept for `failures`. */
  background(work: () => Promise<void>): void
  /** Waits for everything in the background. */
  settled(): Promise<void>
  failures: readonly unknown[]
}

const pauseMs = 250
const denialMs = 60_000

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
      const startedAt = performance.now()
      while (!signal.aborted) {
        try {
          return await api.request(method, path, options)
        } catch (error) {
          if (error instanceof ApiError && isOfAnother(error)) return undefined
          if (!isPassing(error, startedAt)) throw error
        }
        await wait(pauseMs, undefined, { signal }).catch(() => undefined)
      }
      return undefined
    },
  }
}

/** The object is gone, or its name belongs to one with another UID: a PATCH is then a conflict, on 1.20 also an invalid UID. */
function isOfAnother({ status, answer }: ApiError): boolean {
  const causes = (answer?.['details']?.causes ?? []) as { field?: string }[]
  return (
    [404, 409].includes(status) || (status === 422 && causes.some(({ field }) => field === 'metadata.uid'))
  )
}

/**
 * Whether what went wrong may be right at the next attempt: no answer, a server that is overloaded or starting. One that
 * starts answers 403 until it has read the roles, so a denial is believed when it has lasted since `startedAt` for a while.
 */
export function isPassing(error: unknown, startedAt: number): boolean {
  // Node's errors of connections have a code; one without is a mistake of ours.
  if (!(error instanceof ApiError)) return error instanceof Error && 'code' in error
  if (error.status >= 500) return true
  if ([401, 403].includes(error.status)) return performance.now() - startedAt < denialMs
  return [410, 429].includes(error.status)
}
