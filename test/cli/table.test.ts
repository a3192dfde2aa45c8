import * as fc from 'fast-check'
import stringWidth from 'string-width'
import { describe, expect, it } from 'vitest'
import { csvRecord } from '../../src/cli/csv.ts'
import { jsonText } from '../../src/cli/output.ts'
import { cut, renderTable } from '../../src/cli/table.ts'
import { wrapIndented, wrapText } from '../../src/cli/wrap-text.ts'

const plain = { columns: undefined, colour: false }

describe('renderTable', () => {
  it('aligns columns by display width, Chinese included', () => {
    expect(
      renderTable(
        ['NAME', '说明'],
        [
          ['a', '短'],
          ['主机一', 'x'],
        ],
        plain,
      ),
    ).toBe(['NAME    说明', 'a       短', '主机一  x', ''].join('\n'))
  })

  it('never lets a row pass the width of the terminal as long as columns can be cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.string({ unit: 'grapheme', maxLength: 60 }), { minLength: 3, maxLength: 3 }), {
          maxLength: 6,
        }),
        fc.integer({ min: 30, max: 120 }),
        (rows, columns) => {
          const text = renderTable(['A', 'B', 'C'], rows, { columns, colour: false })
          for (const line of text.split('\n')) expect(stringWidth(line)).toBeLessThanOrEqual(columns)
        },
      ),
    )
  })

  it('loses nothing of a column that is wrapped, and keeps to the width', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: fc.constantFrom('a', 'b', ' ', '节', '点', '，'), maxLength: 90 }), {
          minLength: 1,
          maxLength: 5,
        }),
        fc.integer({ min: 30, max: 100 }),
        (cells, columns) => {
          const rows = cells.map((cell, index) => [`node-${index}`, cell])
          const text = renderTable(['A', 'B'], rows, { columns, colour: false, wrap: new Set([1]) })
          for (const line of text.split('\n')) expect(stringWidth(line)).toBeLessThanOrEqual(columns)
          const told = text.replace(/node-\d|^A +B/gm, '').replace(/\s/g, '')
          expect(told).toBe(cells.join('').replace(/\s/g, ''))
        },
      ),
    )
  })

  it('leaves every flag whole that has room in the terminal, beside cells of any length', () => {
    const flags = ['--delete-emptydir-data', '--exclude-from-load-balancers', '--recreate-naked']
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constantFrom(...flags), fc.stringMatching(/^[a-z]{1,30}$/)), {
          minLength: 1,
          maxLength: 20,
        }),
        fc.string({ unit: fc.constantFrom('x', 'y', ' '), maxLength: 120 }),
        fc.integer({ min: 60, max: 100 }),
        (words, other, columns) => {
          const rows = [['node-1', other, words.join(' ')]]
          const text = renderTable(['A', 'B', 'C'], rows, { columns, colour: false, wrap: new Set([1, 2]) })
          for (const word of words.filter((word) => word.startsWith('--'))) expect(text).toContain(word)
          for (const line of text.split('\n')) expect(stringWidth(line)).toBeLessThanOrEqual(columns)
        },
      ),
    )
    expect(wrapText('use --leave-local-data', 12)).toEqual(['use', '--leave-loca', 'l-data'])
  })

  it('breaks lines at words, and lists below their own text', () => {
    expect(wrapText('one two three', 8)).toEqual(['one two', 'three'])
    expect(wrapText('封锁节点，等待。', 8)).toEqual(['封锁节', '点，等', '待。'])
    expect(wrapIndented('    → wait until the pods are gone', 28)).toEqual([
      '    → wait until the pods',
      '      are gone',
    ])
  })

  it('prints no control, direction or invisible character of any cell: all code points of the BMP', () => {
    for (let start = 0; start < 0x1_00_00; start += 0x400) {
      const cells = Array.from({ length: 0x400 }, (_, index) => [String.fromCharCode(start + index)])
      const text = renderTable(['C'], cells, plain)
      expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u)
      expect(text.split('\n')).toHaveLength(0x400 + 2)
    }
  })

  it('colours the header only, and only when asked to', () => {
    expect(renderTable(['A'], [['b']], { columns: 80, colour: true })).toContain('\u001b[1mA')
    expect(renderTable(['A'], [['b']], plain)).not.toContain('\u001b')
  })

  it('marks a cut cell', () => {
    expect(cut('kubernetes', 5)).toBe('kube…')
    expect(cut('主机清单', 5)).toBe('主机…')
  })
})

describe('csvRecord', () => {
  it.each(['=1+1', '+1', '-1', '@x', '\t=1', '\r=1', ' =1', '＝1'])(
    'keeps a spreadsheet from running %j',
    (cell) => {
      expect(csvRecord([cell])).toMatch(/^"?'/)
    },
  )

  it('quotes commas, quotes and line feeds', () => {
    expect(csvRecord(['a,b', 'say "x"', 'c\nd', 'e'])).toBe('"a,b","say ""x""","c\nd",e')
  })
})

describe('jsonText', () => {
  it('is the same document and has no raw control or direction character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const json = jsonText({ text })
        expect(JSON.parse(json)).toEqual({ text })
        expect(json).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u)
      }),
    )
  })
})
