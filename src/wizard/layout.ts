import { inLanguage, type Text } from '../model/text.ts'
import { wizardStages, type WizardStage } from './actions.ts'
import {
  initialView,
  visibleRows,
  type Screen,
  type ScreenKey,
  type ScreenView,
  type Surface,
} from './screen.ts'
import { cut, widthOf, wrap } from './width.ts'
import { frameWords, stageNames } from './words.ts'

/** A drawn screen: `content` ends with the line that holds the cursor, `bottom` is the footer under it. */
export interface DrawnScreen {
  content: string[]
  bottom: string[]
}

/** Draws header, body, list and footer into the surface; never wider or higher than it. */
export function drawScreen(screen: Screen, view: ScreenView, surface: Surface): DrawnScreen {
  const header = drawHeader(screen.stage, surface)
  const bottom = drawFooter(screen, view, surface)
  const room = Math.max(4, surface.rows - header.length - bottom.length - 2)
  const lines = wrapBody(screen.body, surface.columns - 1)
  const isList = screen.rows.length > 0
  const body = isList ? lines.slice(0, Math.max(0, room - 3)) : window(lines, view.scroll, room)
  const list = isList ? drawRows(screen, view, { surface, room: room - body.length }) : []
  const say = sayIn(surface)
  const typed = view.filtering || view.filter !== '' ? `/ ${say(frameWords.filter)}: ${view.filter}` : ''
  return { content: [...header, ...body, ...list, typed], bottom }
}

/** How far a body without a list can be scrolled. */
export function maxScroll(screen: Screen, surface: Surface): number {
  const lines = wrapBody(screen.body, surface.columns - 1)
  const footer = footerLines(keysOf(screen, initialView, true), screen.command, surface)
  const used = drawHeader(screen.stage, surface).length + footer.length + 2
  return Math.max(0, lines.length - Math.max(4, surface.rows - used))
}

/** `Sources › Access › [Collect] › Assess › Report        READ ONLY` and a rule under it; the run alone is not read only. */
export function drawHeader(stage: WizardStage | undefined, surface: Surface): string[] {
  const { columns, paint } = surface
  const say = sayIn(surface)
  const names = chapterOf(stage).map((name) =>
    name === stage ? `[${say(stageNames[name])}]` : say(stageNames[name]),
  )
  const isRun = stage === 'run'
  const mode = say(isRun ? frameWords.changes : frameWords.readOnly)
  const crumbs = cut(names.join(' › '), columns - widthOf(mode) - 3)
  const gap = ' '.repeat(Math.max(1, columns - 1 - widthOf(crumbs) - widthOf(mode)))
  return [
    `${paint('bold', crumbs)}${gap}${paint(isRun ? 'red' : 'green', mode)}`,
    paint('dim', '─'.repeat(columns - 1)),
  ]
}

/** All stages would be wider than a terminal: first how the hosts are, then the move. */
function chapterOf(stage: WizardStage | undefined): readonly WizardStage[] {
  const second = wizardStages.indexOf('targets')
  const isSecond = stage !== undefined && wizardStages.indexOf(stage) >= second
  return isSecond ? wizardStages.slice(second) : wizardStages.slice(0, second)
}

function drawFooter(screen: Screen, view: ScreenView, surface: Surface): string[] {
  const scrolls = screen.rows.length === 0 && maxScroll(screen, surface) > 0
  return footerLines(keysOf(screen, view, scrolls), commandAt(screen, view), surface)
}

/** The batch command of the row under the cursor, else of the screen. */
export function commandAt(screen: Screen, view: ScreenView): string {
  return visibleRows(screen, view)[view.cursor]?.command ?? screen.command
}

/** A rule, the keys, and the command line that does the same. */
export function footerLines(keys: readonly ScreenKey[], command: string, surface: Surface): string[] {
  const { columns, paint } = surface
  const say = sayIn(surface)
  const labels = keys.map(({ key, label }) => `${key} ${say(label)}`)
  const same = command === '' ? [] : commandLines(`${say(frameWords.sameAs)} ${command}`, columns - 1)
  return [
    paint('dim', '─'.repeat(columns - 1)),
    ...joinKeys(labels, columns - 1),
    ...same.map((line) => paint('cyan', line)),
  ]
}

/** A command that names hundreds of hosts must not take the whole screen. */
function commandLines(text: string, columns: number): string[] {
  const lines = wrap(text, columns, '  ')
  return lines.length <= 3 ? lines : [...lines.slice(0, 2), cut(`${lines[2] ?? ''} …`, columns)]
}

function keysOf(screen: Screen, view: ScreenView, scrolls: boolean): ScreenKey[] {
  if (view.filtering)
    return [
      { key: '⏎', label: frameWords.endFilter },
      { key: 'Esc', label: frameWords.clearFilter },
    ]
  const isList = screen.rows.length > 0
  const choose = screen.rows.length > 1 ? [{ key: '↑↓', label: frameWords.choose }] : []
  const scroll = scrolls ? [{ key: '↑↓', label: frameWords.scroll }] : []
  const moving = isList ? [...choose, { key: '⏎', label: frameWords.open }] : scroll
  const back = screen.isFirst === true ? [] : [{ key: isList ? 'b' : '⏎ b', label: frameWords.back }]
  const filter = screen.rows.length > 5 ? [{ key: '/', label: frameWords.filter }] : []
  return [
    ...moving,
    ...filter,
    ...screen.keys,
    ...back,
    { key: '?', label: frameWords.help },
    { key: 's', label: frameWords.save },
    { key: 'l', label: frameWords.language },
  ]
}

/** Keys stay whole; the line breaks between them. */
function joinKeys(keys: readonly string[], columns: number): string[] {
  const lines: string[] = []
  for (const key of keys) {
    const last = lines.at(-1)
    const joined = last === undefined ? key : `${last} · ${key}`
    if (last !== undefined && widthOf(joined) <= columns) lines[lines.length - 1] = joined
    else lines.push(cut(key, columns))
  }
  return lines
}

function drawRows(
  screen: Screen,
  view: ScreenView,
  { surface, room }: { surface: Surface; room: number },
): string[] {
  const { columns, paint, language } = surface
  const rows = visibleRows(screen, view)
  if (rows.length === 0) return [`  ${inLanguage(frameWords.nothing, language)}`]
  const size = rows.length > room ? Math.max(1, room - 1) : rows.length
  const first = Math.min(Math.max(0, view.cursor - Math.floor(size / 2)), rows.length - size)
  const shown = rows.slice(first, first + size).map(({ text }, index) => {
    const isHere = first + index === view.cursor
    const line = cut(`${isHere ? '❯' : ' '} ${text}`, columns - 1)
    return isHere ? paint('cyan', line) : line
  })
  return rows.length > size
    ? [...shown, paint('dim', `  ${first + 1}-${first + size} / ${rows.length}`)]
    : shown
}

/** Long lines go on under their own beginning. */
function wrapBody(lines: readonly string[], columns: number): string[] {
  return lines.flatMap((line) => wrap(line, columns, /^ */.exec(line)?.[0] ?? ''))
}

function window(lines: readonly string[], scroll: number, room: number): string[] {
  return lines.slice(scroll, scroll + room)
}

/** Reads texts in the surface's language. */
export function sayIn({ language }: Pick<Surface, 'language'>): (text: Text) => string {
  return (text) => inLanguage(text, language)
}
