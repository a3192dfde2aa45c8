/**
 * The one text of a JSON value, for digests: keys in the order of their UTF-16 code units, no white space, numbers as
 * JavaScript writes them. Properties that are undefined are left out, as JSON.stringify does. Throws a TypeError for what JSON
 * does not have: other numbers, functions, undefined in a list. Source: RFC 8785.
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError(`${value} is no number of JSON`)
    return JSON.stringify(value)
  }
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (typeof value !== 'object') throw new TypeError(`${typeof value} is no value of JSON`)
  const record = value as Readonly<Record<string, unknown>>
  const keys = Object.keys(record).filter((key) => record[key] !== undefined)
  // The default order of sort is that of UTF-16 code units.
  return `{${keys
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(record[key])}`)
    .join(',')}}`
}
