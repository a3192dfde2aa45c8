const most = 5

/** The first of many names, for a sentence: `a, b, c, d, e, ...`. */
export function fewNames(names: readonly string[]): string {
  return `${names.slice(0, most).join(', ')}${names.length > most ? ', ...' : ''}`
}
