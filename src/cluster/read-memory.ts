import type { ClusterList, ClusterRecord } from '../model/cluster.ts'
import type { RecordKind, Reading } from './kind.ts'

/**
 * Records of objects as they were read last: whoever lists a cluster again and again parses only what has changed. An object of
 * the same uid and version is the same object.
 */
export interface ReadMemory {
  read<L extends ClusterList>(
    kind: RecordKind<L>,
    item: unknown,
    apiVersion: string,
  ): Reading<ClusterRecord<L>>
  /** The list has come to its end: what was not in it is forgotten. */
  ended(kind: RecordKind): void
}

interface Known {
  version: string
  values: readonly unknown[]
  look: number
}

interface KnownKind {
  objects: Map<string, Known>
  look: number
}

export function createReadMemory(): ReadMemory {
  const kinds = new Map<string, KnownKind>()

  function knownOf({ group, resource }: RecordKind): KnownKind {
    const key = `${group}/${resource}`
    const known = kinds.get(key) ?? { objects: new Map<string, Known>(), look: 0 }
    kinds.set(key, known)
    return known
  }

  return {
    read<L extends ClusterList>(
      kind: RecordKind<L>,
      item: unknown,
      apiVersion: string,
    ): Reading<ClusterRecord<L>> {
      const identity = identityOf(item)
      if (identity === undefined) return kind.read(item, apiVersion)
      const { objects, look } = knownOf(kind)
      const version = `${apiVersion} ${identity.version}`
      const known = objects.get(identity.uid)
      if (known?.version === version) {
        known.look = look
        const values = known.values as readonly ClusterRecord<L>[]
        const { again } = kind
        return { values: again === undefined ? values : values.map(again) }
      }
      const reading = kind.read(item, apiVersion)
      if ('values' in reading) objects.set(identity.uid, { version, values: reading.values, look })
      return reading
    },
    ended(kind): void {
      const known = knownOf(kind)
      for (const [uid, { look }] of known.objects) if (look !== known.look) known.objects.delete(uid)
      known.look += 1
    },
  }
}

/** Undefined for what does not say which object it is, or in which version. */
function identityOf(item: unknown): { uid: string; version: string } | undefined {
  const { metadata } = (item ?? {}) as { metadata?: { uid?: unknown; resourceVersion?: unknown } | null }
  const { uid, resourceVersion } = metadata ?? {}
  if (typeof uid !== 'string' || typeof resourceVersion !== 'string') return undefined
  return uid === '' || resourceVersion === '' ? undefined : { uid, version: resourceVersion }
}
