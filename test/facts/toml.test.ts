import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseToml } from '../../src/facts/toml.ts'

describe('parseToml', () => {
  it('reads tables, quoted and dotted keys, and values over several lines', () => {
    const text = `
version = 2 # comment
a."b.c".d = 'lit # eral'
[ plugins . "x.y" ]
  on = true
  list = [
    "one", # "no"
    'two]',
  ]
  n = -3
  escaped = "a \\"quoted\\" \\\\ word"
[[many]]
k = "v"
`
    expect(parseToml(text)).toEqual({
      tables: [['plugins', 'x.y'], ['many']],
      settings: [
        { path: ['version'], value: 2 },
        { path: ['a', 'b.c', 'd'], value: 'lit # eral' },
        { path: ['plugins', 'x.y', 'on'], value: true },
        { path: ['plugins', 'x.y', 'list'], value: ['one', 'two]'] },
        { path: ['plugins', 'x.y', 'n'], value: -3 },
        { path: ['plugins', 'x.y', 'escaped'], value: 'a "quoted" \\ word' },
        { path: ['many', 'k'], value: 'v' },
      ],
    })
  })

  it('skips what it does not read: inline tables, dates, texts over several lines', () => {
    const text = 'a = { b = 1 }\nc = 1979-05-27\nd = """\nversion = 9\n"""\ne = 1\n'
    expect(parseToml(text).settings).toEqual([{ path: ['e'], value: 1 }])
  })

  it('reads back every string that it is given, wherever it stands', () => {
    const key = fc.stringMatching(/^[\w.-]{1,10}$/)
    const word = fc.stringMatching(/^[\w .#=[\]{},'/:-]{0,20}$/)
    fc.assert(
      fc.property(fc.array(fc.tuple(key, key, word), { maxLength: 8 }), (rows) => {
        const text = rows.map(([table, name, value]) => `["${table}"]\n"${name}" = "${value}"`).join('\n')
        expect(parseToml(text).settings).toEqual(
          rows.map(([table, name, value]) => ({ path: [table, name], value })),
        )
      }),
    )
  })

  it('never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(parseToml(`x = [${text}\n[${text}]\n${text} = 1`)).toHaveProperty('settings')
      }),
    )
  })
})
