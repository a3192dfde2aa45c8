import { deleteObject } from './lab-delete.ts'
import { labKinds } from './lab-kinds.ts'
import { keyOf } from './lab-object.ts'
import { isMirror, isOver, type LabNodeObject, type LabPod } from './lab-pod.ts'
import { endedStatus, runningStatus, startingStatus } from './lab-pod-status.ts'
import { attachables, mayAttach } from './lab-pod-volumes.ts'
import type { LabWorld } from './lab-world.ts'
import { update } from './lab-writes.ts'

/** Waits in the order a pod can be in; it goes back only when its machine starts anew. */
interface Life {
  stage: 'attaching' | 'starting' | 'running' | 'stopping' | 'ended'
  node: string
  endsAtMs: number
}

/** What kubelets do with the pods that are bound to their nodes. */
export interface KubeletPods {
  /** The machine is off: whatever was about to happen does not. */
  stop(node: string): void
  /** The machine runs again: its pods start from the beginning, those that were deleted meanwhile are gone. */
  restart(node: string): void
}

export function createKubeletPods(
  world: LabWorld,
  options: {
    /** InternalIP of a node whose kubelet runs; undefined for every other. */
    addressOf(node: string): string | undefined
    timesOf(node: string): { startMs: number; stopMs: number; unmountMs: number }
    /** A mirror pod is gone; its static pod runs on. */
    onMirrorGone(pod: LabPod): void
  },
): KubeletPods {
  const { store, timers } = world
  const lives = new Map<string, Life>()
  const unmounting = new Set<{ node: string; names: readonly string[] }>()
  let addresses = 0

  function attempt(pod: LabPod, life: Life): void {
    const node = store.get(labKinds.nodes, life.node) as LabNodeObject | undefined
    const attached = new Set(node?.status.volumesAttached?.map(({ name }) => name))
    if (!attachables(store, pod).every(({ uniqueName }) => attached.has(uniqueName))) return
    life.stage = 'starting'
    timers.after(options.timesOf(life.node).startMs, () => run(pod, life))
  }

  function run(pod: LabPod, life: Life): void {
    const host = options.addressOf(life.node)
    if (lives.get(pod.metadata.uid) !== life || life.stage !== 'starting' || host === undefined) return
    life.stage = 'running'
    addresses += 1
    const own = `10.${244 + (Math.floor(addresses / 62_500) % 10)}.${Math.floor(addresses / 250) % 250}.${1 + (addresses % 250)}`
    write(pod, (found) => runningStatus(found, { host, pod: own, nowMs: timers.nowMs() }))
  }

  function stop(pod: LabPod, life: Life): void {
    if (lives.get(pod.metadata.uid) !== life || life.stage !== 'stopping') return
    if (timers.nowMs() < life.endsAtMs) return
    unmount(pod, life)
    life.stage = 'ended'
    write(pod, (found) => endedStatus(found, timers.nowMs()))
    reportInUse(life.node)
    removeFinally(pod)
  }

  /** Volumes of programs that have run are in use for a while after their end. */
  function unmount(pod: LabPod, { stage, node }: Life): void {
    const names = attachables(store, pod).map(({ uniqueName }) => uniqueName)
    if (names.length === 0 || (stage !== 'running' && stage !== 'stopping')) return
    const entry = { node, names }
    unmounting.add(entry)
    timers.after(options.timesOf(node).unmountMs, () => {
      if (unmounting.delete(entry)) reportInUse(node)
    })
  }

  function write(pod: LabPod, status: (found: LabPod) => LabPod['status']): void {
    update(world, labKinds.pods, { object: pod, change: (found) => ({ ...found, status: status(found) }) })
  }

  /** With finalizers left, the object stays until the last is removed. */
  function removeFinally({ metadata }: LabPod): void {
    const { name, namespace, uid } = metadata
    if (store.get(labKinds.pods, name, namespace)?.metadata.uid !== uid) return
    deleteObject(world, { kind: labKinds.pods, namespace, name }, { uid, gracePeriodSeconds: 0 })
  }

  /** Volumes of pods that run here, or are about to. */
  function reportInUse(name: string): void {
    timers.soon(`in-use/${name}`, () => {
      const object = store.get(labKinds.nodes, name) as LabNodeObject | undefined
      if (object === undefined || options.addressOf(name) === undefined) return
      const inUse = new Set([...unmounting].flatMap(({ node, names }) => (node === name ? names : [])))
      for (const pod of store.podsOn(name) as Iterable<LabPod>) {
        if (['ended', undefined].includes(lives.get(pod.metadata.uid)?.stage)) continue
        for (const { uniqueName } of attachables(store, pod)) inUse.add(uniqueName)
      }
      const volumesInUse = [...inUse].toSorted()
      if (volumesInUse.length === 0 && object.status.volumesInUse === undefined) return
      update(world, labKinds.nodes, {
        object,
        change: (found) => ({ ...found, status: { ...found.status, volumesInUse } }),
      })
    })
  }

  function follow(pod: LabPod): void {
    const { nodeName = '' } = pod.spec
    if (options.addressOf(nodeName) === undefined) return
    const { uid, deletionTimestamp } = pod.metadata
    const known = lives.get(uid)
    const life = known ?? { stage: stageOf(pod), node: nodeName, endsAtMs: Number.POSITIVE_INFINITY }
    lives.set(uid, life)
    if (known === undefined && mayAttach(pod)) reportInUse(nodeName)
    if (deletionTimestamp !== undefined) end(pod, life)
    else if (known === undefined && life.stage === 'attaching') attempt(pod, life)
  }

  function end(pod: LabPod, life: Life): void {
    if (life.stage === 'ended') return
    const endsAtMs = timers.nowMs() + graceMs(pod, life, options.timesOf(life.node).stopMs)
    // A later deletion can shorten the grace, never lengthen it.
    if (life.stage === 'stopping' && endsAtMs >= life.endsAtMs) return
    life.stage = 'stopping'
    life.endsAtMs = endsAtMs
    timers.after(endsAtMs - timers.nowMs(), () => stop(pod, life))
  }

  function forget(pod: LabPod): void {
    const life = lives.get(pod.metadata.uid)
    if (life === undefined) return
    unmount(pod, life)
    lives.delete(pod.metadata.uid)
    reportInUse(life.node)
    if (isMirror(pod)) options.onMirrorGone(pod)
  }

  store.onChange(({ kind, before, after }) => {
    if (kind === labKinds.pods) {
      if (after === undefined) forget(before as LabPod)
      else if (((after as LabPod).spec.nodeName ?? '') !== '') follow(after as LabPod)
      return
    }
    const [was, is] = [before, after] as [LabNodeObject | undefined, LabNodeObject | undefined]
    if (kind !== labKinds.nodes || is === undefined) return
    if (was?.status.volumesAttached === is.status.volumesAttached) return
    for (const pod of store.podsOn(is.metadata.name) as Iterable<LabPod>) {
      const life = lives.get(pod.metadata.uid)
      if (life?.stage === 'attaching') attempt(pod, life)
    }
  })

  return {
    stop(node): void {
      for (const { metadata } of store.podsOn(node)) lives.delete(metadata.uid)
      for (const entry of unmounting) if (entry.node === node) unmounting.delete(entry)
    },
    restart(node): void {
      for (const pod of [...store.podsOn(node)] as LabPod[]) {
        lives.delete(pod.metadata.uid)
        const isGoing = pod.metadata.deletionTimestamp !== undefined
        if (!isGoing && !isOver(pod)) write(pod, (found) => startingStatus(found, timers.nowMs()))
        const found = store.get(labKinds.pods, pod.metadata.name, pod.metadata.namespace)
        if (found !== undefined && keyOf(found) === keyOf(pod)) follow(found as LabPod)
      }
      reportInUse(node)
    },
  }
}

function stageOf({ status }: LabPod): Life['stage'] {
  return status.phase === undefined || status.phase === 'Pending' ? 'attaching' : 'running'
}

/** How long the programs go on after SIGTERM; what never ran or has ended already is cleaned up at once. */
function graceMs(pod: LabPod, { stage }: Life, stopMs: number): number {
  if (isOver(pod) || isMirror(pod) || stage === 'attaching' || stage === 'starting') return 0
  return Math.min((pod.metadata.deletionGracePeriodSeconds ?? 0) * 1000, stopMs)
}
