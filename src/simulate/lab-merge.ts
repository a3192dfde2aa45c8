type Json = Record<string, unknown>

/** Lists that a strategic merge patch merges, each by the field that tells its entries apart (patchMergeKey in k8s.io/api). */
const listKeys: Readonly<Record<string, string>> = {
  conditions: 'type',
  addresses: 'type',
  containers: 'name',
  initContainers: 'name',
  volumes: 'name',
  env: 'name',
  ownerReferences: 'uid',
}

export function isJsonObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** RFC 7386. Parts that stay the same are shared with the target. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  return merged(target, patch, false)
}

/** As much of a strategic merge patch as kubelets and kubectl use of it for what the lab holds: lists merged by their keys. */
export function strategicMerge(target: unknown, patch: unknown): unknown {
  return merged(target, patch, true)
}

function merged(target: unknown, patch: unknown, strategic: boolean): unknown {
  if (!isJsonObject(patch)) return patch
  const made: Json = isJsonObject(target) ? { ...target } : {}
  for (const [key, value] of Object.entries(patch)) {
    // JSON.parse makes own properties of any name; an assignment would not.
    if (key === '__proto__' || (strategic && key.startsWith('$'))) continue
    if (value === null) delete made[key]
    else made[key] = strategic ? strategicPart(made[key], { key, value }) : merged(made[key], value, false)
  }
  return made
}

function strategicPart(target: unknown, { key, value }: { key: string; value: unknown }): unknown {
  const name = Object.hasOwn(listKeys, key) ? listKeys[key] : undefined
  if (name === undefined || !Array.isArray(value)) return merged(target, value, true)
  const list: unknown[] = Array.isArray(target) ? [...(target as unknown[])] : []
  for (const entry of value as unknown[]) {
    const wanted = isJsonObject(entry) ? entry[name] : undefined
    const at = list.findIndex((each) => isJsonObject(each) && each[name] === wanted)
    const isDeletion = isJsonObject(entry) && entry['$patch'] === 'delete'
    if (isDeletion && at >= 0) list.splice(at, 1)
    else if (!isDeletion && at >= 0) list[at] = merged(list[at], entry, true)
    else if (!isDeletion) list.push(entry)
  }
  return list
}

/** True when two JSON values are the same. */
export function isSameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false
    return a.every((entry, index) => isSameJson(entry, b[index]))
  }
  if (!isJsonObject(a) || !isJsonObject(b)) return false
  const keys = definedKeys(a)
  return keys.length === definedKeys(b).length && keys.every((key) => isSameJson(a[key], b[key]))
}

/** JSON has no undefined: such a property is not there. */
function definedKeys(value: Json): string[] {
  return Object.keys(value).filter((key) => value[key] !== undefined)
}
