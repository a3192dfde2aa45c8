import type { z } from 'zod'
import type { ClusterList, ClusterRecord } from '../model/cluster.ts'

/** One kind of object that a snapshot lists. `versions` are those that we can read, whichever the server prefers. */
export interface ListedKind {
  group: string
  resource: string
  versions: readonly string[]
}

/** What became of one object: its values, or what is wrong with it. */
export type Reading<T> = { values: readonly T[] } | { problem: string }

/** A kind whose objects become records of one list, each by itself. */
export interface RecordKind<L extends ClusterList = ClusterList> extends ListedKind {
  list: L
  read: (item: unknown, apiVersion: string) => Reading<ClusterRecord<L>>
  /** A record of an object that has not changed since, with what other lists tell of it now; left out = it is the same. */
  again?: (record: ClusterRecord<L>) => ClusterRecord<L>
}

/** A kind from its schema and what its objects become; an object may be several records, or none. */
export function defineKind<L extends ClusterList, Raw extends z.ZodType>(
  kind: ListedKind & {
    list: L
    raw: Raw
    records: (raw: z.infer<Raw>, apiVersion: string) => readonly ClusterRecord<L>[]
  },
): RecordKind<L> {
  const { group, resource, versions, list, raw, records } = kind
  return {
    group,
    resource,
    versions,
    list,
    read: (item, apiVersion) => readObject(raw, item, (parsed) => records(parsed, apiVersion)),
  }
}

/** Parses one object of a list; what does not fit is named by object and path, never by its value. */
export function readObject<Raw extends z.ZodType, T>(
  schema: Raw,
  item: unknown,
  values: (parsed: z.infer<Raw>) => readonly T[],
): Reading<T> {
  const parsed = schema.safeParse(item)
  if (parsed.success) return { values: values(parsed.data) }
  const [issue] = parsed.error.issues
  const path = (issue?.path ?? []).map(String).join('.')
  return { problem: `${nameOf(item)}: ${path}: ${issue?.message ?? 'not valid'}` }
}

function nameOf(item: unknown): string {
  const metadata = (item as { metadata?: { name?: unknown; namespace?: unknown } } | null)?.metadata
  const parts = [metadata?.namespace, metadata?.name].filter((part) => typeof part === 'string')
  return parts.length === 0 ? 'an object without name' : parts.join('/').slice(0, 600)
}

/** `poddisruptionbudgets.policy`, as kubectl and RBAC messages name it. */
export function resourceName({ group, resource }: Pick<ListedKind, 'group' | 'resource'>): string {
  return group === '' ? resource : `${resource}.${group}`
}
