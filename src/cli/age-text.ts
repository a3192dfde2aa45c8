/** A length of time as people read it at a glance: `42s`, `1m05s`, `3h12m`, `5d04h`; never below zero. */
export function ageText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  const minutes = Math.floor(seconds / 60)
  const hours = Math.floor(minutes / 60)
  const two = (number: number): string => String(number).padStart(2, '0')
  if (minutes === 0) return `${seconds}s`
  if (hours === 0) return `${minutes}m${two(seconds % 60)}s`
  if (hours < 24) return `${hours}h${two(minutes % 60)}m`
  return `${Math.floor(hours / 24)}d${two(hours % 24)}h`
}

/** A time in ISO 8601 without the parts of a second, which servers have and people do not need. */
export function inSeconds(at: string): string {
  return at.replace(/\.\d+Z$/, 'Z')
}
