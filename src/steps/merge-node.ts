import type { Taint } from '../model/cluster-parts.ts'
import { keyOwner } from '../model/node-keys.ts'
import type { RecordedNode } from '../model/node-record.ts'

/** Something that people had set and that is not put back, because somebody has decided otherwise since. */
export interface MergeConflict {
  kind: 'label' | 'annotation' | 'taint'
  key: string
  /** `removed` = the node is the same object, so nobody but a person has taken it away. */
  why: 'changed' | 'removed'
  was: string
  is: string | null
}

/** What a restore writes to a node, and what it leaves alone. */
export interface NodeMerge {
  labels: Readonly<Record<string, string>>
  annotations: Readonly<Record<string, string>>
  taints: readonly Taint[]
  conflicts: readonly MergeConflict[]
}

type Found = Pick<RecordedNode, 'uid' | 'providerId' | 'labels' | 'annotations' | 'taints'>

/**
 * Three-way merge: base = as it was found, theirs = as it is now, ours = as it was found. What vanished with the old node
 * object comes back; what has another value now was decided by somebody, and keys that programs keep are theirs.
 */
export function mergeNode(base: Found, now: Found): NodeMerge {
  const isSame = base.uid === now.uid
  // Zones of machines without a cloud are written by people.
  const isOfPeople: IsOfPeople = (kind, key) => {
    const owner = keyOwner(kind, key)
    return owner === undefined || (owner === 'cloud' && base.providerId === null && now.providerId === null)
  }
  const how = { isSame, isOfPeople }
  const labels = mergeMap('label', { base: base.labels, now: now.labels, ...how })
  const annotations = mergeMap('annotation', { base: base.annotations, now: now.annotations, ...how })
  const taints = mergeTaints(base.taints, now.taints, how)
  return {
    labels: labels.back,
    annotations: annotations.back,
    taints: taints.back,
    conflicts: [...labels.conflicts, ...annotations.conflicts, ...taints.conflicts],
  }
}

/** True when there is nothing to write. */
export function isNothing({ labels, annotations, taints }: NodeMerge): boolean {
  return [labels, annotations, taints].every((part) => Object.keys(part).length === 0)
}

type IsOfPeople = (kind: MergeConflict['kind'], key: string) => boolean

interface How {
  /** The node is the object that was recorded. */
  isSame: boolean
  isOfPeople: IsOfPeople
}

interface MapInput extends How {
  base: Readonly<Record<string, string>>
  now: Readonly<Record<string, string>>
}

function mergeMap(
  kind: 'label' | 'annotation',
  { base, now, isSame, isOfPeople }: MapInput,
): { back: Record<string, string>; conflicts: MergeConflict[] } {
  const back: [string, string][] = []
  const conflicts: MergeConflict[] = []
  for (const [key, was] of Object.entries(base)) {
    if (!isOfPeople(kind, key)) continue
    const is = Object.hasOwn(now, key) ? (now[key] ?? null) : null
    if (is === was) continue
    if (is !== null) conflicts.push({ kind, key, why: 'changed', was, is })
    else if (isSame) conflicts.push({ kind, key, why: 'removed', was, is })
    else back.push([key, was])
  }
  return { back: Object.fromEntries(back), conflicts }
}

function mergeTaints(
  base: readonly Taint[],
  now: readonly Taint[],
  { isSame, isOfPeople }: How,
): { back: Taint[]; conflicts: MergeConflict[] } {
  const back: Taint[] = []
  const conflicts: MergeConflict[] = []
  for (const { key, value, effect } of base) {
    if (!isOfPeople('taint', key)) continue
    const taint = { key, effect, ...(value === undefined ? {} : { value }) }
    const is = now.find((other) => other.key === key && other.effect === effect)
    if (is !== undefined && (is.value ?? '') === (value ?? '')) continue
    const names = { kind: 'taint', key: `${key}:${effect}`, was: value ?? '' } as const
    if (is !== undefined) conflicts.push({ ...names, why: 'changed', is: is.value ?? '' })
    else if (isSame) conflicts.push({ ...names, why: 'removed', is: null })
    else back.push(taint)
  }
  return { back, conflicts }
}
