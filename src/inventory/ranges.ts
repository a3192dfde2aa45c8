import { MigrationError } from '../model/errors.ts'

/** The most hosts that one inventory may expand to. */
export const maxHosts = 100_000

const range = /\[([^\][]*)\]/

/**
 * Expands `node[01-50].prod`, `[a-c]`, `[0-10:2]` (every second), several ranges in one name; `:` is taken for `-` as
 * Ansible writes it. Zero padding is kept. Throws INVENTORY_INVALID (without a place) for a range that makes no sense.
 */
export function expandRanges(pattern: string): string[] {
  const found = range.exec(pattern)
  if (!found) {
    if (/[[\]]/.test(pattern)) throw bad(pattern, 'has a bracket without its partner')
    return [pattern]
  }
  const before = pattern.slice(0, found.index)
  if (before.includes(']')) throw bad(pattern, 'has a bracket without its partner')
  const values = expandOne(found[1] ?? '', pattern)
  const rest = expandRanges(pattern.slice(found.index + found[0].length))
  if (values.length * rest.length > maxHosts) throw bad(pattern, `names more than ${maxHosts} hosts`)
  return values.flatMap((value) => rest.map((tail) => `${before}${value}${tail}`))
}

function expandOne(text: string, pattern: string): string[] {
  const numbers = /^(\d+)[-:](\d+)(?::(\d+))?$/.exec(text)
  if (numbers) return expandNumbers(numbers, pattern)
  const letters = /^([a-z])[-:]([a-z])(?::(\d+))?$/.exec(text) ?? /^([A-Z])[-:]([A-Z])(?::(\d+))?$/.exec(text)
  if (!letters) throw bad(pattern, `has the range [${text}], expected [01-50], [a-c] or [0-10:2]`)
  const [, first = '', last = '', step] = letters
  const codes = series(first.charCodeAt(0), last.charCodeAt(0), stepOf(step, pattern))
  return notEmpty(codes, text, pattern).map((code) => String.fromCharCode(code))
}

function expandNumbers(match: RegExpExecArray, pattern: string): string[] {
  const [text, first = '', last = '', step] = match
  const padded = first.startsWith('0') && first.length > 1
  if (padded && first.length !== last.length)
    throw bad(pattern, `has the range [${text}]: with a leading zero both ends need as many digits`)
  if (last.length > 15) throw bad(pattern, `has the range [${text}]: the number is too large`)
  const numbers = series(Number(first), Number(last), stepOf(step, pattern))
  return notEmpty(numbers, text, pattern).map((number) =>
    padded ? String(number).padStart(first.length, '0') : String(number),
  )
}

function stepOf(step: string | undefined, pattern: string): number {
  if (step === undefined) return 1
  if (Number(step) < 1) throw bad(pattern, 'has a range with step 0')
  return Number(step)
}

function series(first: number, last: number, step: number): number[] {
  const count = Math.min(Math.floor((last - first) / step) + 1, maxHosts + 1)
  return Array.from({ length: Math.max(0, count) }, (_, index) => first + index * step)
}

function notEmpty(values: number[], text: string, pattern: string): number[] {
  if (values.length === 0) throw bad(pattern, `has the range [${text}], whose end is before its start`)
  return values
}

function bad(pattern: string, what: string): MigrationError {
  return new MigrationError('INVENTORY_INVALID', `host name ${JSON.stringify(pattern)} ${what}`)
}
