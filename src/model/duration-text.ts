const unitMs = { h: 3_600_000, m: 60_000, s: 1000 } as const

/** Milliseconds of a DurationText (`30s`, `20m`, `1h30m`); undefined when it is none. */
export function durationTextMs(text: string): number | undefined {
  const parts = /^(?=.)(?:(\d{1,5})h)?(?:(\d{1,5})m)?(?:(\d{1,6})s)?$/.exec(text)
  if (parts === null) return undefined
  const [, hours = '0', minutes = '0', seconds = '0'] = parts
  return Number(hours) * unitMs.h + Number(minutes) * unitMs.m + Number(seconds) * unitMs.s
}

/** A length of time as playbooks write it: `90000` is `1m30s`; parts of a second are left out. */
export function durationText(ms: number): string {
  const hours = Math.floor(ms / unitMs.h)
  const minutes = Math.floor((ms % unitMs.h) / unitMs.m)
  const seconds = Math.floor((ms % unitMs.m) / unitMs.s)
  const parts = [
    ...(hours > 0 ? [`${hours}h`] : []),
    ...(minutes > 0 ? [`${minutes}m`] : []),
    ...(seconds > 0 ? [`${seconds}s`] : []),
  ]
  return parts.length === 0 ? '0s' : parts.join('')
}
