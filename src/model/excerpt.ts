/** The lines that decided, one below the other; what goes beyond `limit` is counted, not dropped silently. */
export function excerptOf(lines: readonly string[], limit = 12): string {
  const shown = lines.slice(0, limit)
  const rest = lines.length - shown.length
  return rest > 0 ? [...shown, `(+${rest})`].join('\n') : shown.join('\n')
}

/** Names within a sentence, the same in every language: `a, b, c (+4)`. */
export function nameSome(names: readonly string[], limit = 5): string {
  const shown = names.slice(0, limit).join(', ')
  const rest = names.length - limit
  return rest > 0 ? `${shown} (+${rest})` : shown
}
