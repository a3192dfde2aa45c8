import { z } from 'zod'
import { canonicalJson } from '../model/canonical-json.ts'

const ViewedObject = z.looseObject({
  name: z.string(),
  namespace: z.string().exactOptional(),
  kind: z.string().exactOptional(),
  uid: z.string().exactOptional(),
})
type ViewedObject = z.infer<typeof ViewedObject>

/** What `clusterInputView` gives, read again from JSON, maybe of another version of osferry. */
export const ViewedCluster = z.record(z.string(), z.array(ViewedObject))
export type ViewedCluster = z.infer<typeof ViewedCluster>

/** One part of an object that is another one now; null = there is none. */
export interface ChangedField {
  /** `minAvailable`, `labels.example.com/rack`. */
  field: string
  before: string | null
  after: string | null
}

/** An object of the cluster on which a plan rests, and what became of it. `replaced` = another one of the same name. */
export interface ChangedObject {
  kind: string
  namespace: string | null
  name: string
  change: 'gone' | 'new' | 'replaced' | 'changed'
  fields: readonly ChangedField[]
}

/** Kinds by the lists of the view; workloads tell their own. */
const kinds: Readonly<Record<string, string>> = {
  nodes: 'Node',
  budgets: 'PodDisruptionBudget',
  volumes: 'PersistentVolume',
}
/** Fields that the view calls otherwise than the API. */
const fieldNames: Readonly<Record<string, string>> = { marks: 'taints' }
const identity: ReadonlySet<string> = new Set(['name', 'namespace', 'kind', 'uid'])

/** Objects that are others now, in the order of the view: nodes, budgets, workloads, volumes, each by name. */
export function clusterChanges(before: ViewedCluster, now: ViewedCluster): ChangedObject[] {
  return ['nodes', 'budgets', 'workloads', 'volumes'].flatMap((list) => {
    const known = new Map((now[list] ?? []).map((object) => [keyOf(object), object]))
    const old = new Set((before[list] ?? []).map(keyOf))
    return [
      ...(before[list] ?? []).map((object) => comparison(list, object, known.get(keyOf(object)))),
      ...(now[list] ?? [])
        .filter((object) => !old.has(keyOf(object)))
        .map((object) => comparison(list, undefined, object)),
    ].filter((object) => object !== undefined)
  })
}

function keyOf({ kind = '', namespace = '', name }: ViewedObject): string {
  return `${kind} ${namespace}/${name}`
}

/** Undefined for two that are the same. */
function comparison(
  list: string,
  before: ViewedObject | undefined,
  now: ViewedObject | undefined,
): ChangedObject | undefined {
  const known = before ?? now
  if (known === undefined) return undefined
  const named = {
    kind: known.kind ?? kinds[list] ?? list,
    namespace: known.namespace ?? null,
    name: known.name,
  }
  if (now === undefined) return { ...named, change: 'gone', fields: [] }
  if (before === undefined) return { ...named, change: 'new', fields: [] }
  const names = [...new Set([...Object.keys(before), ...Object.keys(now)])].filter(
    (name) => !identity.has(name),
  )
  const fields = names.flatMap((name) => fieldChanges(fieldNames[name] ?? name, before[name], now[name]))
  if (before.uid !== now.uid) return { ...named, change: 'replaced', fields }
  return fields.length === 0 ? undefined : { ...named, change: 'changed', fields }
}

function fieldChanges(field: string, before: unknown, after: unknown): ChangedField[] {
  if (isRecord(before) && isRecord(after)) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort()
    return names.flatMap((name) => fieldChanges(`${field}.${name}`, before[name], after[name]))
  }
  const [was, is] = [valueText(before), valueText(after)]
  return was === is ? [] : [{ field, before: was, after: is }]
}

function valueText(value: unknown): string | null {
  if (value === undefined || value === null) return null
  return typeof value === 'string' ? value : canonicalJson(value)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
