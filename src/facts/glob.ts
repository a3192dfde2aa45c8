/**
 * A shell glob as a regular expression over absolute paths: `*`, `?` and `[...]` stay within one path segment, and a
 * leading dot is matched only by a dot (POSIX sh, section 2.13).
 */
export function globToRegExp(pattern: string): RegExp {
  const known = cache.get(pattern)
  if (known !== undefined) return known
  const source = pattern
    .split('/')
    .map((segment) => segmentSource(segment))
    .join('/')
  const made = new RegExp(`^${source}$`, 's')
  cache.set(pattern, made)
  return made
}

/** True when the shell would expand this path. */
export function isPattern(path: string): boolean {
  return /[*?[]/.test(path)
}

const cache = new Map<string, RegExp>()

function segmentSource(segment: string): string {
  const tokens = segment.match(/\[[^\]]*\]|./gs) ?? []
  const source = tokens.map((token) => {
    if (token === '*') return '[^/]*'
    if (token === '?') return '[^/]'
    if (token.length > 1 && token.startsWith('[')) return token.replace(/^\[!/, '[^')
    return token.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
  })
  const hidden = /^[*?[]/.test(segment) ? String.raw`(?!\.)` : ''
  return hidden + source.join('')
}
