import { z } from 'zod'
import { parseApiObject } from '../model/api-object.ts'
import type { Cluster } from '../model/cluster-port.ts'
import type { DrainPod } from '../model/drain-pod.ts'
import { parseDrainVolume } from '../model/drain-volumes.ts'
import type { PodSurroundings } from './pod-class.ts'

const Owned = z.object({ metadata: z.object({ uid: z.string() }) })

/** Reads what pods are judged by, and only what these pods need: DaemonSets, and volumes when one has a claim. */
export async function readSurroundings(
  cluster: Cluster,
  pods: Iterable<DrainPod>,
  signal: AbortSignal,
): Promise<PodSurroundings> {
  const all = [...pods]
  const needsSets = all.some(({ controller }) => controller?.kind === 'DaemonSet')
  const needsVolumes = all.some(({ claims }) => claims.length > 0)
  const [sets, volumes] = await Promise.all([
    needsSets ? cluster.list({ group: 'apps', version: 'v1', resource: 'daemonsets' }, signal) : [],
    needsVolumes ? cluster.list({ group: '', version: 'v1', resource: 'persistentvolumes' }, signal) : [],
  ])
  return {
    daemonSets: new Set(sets.map((set) => parseApiObject(Owned, set, 'DaemonSet').metadata.uid)),
    volumes: volumes.map(parseDrainVolume),
  }
}
