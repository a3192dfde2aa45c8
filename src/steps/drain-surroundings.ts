import { z } from 'zod'
import { parseApiObject } from '../model/api-object.ts'
import type { Cluster } from '../model/cluster-port.ts'
import type { DrainPod } from '../model/drain-pod.ts'
import { parseDrainVolume, type DrainVolume } from '../model/drain-volumes.ts'
import type { PodSurroundings } from './pod-class.ts'

const Owned = z.object({ metadata: z.object({ uid: z.string() }) })

/** Reads what pods are judged by, and only what these pods need: DaemonSets, and volumes when one has a claim. */
export async function readSurroundings(
  cluster: Cluster,
  pods: Iterable<DrainPod>,
  signal: AbortSignal,
): Promise<PodSurroundings> {
  const all = [...pods]
  const [daemonSets, volumes] = await Promise.all([
    readDaemonSets(cluster, all, signal),
    all.some(({ claims }) => claims.length > 0) ? readVolumes(cluster, signal) : [],
  ])
  return { daemonSets, volumes }
}

/** UIDs of all DaemonSets; nothing is asked when no pod is of one. */
export async function readDaemonSets(
  cluster: Cluster,
  pods: readonly DrainPod[],
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  if (pods.every(({ controller }) => controller?.kind !== 'DaemonSet')) return new Set()
  const sets = await cluster.list({ group: 'apps', version: 'v1', resource: 'daemonsets' }, signal)
  return new Set(sets.map((set) => parseApiObject(Owned, set, 'DaemonSet').metadata.uid))
}

/** All volumes of the cluster. */
export async function readVolumes(cluster: Cluster, signal: AbortSignal): Promise<DrainVolume[]> {
  const volumes = await cluster.list({ group: '', version: 'v1', resource: 'persistentvolumes' }, signal)
  return volumes.map(parseDrainVolume)
}
