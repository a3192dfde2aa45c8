import type { ApiObject, ObjectQuery } from '../../src/model/cluster-port.ts'

/** An object of the cluster in memory. */
export interface Loose extends ApiObject {
  metadata: { name: string; labels?: Record<string, string>; [field: string]: unknown }
  spec?: Record<string, unknown>
  status?: Record<string, unknown>
}

/** A JSON merge patch (RFC 7396). */
export function merged(object: Loose, patch: ApiObject): Loose {
  return mergedValue(object, patch) as Loose
}

function mergedValue(target: unknown, patch: unknown): unknown {
  if (!isRecord(patch)) return patch
  const result: Record<string, unknown> = isRecord(target) ? { ...target } : {}
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key]
    else result[key] = mergedValue(result[key], value)
  }
  return result
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The two field selectors that a drain uses. */
export function holdsSelector(
  object: Loose,
  { fieldSelector = '' }: Pick<ObjectQuery, 'fieldSelector'>,
): boolean {
  const [field, value] = fieldSelector.split('=')
  if (field === 'spec.nodeName') return object.spec?.['nodeName'] === value
  if (field === 'metadata.name') return object.metadata.name === value
  return true
}
