import { array, assert, constantFrom, integer, property, string, tuple } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pressKey, type PressedKey } from '../../src/wizard/keys.ts'
import {
  initialView,
  visibleRows,
  type Screen,
  type ScreenView,
  type Surface,
} from '../../src/wizard/screen.ts'
import { cut, pad, widthOf, wrap } from '../../src/wizard/width.ts'

const surface: Surface = { columns: 80, rows: 24, language: 'en', paint: (_, text) => text }
const list: Screen = {
  stage: 'access',
  body: [],
  rows: Array.from({ length: 30 }, (_, index) => ({ id: `r${index}`, text: `row ${index} 主机` })),
  keys: [{ key: 'r', label: { en: 'retry', zh: '重试' } }],
  command: '',
}
const page: Screen = { ...list, rows: [], body: Array.from({ length: 100 }, (_, index) => `line ${index}`) }

function key(name: string, sequence = name): PressedKey {
  return { name, sequence, ctrl: false }
}

function press(screen: Screen, ...keys: PressedKey[]): ReturnType<typeof pressKey> {
  let result: ReturnType<typeof pressKey> = { view: initialView }
  for (const next of keys)
    if ('view' in result) result = pressKey(screen, result.view, { key: next, surface })
  return result
}

describe('pressKey', () => {
  it('moves within the list and opens the row', () => {
    expect(press(list, key('up'), key('down'), key('down'), key('return'))).toEqual({
      outcome: { kind: 'row', id: 'r2' },
    })
    expect(press(list, key('end'), key('down'), key('return'))).toEqual({
      outcome: { kind: 'row', id: 'r29' },
    })
  })

  it.each([
    ['b', { kind: 'back' }],
    ['?', { kind: 'help' }],
    ['？', { kind: 'help' }],
    ['s', { kind: 'save' }],
    ['l', { kind: 'language' }],
    ['r', { kind: 'key', key: 'r' }],
  ])('leaves the screen with %s', (typed, outcome) => {
    expect(press(list, key(/[?？]/.test(typed) ? '' : typed, typed))).toEqual({ outcome })
  })

  it('types letters into the filter instead of obeying them', () => {
    expect(press(list, key('', '/'), key('s'))).toEqual({ view: { ...initialView, filtering: true } })
    expect(visibleRows(list, { ...initialView, filter: '主机 29' }).map(({ id }) => id)).toEqual(['r29'])
    expect(press(list, key('', '/'), key('escape'))).toEqual({ view: initialView })
  })

  it('clears a kept filter with Esc first, then goes back', () => {
    const kept: ScreenView = { ...initialView, filter: 'x' }
    expect(pressKey(list, kept, { key: key('escape'), surface })).toEqual({ view: initialView })
    expect(press(list, key('escape'))).toEqual({ outcome: { kind: 'back' } })
  })

  it('scrolls a page without a list, to its end and no further', () => {
    const end = press(page, key('end'), key('down'))
    expect(end).toEqual({ view: { ...initialView, scroll: 82 } })
    expect(press(page, key('return'))).toEqual({ outcome: { kind: 'back' } })
  })

  it('goes back from nowhere on the first screen', () => {
    const first: Screen = { ...list, isFirst: true }
    for (const name of ['b', 'left', 'escape']) expect(press(first, key(name))).toEqual({ view: initialView })
  })

  it('never points outside of the list, whatever is pressed', () => {
    const names = constantFrom('up', 'down', 'pageup', 'pagedown', 'home', 'end', 'j', 'k', 'x', 'toString')
    const moving = property(array(names), (pressed) => {
      const result = press(list, ...pressed.map((name) => key(name)))
      const cursor = 'view' in result ? result.view.cursor : 0
      return cursor >= 0 && cursor < list.rows.length
    })
    expect(() => assert(moving)).not.toThrow()
  })
})

describe('width', () => {
  const text = string({
    unit: constantFrom('a', ' ', '主', '机', '，', '-', '\u0301', '👩‍💻', '\n', 'word '),
    maxLength: 80,
  })

  it('never makes a line wider than asked, and loses no letter', () => {
    const wrapping = property(tuple(text, integer({ min: 8, max: 60 })), ([written, columns]) => {
      const lines = wrap(written, columns, '  ')
      expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(columns)
      expect(lines.join('').replaceAll(/\s/g, '')).toBe(written.replaceAll(/\s/g, ''))
    })
    expect(() => assert(wrapping)).not.toThrow()
  })

  it('cuts and fills to exact columns', () => {
    const filling = property(tuple(text, integer({ min: 1, max: 40 })), ([written, columns]) => {
      const line = written.replaceAll('\n', ' ')
      expect(widthOf(pad(line, columns))).toBe(columns)
      expect(widthOf(cut(line, columns))).toBeLessThanOrEqual(columns)
    })
    expect(() => assert(filling)).not.toThrow()
  })
})
