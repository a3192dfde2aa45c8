import { z } from 'zod'
import { parseApiObject } from '../model/api-object.ts'
import type { Cluster } from '../model/cluster-port.ts'
import type { DrainPod } from '../model/drain-pod.ts'
import { parseDrainVolume, type DrainVolume } from '../model/drain-volumes.ts'
import type { ClusterView } from './cluster-view.ts'
import { isOtherDaemonSet, volumesByClaim, type PodSurroundings, type UndecidedData } from './pod-class.ts'

const Owned = z.object({ metadata: z.object({ uid: z.string() }) })

/**
 * Reads what pods are judged by, and only what these pods need: DaemonSets, and volumes when one has a claim. What pods
 * need that come later is read by `live.learn`, and the surroundings are other ones then.
 */
export async function readSurroundings(
  cluster: Cluster,
  { pods, undecided }: { pods: Iterable<DrainPod>; undecided?: UndecidedData | undefined },
  signal: AbortSignal,
): Promise<PodSurroundings> {
  let daemonSets: ReadonlySet<string> = new Set()
  let volumes: readonly DrainVolume[] = []
  let version = 0
  /** Pods that were there before the last look for what they need. */
  const looked = new Set<string>()
  const hasOwner = (pod: DrainPod): boolean => !hasDaemonSet(pod) || daemonSets.has(pod.controller?.uid ?? '')
  const hasVolumes = ({ namespace, claims }: DrainPod): boolean =>
    claims.every((claim) => volumesByClaim(volumes).has(`${namespace}/${claim}`))

  async function learn(pods: readonly DrainPod[], until: AbortSignal): Promise<void> {
    const [setsFound, volumesFound] = await Promise.all([
      pods.every(hasOwner) ? daemonSets : readDaemonSets(cluster, pods, until),
      pods.every(hasVolumes) ? volumes : readVolumes(cluster, until),
    ])
    daemonSets = setsFound
    volumes = volumesFound
    for (const { uid } of pods) looked.add(uid)
    version += 1
  }

  await learn([...pods], signal)
  return {
    get daemonSets(): ReadonlySet<string> {
      return daemonSets
    },
    get volumes(): readonly DrainVolume[] {
      return volumes
    },
    undecided,
    live: {
      isKnown: (pod) => looked.has(pod.uid) || (hasOwner(pod) && hasVolumes(pod)),
      learn,
      version: () => version,
    },
  }
}

/** UIDs of all DaemonSets; nothing is asked when no pod is of one. */
export async function readDaemonSets(
  cluster: Cluster,
  pods: readonly DrainPod[],
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  if (!pods.some(hasDaemonSet)) return new Set()
  const sets = await cluster.list({ group: 'apps', version: 'v1', resource: 'daemonsets' }, signal)
  return new Set(sets.map((set) => parseApiObject(Owned, set, 'DaemonSet').metadata.uid))
}

/** True for a pod of a DaemonSet that can be looked up. */
function hasDaemonSet(pod: DrainPod): boolean {
  return pod.controller?.kind === 'DaemonSet' && !isOtherDaemonSet(pod)
}

/** All volumes of the cluster. */
export async function readVolumes(cluster: Cluster, signal: AbortSignal): Promise<DrainVolume[]> {
  const volumes = await cluster.list({ group: '', version: 'v1', resource: 'persistentvolumes' }, signal)
  return volumes.map(parseDrainVolume)
}

/** Looks up what pods need that come after the surroundings were read, until the signal. */
export async function followSurroundings(
  { live }: PodSurroundings,
  view: Pick<ClusterView, 'pods' | 'onPod' | 'wake'>,
  signal: AbortSignal,
): Promise<void> {
  if (live === undefined) return
  const told = new Set<DrainPod>()
  view.onPod((pod) => void told.add(pod))
  let version: number | undefined
  for (;;) {
    // After a look another pod may be unknown; until then those are that have come.
    const looks = version === live.version() ? told : view.pods.values()
    version = live.version()
    const unknown = [...looks].filter((pod) => view.pods.get(pod.uid) === pod && !live.isKnown(pod))
    told.clear()
    if (unknown.length === 0) await view.wake.changed(undefined, signal)
    else {
      await live.learn(unknown, signal)
      view.wake.notify()
    }
  }
}
