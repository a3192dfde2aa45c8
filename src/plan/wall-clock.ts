import { MigrationError } from '../model/errors.ts'

const dayMs = 24 * 3_600_000
const mostDays = 2000

/** What clocks on the wall show in a zone. */
export interface WallClock {
  /** Days since 1970-01-01 of the calendar of the zone. */
  dayAt(atMs: number): number
  /**
   * When clocks show that time on that day. A time that is shown twice is the first of both; one that clocks leap over is the
   * moment when they do.
   */
  instantOf(day: number, minutes: number): number
}

/** Making one takes as long as asking it a thousand times; there are as many as zones that plans name. */
const clocks = new Map<string, WallClock>()

/** Clocks of an IANA zone, with daylight saving as the runtime's tables have it. Throws USAGE for a zone that it does not know. */
export function wallClock(timeZone: string): WallClock {
  const made = clocks.get(timeZone) ?? makeClock(timeZone)
  clocks.set(timeZone, made)
  return made
}

function makeClock(timeZone: string): WallClock {
  const read = reader(timeZone)
  const steady = new Map<number, number | null>()
  /** Most days have one offset; no zone changes it and changes it back within a day. */
  const offsetAt = (atMs: number): number => {
    const day = Math.floor(atMs / dayMs)
    let offset = steady.get(day)
    if (offset === undefined) {
      const [first, last] = [day * dayMs, (day + 1) * dayMs - 1].map((endMs) => read(endMs) - endMs)
      offset = first === undefined || first !== last ? null : first
      if (steady.size >= mostDays) steady.clear()
      steady.set(day, offset)
    }
    return offset ?? read(atMs) - atMs
  }
  const shownAt = (atMs: number): number => atMs + offsetAt(atMs)
  return {
    dayAt: (atMs) => Math.floor(shownAt(atMs) / dayMs),
    instantOf(day, minutes) {
      const wanted = day * dayMs + minutes * 60_000
      // No zone changes its clocks twice within two days.
      const before = wanted - offsetAt(wanted - dayMs)
      const after = wanted - offsetAt(wanted + dayMs)
      const found = [before, after].filter((atMs) => shownAt(atMs) === wanted)
      return found.length > 0
        ? Math.min(...found)
        : leapBetween([Math.min(before, after), Math.max(before, after)], offsetAt)
    },
  }
}

/** The first moment with the later offset. */
function leapBetween([fromMs, untilMs]: [number, number], offsetAt: (atMs: number) => number): number {
  const old = offsetAt(fromMs)
  let [low, high] = [fromMs, untilMs]
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (offsetAt(middle) === old) low = middle
    else high = middle
  }
  return high
}

/** Reads what clocks show, as if it were UTC. */
function reader(timeZone: string): (atMs: number) => number {
  const format = formatOf(timeZone)
  return (atMs) => {
    const parts = Object.fromEntries(
      format.formatToParts(atMs).map(({ type, value }) => [type, Number(value)]),
    )
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts
    // Zones are whole seconds off.
    const fraction = ((atMs % 1000) + 1000) % 1000
    return Date.UTC(year, month - 1, day, hour, minute, second) + fraction
  }
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const numeric = 'numeric'
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone,
      calendar: 'iso8601',
      hourCycle: 'h23',
      year: numeric,
      month: numeric,
      day: numeric,
      hour: numeric,
      minute: numeric,
      second: numeric,
    })
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause
    throw new MigrationError('USAGE', `there is no time zone ${JSON.stringify(timeZone)}`, {
      hint: 'an IANA name: Asia/Shanghai, Europe/Berlin, UTC',
      cause,
    })
  }
}
