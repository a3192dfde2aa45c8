import type { ApiClient, ApiObject } from '../support/control-plane/api.ts'
import { follow } from '../support/control-plane/follow.ts'

/** What happened to the pods of one workload, in milliseconds of this process' clock. */
export interface Observed {
  /** Longest time from a pod's deletion to its end. */
  slowestPodMs: number
  firstDeletionMs: number
  lastEndMs: number
  /** How long the most waited-for budget had a disruption to give that nobody took. */
  idleMs: number
}

export interface Observer {
  /** Of the pods that have ended since `sinceMs`. */
  observed(sinceMs: number): Observed
  stop(): Promise<void>
}

interface Times {
  app: string
  deletedMs: number
  endedMs: number | undefined
}

/** Watches pods and budgets beside the tool that is measured; its requests are those of another user. */
export function observe(api: ApiClient, policy: string): Observer {
  const end = new AbortController()
  const pods = new Map<string, Times>()
  const allowedMs = new Map<string, { atMs: number; allowed: number }[]>()
  const watching = Promise.allSettled([
    follow(
      { api, path: '/api/v1/pods', signal: end.signal },
      {
        onSet(pod) {
          if (pod.metadata.deletionTimestamp === undefined || pods.has(pod.metadata.uid)) return
          pods.set(pod.metadata.uid, { app: appOf(pod), deletedMs: performance.now(), endedMs: undefined })
        },
        onGone(pod) {
          const times = pods.get(pod.metadata.uid)
          if (times !== undefined) times.endedMs = performance.now()
        },
      },
    ),
    follow(
      { api, path: `/apis/policy/${policy}/poddisruptionbudgets`, signal: end.signal },
      {
        onSet(budget) {
          const { name } = budget.metadata
          const allowed = Number(budget['status']?.disruptionsAllowed ?? 0)
          allowedMs.set(name, [...(allowedMs.get(name) ?? []), { atMs: performance.now(), allowed }])
        },
        onGone: () => undefined,
      },
    ),
  ])

  function idleOf(budget: string, sinceMs: number): number {
    const own = [...pods.values()].filter(({ app, deletedMs }) => app === budget && deletedMs >= sinceMs)
    const deletions = own.map(({ deletedMs }) => deletedMs).sort((a, b) => a - b)
    const changes = allowedMs.get(budget) ?? []
    return deletions.slice(1).reduce((sum, atMs, index) => {
      const before = deletions[index] ?? atMs
      // The first news of a free disruption after the pod before had gone.
      const free = changes.find((change) => change.atMs > before && change.allowed > 0)
      return sum + Math.max(0, atMs - (free?.atMs ?? atMs))
    }, 0)
  }

  return {
    observed(sinceMs) {
      const since = [...pods.values()].filter(({ deletedMs }) => deletedMs >= sinceMs)
      const ended = since.flatMap(({ deletedMs, endedMs }) =>
        endedMs === undefined ? [] : [{ deletedMs, endedMs }],
      )
      return {
        slowestPodMs: Math.max(0, ...ended.map(({ deletedMs, endedMs }) => endedMs - deletedMs)),
        firstDeletionMs: Math.min(...since.map(({ deletedMs }) => deletedMs)),
        lastEndMs: Math.max(...ended.map(({ endedMs }) => endedMs)),
        idleMs: Math.max(0, ...[...allowedMs.keys()].map((budget) => idleOf(budget, sinceMs))),
      }
    },
    async stop() {
      end.abort()
      await watching
    },
  }
}

function appOf(pod: ApiObject): string {
  return pod.metadata.labels?.['app'] ?? ''
}
