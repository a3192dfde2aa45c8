const maxDepth = 100

/**
 * What makes a JSON text unfit for a digest over its value: nothing when people and programs read the same in it. A key that
 * stands twice in an object is read as the last one by us, and maybe as the first one by others.
 */
export function jsonProblem(text: string, value: unknown): string | undefined {
  let keys = 0
  const waiting: { value: unknown; depth: number }[] = [{ value, depth: 0 }]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { value: at, depth } = next
    if (typeof at === 'number' && !Number.isFinite(at)) return 'a number is too large'
    if (typeof at !== 'object' || at === null) continue
    if (depth >= maxDepth) return `it is nested deeper than ${maxDepth} levels`
    const items: unknown[] = Array.isArray(at) ? at : Object.values(at)
    if (!Array.isArray(at)) keys += items.length
    for (const item of items) waiting.push({ value: item, depth: depth + 1 })
  }
  return keysIn(text) === keys ? undefined : 'a key stands twice in one object'
}

/** Strings before a colon: the text is JSON, so nothing else can be there. */
function keysIn(text: string): number {
  let count = 0
  for (const [, colon] of text.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"\s*(:)?/g))
    if (colon !== undefined) count += 1
  return count
}

/** Path of the first part of `given` that `kept` does not have in the same way; undefined when they are alike. */
export function firstDifference(given: unknown, kept: unknown): PropertyKey[] | undefined {
  if (Object.is(given, kept) || given === kept) return undefined
  if (typeof given !== 'object' || typeof kept !== 'object' || given === null || kept === null) return []
  const keys = new Set([...Object.keys(given), ...Object.keys(kept)])
  for (const key of keys) {
    const [a, b] = [given, kept].map((side) =>
      Object.hasOwn(side, key) ? (Reflect.get(side, key) as unknown) : undefined,
    )
    const deeper = firstDifference(a, b)
    if (deeper !== undefined) return [Array.isArray(given) ? Number(key) : key, ...deeper]
  }
  return undefined
}
