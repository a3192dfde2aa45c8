import type { DrainPod } from '../model/drain-pod.ts'

/** Pods that are watched, so that those of one node are found without a look at all. */
export interface PodsByNode {
  /** By UID. */
  readonly all: ReadonlyMap<string, DrainPod>
  /** Pods of a node. */
  on(node: string): Iterable<DrainPod>
  /** Grows with all that is told of the pods of a node. */
  version(node: string): number
  set(pod: DrainPod): void
  remove(uid: string): void
}

export function createPodsByNode(): PodsByNode {
  const all = new Map<string, DrainPod>()
  const nodes = new Map<string, { pods: Map<string, DrainPod>; version: number }>()

  function change(node: string, by: (pods: Map<string, DrainPod>) => void): void {
    const of = nodes.get(node) ?? { pods: new Map<string, DrainPod>(), version: 0 }
    nodes.set(node, of)
    by(of.pods)
    of.version += 1
  }

  function remove(uid: string): void {
    const pod = all.get(uid)
    if (pod === undefined) return
    all.delete(uid)
    change(pod.node, (pods) => pods.delete(uid))
  }

  return {
    all,
    on: (node) => nodes.get(node)?.pods.values() ?? [],
    version: (node) => nodes.get(node)?.version ?? 0,
    set(pod): void {
      // The uid has been that of a pod elsewhere: it is not there any more.
      if (all.get(pod.uid)?.node !== pod.node) remove(pod.uid)
      all.set(pod.uid, pod)
      change(pod.node, (pods) => pods.set(pod.uid, pod))
    },
    remove,
  }
}
