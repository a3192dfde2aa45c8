import { setTimeout as wait } from 'node:timers/promises'
import { strategicPatch, type ApiObject } from './api.ts'
import { endedStatus, runningStatus } from './fake-pod.ts'
import type { FakeVolumes } from './fake-volumes.ts'
import type { Follower } from './follow.ts'
import type { PersistentRequests } from './persistent-requests.ts'

/** Waits in the order a pod can be in; a pod never goes back. */
interface PodLife {
  stage: 'starting' | 'running' | 'stopping' | 'ended'
  /** When the programs end, in milliseconds of performance.now(). */
  endsAt: number
  /** Stops the wait for an end that has become earlier. */
  rush: AbortController
}

/** Follows all pods of the cluster and gives those of our nodes the life that a kubelet would give them. */
export function fakePods(options: {
  requests: PersistentRequests
  volumes: FakeVolumes
  signal: AbortSignal
  startMs: number
  stopMs: number
  /** InternalIP of one of our nodes; undefined for a node of somebody else. */
  addressOf(node: string): string | undefined
  /** A mirror pod is gone; its static pod runs on. */
  onMirrorGone(pod: ApiObject): void
}): Follower {
  const { requests, volumes, signal, startMs, stopMs } = options
  const lives = new Map<string, PodLife>()
  let podCount = 0
  const isLost = (pod: ApiObject): boolean => options.addressOf(pod['spec'].nodeName as string) === undefined

  const start = async (pod: ApiObject, life: PodLife, host: string): Promise<void> => {
    await volumes.mount(pod)
    await pause(startMs, signal)
    if (life.stage !== 'starting' || signal.aborted || isLost(pod)) return
    life.stage = 'running'
    podCount += 1
    const address = `10.244.${Math.floor(podCount / 250) % 250}.${1 + (podCount % 250)}`
    await patchStatus(requests, pod, runningStatus(pod, { host, pod: address }))
  }

  const stop = async (pod: ApiObject, life: PodLife): Promise<void> => {
    while (performance.now() < life.endsAt && !signal.aborted) {
      await pause(life.endsAt - performance.now(), AbortSignal.any([signal, life.rush.signal]))
      life.rush = new AbortController()
    }
    if (signal.aborted || isLost(pod)) return
    life.stage = 'ended'
    await patchStatus(requests, pod, endedStatus(pod))
    await volumes.unmount(pod)
    await remove(requests, pod)
  }

  return {
    onSet: (pod) => {
      const host = options.addressOf(pod['spec'].nodeName as string)
      if (host === undefined) return
      const { uid, deletionTimestamp } = pod.metadata
      const life = lives.get(uid) ?? newLife(pod)
      const isNew = !lives.has(uid)
      lives.set(uid, life)
      if (deletionTimestamp === undefined) {
        if (isNew && life.stage === 'starting') requests.background(() => start(pod, life, host))
        return
      }
      if (life.stage === 'ended') return
      const endsAt = performance.now() + graceMs(pod, life, stopMs)
      if (life.stage === 'stopping') {
        // A later deletion can shorten the grace, never lengthen it.
        if (endsAt < life.endsAt) {
          life.endsAt = endsAt
          life.rush.abort()
        }
        return
      }
      life.stage = 'stopping'
      life.endsAt = endsAt
      requests.background(() => stop(pod, life))
    },
    onGone: (pod) => {
      const life = lives.get(pod.metadata.uid)
      if (life === undefined) return
      lives.delete(pod.metadata.uid)
      // Deleted by force: the object goes first, the programs and their mounts after it.
      if (life.stage !== 'ended') requests.background(() => volumes.unmount(pod))
      life.stage = 'ended'
      life.endsAt = 0
      life.rush.abort()
      if (isMirror(pod)) options.onMirrorGone(pod)
    },
  }
}

function newLife(pod: ApiObject): PodLife {
  const phase = pod['status']?.phase as string | undefined
  const stage = phase === undefined || phase === 'Pending' ? 'starting' : 'running'
  return { stage, endsAt: Number.POSITIVE_INFINITY, rush: new AbortController() }
}

/** How long the programs go on after SIGTERM; what never ran or has ended already is cleaned up at once. */
function graceMs(pod: ApiObject, life: PodLife, stopMs: number): number {
  const isOver = ['Succeeded', 'Failed'].includes(pod['status']?.phase as string)
  if (isOver || isMirror(pod) || life.stage === 'starting') return 0
  return Math.min((pod.metadata.deletionGracePeriodSeconds ?? 0) * 1000, stopMs)
}

function isMirror(pod: ApiObject): boolean {
  return pod.metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined
}

/** With the UID, so that a new pod of the same name never gets an old one's status. */
async function patchStatus(requests: PersistentRequests, pod: ApiObject, status: object): Promise<void> {
  const body = { metadata: { uid: pod.metadata.uid }, status }
  await requests.request('PATCH', `${pathOf(pod)}/status`, { body, contentType: strategicPatch })
}

/** With finalizers left, the API server keeps the object until the last is removed. */
async function remove(requests: PersistentRequests, pod: ApiObject): Promise<void> {
  const body = { gracePeriodSeconds: 0, preconditions: { uid: pod.metadata.uid } }
  await requests.request('DELETE', pathOf(pod), { body })
}

function pathOf(pod: ApiObject): string {
  return `/api/v1/namespaces/${pod.metadata.namespace}/pods/${pod.metadata.name}`
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await wait(Math.max(0, ms), undefined, { signal }).catch(() => undefined)
}
