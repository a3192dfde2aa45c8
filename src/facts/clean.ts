import { maySecret, needsPlain, plain, redact } from '../model/redact.ts'

/** A copy of a fact's value in which every string and every key is free of secrets and of control characters. */
export function clean<T>(value: T): T {
  return cleaned(value) as T
}

function cleaned(value: unknown): unknown {
  if (typeof value === 'string') return redact(plain(value))
  if (Array.isArray(value)) return value.map((entry) => cleaned(entry))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value)
    .filter(([key]) => key !== '__proto__')
    .map(([key, entry]): [string, unknown] => [redact(plain(key)), cleanedOf(key, entry)])
  return Object.fromEntries(entries)
}

/** `{ password: 'x' }` has no `password=` in its text: the key decides. */
function cleanedOf(key: string, entry: unknown): unknown {
  if (typeof entry !== 'string' || entry === '') return cleaned(entry)
  // In the middle of a line: rules for what a line begins with are about text, not about names.
  return redact(` .${key}=x`) === ` .${key}=***` ? '***' : cleaned(entry)
}

/** Cheap test over a whole value: false = `clean` would change nothing. */
export function needsCleaning(value: unknown): boolean {
  // JSON writes C0 controls as escapes, so that one regular expression sees them all.
  const json = JSON.stringify(value)
  return /\\[bfnrtu]/.test(json) || needsPlain(json) || maySecret(json)
}
