/** Keeps one copy of values that many hosts share, so that a large fleet's report stays small in memory. */
export interface Pool {
  /** The same string object for equal strings. */
  text(value: string): string
  /** The same object for values that are equal as JSON. */
  value<T>(value: T): T
}

/** A pool for one report; forgotten with it. */
export function createPool(): Pool {
  const texts = new Map<string, string>()
  const values = new Map<string, unknown>()
  return {
    text(value) {
      const known = texts.get(value)
      if (known !== undefined) return known
      texts.set(value, value)
      return value
    },
    value<T>(value: T): T {
      const key = JSON.stringify(value)
      const known = values.get(key)
      if (known !== undefined) return known as T
      values.set(key, value)
      return value
    },
  }
}
