import type { Freeze, Window } from '../model/plan.ts'
import { wallClock } from './wall-clock.ts'

/** When nodes may start: without windows at any time, and never within a freeze. */
export interface Times {
  windows: readonly Window[]
  freezes: readonly Freeze[]
}

interface Span {
  fromMs: number
  /** The first moment after it. */
  untilMs: number
}

const dayMs = 24 * 3_600_000
/** How far ahead is looked for a moment at which nodes may start. */
export const horizonDays = 400
const dayNames = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const

/**
 * True when a node may start at that time. A window lasts its length in time that passes, whatever clocks do meanwhile; one
 * whose start clocks leap over begins when they leap, and one whose start they show twice begins at the first.
 */
export function isOpen(atMs: number, { windows, freezes }: Times): boolean {
  if (freezeAt(atMs, freezes) !== undefined) return false
  return windows.length === 0 || windows.some((window) => spanAt(atMs, window) !== undefined)
}

/** The first time from `atMs` on at which a node may start; undefined when there is none within `horizonDays`. */
export function nextStart(atMs: number, { windows, freezes }: Times): number | undefined {
  const endMs = atMs + horizonDays * dayMs
  let nextMs = atMs
  while (nextMs <= endMs) {
    const freeze = freezeAt(nextMs, freezes)
    if (freeze !== undefined) nextMs = freeze.untilMs
    else if (windows.length === 0 || windows.some((window) => spanAt(nextMs, window) !== undefined))
      return nextMs
    else nextMs = Math.min(...windows.map((window) => startAfter(nextMs, window)))
  }
  return undefined
}

/** When the time that is open at `atMs` ends; undefined when that is not within `horizonDays`. */
export function closesAt(atMs: number, { windows, freezes }: Times): number | undefined {
  const endMs = atMs + horizonDays * dayMs
  const frozenMs = Math.min(...freezes.map(spanOf).map(({ fromMs }) => (fromMs > atMs ? fromMs : endMs)))
  let untilMs = windows.length === 0 ? endMs : atMs
  while (untilMs < endMs) {
    // Windows that overlap, or follow each other at once, are one.
    const later = Math.max(untilMs, ...windows.map((window) => spanAt(untilMs, window)?.untilMs ?? untilMs))
    if (later === untilMs) break
    untilMs = later
  }
  const closesMs = Math.min(untilMs, frozenMs)
  return closesMs < endMs ? closesMs : undefined
}

function spanOf({ from, until }: Freeze): Span {
  return { fromMs: Date.parse(from), untilMs: Date.parse(until) }
}

function freezeAt(atMs: number, freezes: readonly Freeze[]): Span | undefined {
  return freezes.map(spanOf).find(({ fromMs, untilMs }) => fromMs <= atMs && atMs < untilMs)
}

/** The longest of the window's times that hold that moment. */
function spanAt(atMs: number, window: Window): Span | undefined {
  const clock = wallClock(window.timeZone)
  const spans = spansOf(window, clock.dayAt(atMs - window.lengthMs) - 1, clock.dayAt(atMs) + 1)
  return spans.findLast(({ fromMs, untilMs }) => fromMs <= atMs && atMs < untilMs)
}

function startAfter(atMs: number, window: Window): number {
  const day = wallClock(window.timeZone).dayAt(atMs)
  const next = spansOf(window, day - 1, day + 9).find(({ fromMs }) => fromMs > atMs)
  return next?.fromMs ?? Number.POSITIVE_INFINITY
}

/** The window on the days from `first` to `last`, in time order. */
function spansOf({ days, start, lengthMs, timeZone }: Window, first: number, last: number): Span[] {
  const clock = wallClock(timeZone)
  const [hours = 0, minutes = 0] = start.split(':').map(Number)
  return Array.from({ length: last - first + 1 }, (_, index) => first + index).flatMap((day): Span[] => {
    // 1970-01-01 was a Thursday.
    const name = dayNames[(((day + 4) % 7) + 7) % 7]
    if (name === undefined || !days.includes(name)) return []
    const fromMs = clock.instantOf(day, hours * 60 + minutes)
    return [{ fromMs, untilMs: fromMs + lengthMs }]
  })
}
