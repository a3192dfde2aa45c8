/** Crockford's letters: none that is taken for another one. */
const letters = '0123456789abcdefghjkmnpqrstvwxyz'
const randomLetters = 6

/**
 * The id of a run: `20261121-154935-7k4q9z`, the second of its start (UTC) and thirty bits of chance. Ids sort by time, can be
 * said aloud, and are safe as a part of a path. `random` holds at least six bytes.
 */
export function runId(at: string, random: Uint8Array): string {
  const [day = '', time = ''] = new Date(at).toISOString().replaceAll(/[-:]/g, '').split(/[T.]/)
  const word = Array.from(random.subarray(0, randomLetters), (byte) => letters.charAt(byte % 32)).join('')
  if (word.length < randomLetters) throw new RangeError(`a run id needs ${randomLetters} random bytes`)
  return `${day}-${time}-${word}`
}

/** True for what `runId` makes: no other id looks so. */
export function isRunId(text: string): boolean {
  return /^\d{8}-\d{6}-[0-9a-z]{6}$/.test(text)
}

/** Ids that somebody may mean by a part of one: its beginning, or the letters at its end. */
export function matchRunIds(typed: string, ids: readonly string[]): readonly string[] {
  const wanted = typed.toLowerCase()
  if (ids.includes(wanted)) return [wanted]
  return wanted === '' ? [] : ids.filter((id) => id.startsWith(wanted) || chanceOf(id).startsWith(wanted))
}

function chanceOf(id: string): string {
  return id.slice(id.lastIndexOf('-') + 1)
}
