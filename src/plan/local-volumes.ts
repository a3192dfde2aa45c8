import type { PersistentVolume } from '../model/cluster-storage.ts'
import { matchesTerms, traitsOf } from '../model/node-requirements.ts'
import type { WaveSnapshot } from './wave-request.ts'

/** A PersistentVolume that lies on a disk of a node, whether a pod uses it just now or not. */
export interface LocalVolume {
  name: string
  path: string
  /** `namespace/name` of its claim; null when it has none, or not any more. */
  claim: string | null
  /** Raw device: nothing that `tar` can read. */
  isBlock: boolean
}

/** The local volumes of each node: those whose node affinity it fulfils. */
export function localVolumes({
  nodes,
  volumes,
}: Pick<WaveSnapshot, 'nodes' | 'volumes'>): (node: string) => LocalVolume[] {
  const byName = new Map((nodes ?? []).map((node) => [node.name, traitsOf(node)]))
  const local = (volumes ?? []).filter(({ source }) => isLocal(source) && source.path !== undefined)
  return (name) => {
    const traits = byName.get(name)
    if (traits === undefined) return []
    return local
      .filter(({ nodeAffinity }) => nodeAffinity !== null && matchesTerms(traits, nodeAffinity))
      .map(({ name, source, claim, volumeMode }) => ({
        name,
        path: source.path ?? '',
        claim: claim === null ? null : `${claim.namespace}/${claim.name}`,
        isBlock: volumeMode === 'Block',
      }))
  }
}

/** A hostPath volume without affinity is on whichever node its pods are: those tell where. */
export function isLocal({ kind }: PersistentVolume['source']): boolean {
  return kind === 'local' || kind === 'hostPath'
}
