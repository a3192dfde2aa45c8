import type { WaveSlot } from './move.ts'

/** Columns of a bar. */
export const barColumns = 22

/** One bar a wave on a common scale: `▇` until its P50, `░` until its P90, `·` before it. */
export function bars(slots: readonly WaveSlot[]): ReadonlyMap<number, string> {
  const times = slots.map(({ index, startsAt, p50At, p90At }) => ({
    index,
    from: Date.parse(startsAt),
    p50: Date.parse(p50At),
    p90: Date.parse(p90At),
  }))
  const first = Math.min(...times.map(({ from }) => from))
  const span = Math.max(1, ...times.map(({ p90 }) => p90 - first))
  const columnOf = (at: number): number => Math.round(((at - first) / span) * barColumns)
  return new Map(
    times.map(({ index, from, p50, p90 }) => {
      // A wave of minutes among waves of days is seen, too.
      const start = Math.min(columnOf(from), barColumns - 1)
      const middle = Math.min(Math.max(columnOf(p50), start + 1), barColumns)
      const end = Math.max(columnOf(p90), middle)
      const bar = '·'.repeat(start) + '▇'.repeat(middle - start) + '░'.repeat(end - middle)
      return [index, bar.padEnd(barColumns)]
    }),
  )
}

/** `11-21 22:00` in the zone of the windows. */
export function momentText(at: string, timeZone: string): string {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  })
  const parts = Object.fromEntries(format.formatToParts(new Date(at)).map(({ type, value }) => [type, value]))
  return `${parts['month']}-${parts['day']} ${parts['hour']}:${parts['minute']}`
}
