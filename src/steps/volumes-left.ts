import type { DrainPod } from '../model/drain-pod.ts'
import type { DrainAttachment, DrainVolume } from '../model/drain-volumes.ts'
import { mayBeInline } from '../model/inline-volumes.ts'

export interface VolumesInput {
  node: string
  attachments: Iterable<Pick<DrainAttachment, 'name' | 'node' | 'volume' | 'uniqueName'>>
  /** node.status.volumesInUse and volumesAttached. */
  onNode: readonly string[]
  /** Pods that stay on the node: their volumes stay too. */
  staying: readonly DrainPod[]
  volumes: readonly DrainVolume[]
}

/** Volumes that are still attached to a node and have to be detached, by name. */
export function volumesLeft({ node, attachments, onNode, staying, volumes }: VolumesInput): string[] {
  const claims = new Set(
    staying.flatMap(({ namespace, claims }) => claims.map((claim) => `${namespace}/${claim}`)),
  )
  const kept = volumes.filter(({ claim }) => claim !== undefined && claims.has(claim))
  const keptNames = new Set(kept.map(({ name }) => name))
  const keptUnique = new Set(kept.flatMap(({ uniqueName }) => uniqueName ?? []))
  const inline = staying.flatMap(({ inlineVolumes }) => inlineVolumes)
  const mayStay = (name: string): boolean => inline.some((volume) => mayBeInline(volume, name))
  const nameOf = new Map(volumes.map(({ name, uniqueName }) => [uniqueName, name]))
  const attached = [...attachments]
    .filter((attachment) => attachment.node === node)
    .filter(
      ({ volume, uniqueName }) => volume !== undefined || uniqueName === undefined || !mayStay(uniqueName),
    )
    .map(({ volume, uniqueName, name }) => volume ?? uniqueName ?? name)
  // Under which name the node reports a volume of another kind is not known here: one that stays may be any of them.
  const hasOther = kept.some(
    ({ uniqueName, localPath }) => uniqueName === undefined && localPath === undefined,
  )
  const reported = onNode
    .filter((name) => !keptUnique.has(name) && (nameOf.has(name) || !(hasOther || mayStay(name))))
    .map((name) => nameOf.get(name) ?? name)
  return [...new Set([...attached, ...reported])].filter((name) => !keptNames.has(name)).sort()
}
