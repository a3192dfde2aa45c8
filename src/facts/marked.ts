/**
 * Parts of one script's output: a line that starts with the record separator (0x1e, `printf '\036name\n'`) opens
 * a part, and the lines after it belong to it. Parts of the same name are joined.
 */
export function parseMarked(stdout: string): ReadonlyMap<string, readonly string[]> {
  const parts = new Map<string, string[]>()
  let lines: string[] = []
  parts.set('', lines)
  for (const line of stdout.split('\n')) {
    if (!line.startsWith('\u001e')) {
      lines.push(line)
      continue
    }
    const name = line.slice(1).trim()
    lines = parts.get(name) ?? []
    parts.set(name, lines)
  }
  return parts
}

/** The non-empty lines of one part, trimmed at the end; none when the part is absent. */
export function linesOf(parts: ReadonlyMap<string, readonly string[]>, name: string): string[] {
  return (parts.get(name) ?? []).map((line) => line.trimEnd()).filter((line) => line !== '')
}

/** Names after a prefix, in order: `namesOf(parts, 'file ')` lists the files that were printed. */
export function namesOf(parts: ReadonlyMap<string, readonly string[]>, prefix: string): string[] {
  return [...parts.keys()].filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length))
}

/** Whole number of a decimal string; null when it is anything else or not exact. */
export function wholeNumber(text: string | undefined): number | null {
  if (text === undefined || !/^-?\d{1,15}$/.test(text)) return null
  return Number(text)
}

/** Each value once, in order of first appearance. */
export function distinct<T>(values: Iterable<T>): T[] {
  return [...new Set(values)]
}
