import type { NodeSelectorTerm } from '../model/cluster-parts.ts'
import type { ClusterPod } from '../model/cluster-pods.ts'
import type { WaveSnapshot } from './wave-request.ts'

/** Where the volumes of a pod can be used. */
export interface VolumePlaces {
  /** Of each volume that not every node can use: all must hold. */
  terms: readonly (readonly NodeSelectorTerm[])[]
  /** A claim or its volume is not in the snapshot: nobody knows where the data is. */
  isUnknown: boolean
  /** A volume is a directory of the node, and nothing keeps the pod there. */
  onNode: boolean
}

/** Looks up the volumes of pods. */
export function volumePlaces({
  claims,
  volumes,
}: Pick<WaveSnapshot, 'claims' | 'volumes'>): (pod: ClusterPod) => VolumePlaces {
  const byClaim = new Map((claims ?? []).map((claim) => [`${claim.namespace}/${claim.name}`, claim.volume]))
  const byName = new Map((volumes ?? []).map((volume) => [volume.name, volume]))
  return (pod) => {
    const names = pod.volumes.flatMap(({ claim }) =>
      claim === undefined ? [] : [byClaim.get(`${pod.namespace}/${claim}`)],
    )
    // A claim that waits for its first pod has no volume, and no data.
    const bound = names.filter((name) => name !== null).map((name) => byName.get(name ?? ''))
    return {
      terms: bound.flatMap((volume) =>
        (volume?.nodeAffinity ?? undefined) ? [volume?.nodeAffinity ?? []] : [],
      ),
      isUnknown: bound.includes(undefined),
      onNode: bound.some(
        (volume) => volume !== undefined && volume.nodeAffinity === null && volume.source.kind === 'hostPath',
      ),
    }
  }
}
