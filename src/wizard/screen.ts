import type { Language, Text } from '../model/text.ts'
import type { WizardStage } from './actions.ts'

/** One line of a screen's list that can be chosen. */
export interface ScreenRow {
  /** Told back when it is chosen. */
  id: string
  text: string
  /** The batch command that does what choosing it does, where that is another one than the screen's. */
  command?: string
}

/** A key beside the general ones, and what it does. */
export interface ScreenKey {
  key: string
  label: Text
}

/** What a screen shows, in the chosen language; without any terminal code, so that it can be read as text. */
export interface Screen {
  /** Which crumb of the header is the present one. */
  stage: WizardStage | undefined
  /** Above the list. Scrolls when there is no list. */
  body: readonly string[]
  rows: readonly ScreenRow[]
  keys: readonly ScreenKey[]
  /** The batch command that does the same. */
  command: string
  /** There is nothing to go back to. */
  isFirst?: boolean
}

/** Where the reader is on a screen. */
export interface ScreenView {
  cursor: number
  /** First line of the body shown, when it scrolls. */
  scroll: number
  filter: string
  /** True while the filter is being typed. */
  filtering: boolean
}

/** The terminal a screen is drawn on. */
export interface Surface {
  columns: number
  rows: number
  language: Language
  /** Adds colour; the identity where there is none. */
  paint: (style: 'bold' | 'dim' | 'green' | 'red' | 'cyan', text: string) => string
}

/** What the reader did. */
export type ScreenOutcome =
  | { kind: 'row'; id: string }
  | { kind: 'key'; key: string }
  | { kind: 'back' }
  | { kind: 'help' }
  | { kind: 'save' }
  | { kind: 'language' }

export const initialView: ScreenView = { cursor: 0, scroll: 0, filter: '', filtering: false }

/** Rows that hold every word of the filter. */
export function visibleRows(screen: Screen, view: ScreenView): readonly ScreenRow[] {
  const words = view.filter
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
  return screen.rows.filter(({ text }) => words.every((word) => text.toLowerCase().includes(word)))
}
