import { maxScroll } from './layout.ts'
import { visibleRows, type Screen, type ScreenOutcome, type ScreenView, type Surface } from './screen.ts'

/** A key as readline names it. */
export interface PressedKey {
  name: string
  /** The character typed; `?` and `/` have no name of their own everywhere. */
  sequence: string
  ctrl: boolean
}

const general: Readonly<Record<string, 'back' | 'help' | 'save' | 'language'>> = {
  b: 'back',
  left: 'back',
  '?': 'help',
  // As Chinese input methods type it.
  '？': 'help',
  s: 'save',
  l: 'language',
}

/** What a key does on a screen: another view of it, or an outcome that leaves it. */
export function pressKey(
  screen: Screen,
  view: ScreenView,
  { key, surface }: { key: PressedKey; surface: Surface },
): { view: ScreenView } | { outcome: ScreenOutcome } {
  if (view.filtering) return { view: filterKey(view, key) }
  const rows = visibleRows(screen, view)
  const step = stepOf(key, surface.rows)
  if (step !== 0 && rows.length > 0)
    return { view: { ...view, cursor: clamp(view.cursor + step, rows.length - 1) } }
  if (step !== 0) return { view: { ...view, scroll: clamp(view.scroll + step, maxScroll(screen, surface)) } }
  if (key.name === 'return' || key.name === 'enter') {
    const row = rows[view.cursor]
    if (row !== undefined) return { outcome: { kind: 'row', id: row.id } }
    return screen.rows.length > 0 ? { view } : goBack(screen, view)
  }
  if (key.name === 'escape')
    return view.filter === '' ? goBack(screen, view) : { view: { ...view, filter: '', cursor: 0 } }
  if (key.sequence === '/' && screen.rows.length > 0) return { view: { ...view, filtering: true } }
  const own = screen.keys.find((candidate) => candidate.key === key.sequence)
  if (own) return { outcome: { kind: 'key', key: own.key } }
  const kind = general[key.sequence] ?? general[key.name]
  if (kind === 'back') return goBack(screen, view)
  return kind === undefined ? { view } : { outcome: { kind } }
}

function goBack(screen: Screen, view: ScreenView): ReturnType<typeof pressKey> {
  return screen.isFirst === true ? { view } : { outcome: { kind: 'back' } }
}

/** The text of the filter is what readline holds; only leaving it is decided here. */
function filterKey(view: ScreenView, key: PressedKey): ScreenView {
  if (key.name === 'escape') return { ...view, filtering: false, filter: '', cursor: 0 }
  if (key.name === 'return' || key.name === 'enter') return { ...view, filtering: false, cursor: 0 }
  return view
}

function stepOf({ name }: PressedKey, rows: number): number {
  const page = Math.max(1, rows - 10)
  const steps: Readonly<Record<string, number>> = {
    up: -1,
    down: 1,
    k: -1,
    j: 1,
    pageup: -page,
    pagedown: page,
    home: -1_000_000,
    end: 1_000_000,
  }
  return Object.hasOwn(steps, name) ? (steps[name] ?? 0) : 0
}

function clamp(value: number, max: number): number {
  return Math.min(Math.max(0, value), Math.max(0, max))
}
