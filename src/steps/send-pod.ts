import type { WriteAnswer } from '../model/cluster-port.ts'
import { podRef } from './core-objects.ts'
import type { DrainPorts } from './drain-ports.ts'
import type { PodTask } from './pick-evictions.ts'
import { manifestOf } from './pod-manifest.ts'

/** How a pod is told to go. */
export interface PodSending {
  how: 'evict' | 'delete'
  /** Undefined = the pod's own. */
  graceSeconds?: number | undefined
}

/** Tells one pod, by its UID, to go; its manifest is on disk before, where that was chosen. */
export async function sendPod(
  { cluster, saveManifest }: Pick<DrainPorts, 'cluster' | 'saveManifest'>,
  { planned: { pod, save, class: kind }, node }: Pick<PodTask, 'planned' | 'node'>,
  { how, graceSeconds, signal }: PodSending & { signal: AbortSignal },
): Promise<WriteAnswer> {
  const { namespace, name, uid } = pod
  const ref = podRef(pod)
  if (save && pod.deletionTimestamp === undefined) {
    const object = await cluster.get(ref, signal)
    if (object === undefined) return { outcome: 'gone' }
    // A controller creates the others again.
    await saveManifest({ node, pod, manifest: manifestOf(object), isNaked: kind === 'naked' })
  }
  const grace = graceSeconds === undefined ? {} : { gracePeriodSeconds: graceSeconds }
  return how === 'evict'
    ? await cluster.evict({ namespace, name, uid, ...grace, signal })
    : await cluster.remove(ref, { uid, ...grace, signal })
}
