/** What of a file a request asks for; `last` is in it. */
export type WantedBytes = { kind: 'whole' } | { kind: 'part'; first: number; last: number } | { kind: 'none' }

const oneRange = /^bytes[ \t]*=[ \t]*(?<first>\d*)[ \t]*-[ \t]*(?<last>\d*)[ \t]*$/i

/**
 * What a Range header asks of `size` bytes: `none` when there is nothing there (416). Several ranges, other units and what is no
 * range count as if there were no header. Source: RFC 9110, sections 14.1.2 and 14.2.
 */
export function wantedBytes(header: string | undefined, size: number): WantedBytes {
  const { first = '', last = '' } = oneRange.exec(header ?? '')?.groups ?? {}
  if (first === '') return last === '' ? { kind: 'whole' } : suffix(Number(last), size)
  const from = Number(first)
  const to = last === '' ? size - 1 : Number(last)
  if (last !== '' && to < from) return { kind: 'whole' }
  if (from >= size) return { kind: 'none' }
  return { kind: 'part', first: from, last: Math.min(to, size - 1) }
}

function suffix(length: number, size: number): WantedBytes {
  if (length === 0 || size === 0) return { kind: 'none' }
  return { kind: 'part', first: Math.max(0, size - length), last: size - 1 }
}
