import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { toldBytes, untoldBytes } from '../../src/artifacts/byte-text.ts'

it('tells any bytes as one text, from which they come back', () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 12 }).map((array) => Buffer.from(array).toString('latin1')),
    fc.string({ unit: 'grapheme', maxLength: 8 }).map((text) => Buffer.from(text).toString('latin1')),
    fc.constantFrom("$'a'", "$'\\377'", '$', "'", '\\', "$'", ''),
  )
  fc.assert(
    fc.property(bytes, (raw) => {
      const text = toldBytes(raw)
      expect(untoldBytes(text)).toBe(raw)
      // What JSON carries comes back the same: no lone halves of characters.
      expect(Buffer.from(text, 'utf8').toString('utf8')).toBe(text)
    }),
    { numRuns: 1000 },
  )
})

it('tells text as it is, and escapes the rest as printf %q does', () => {
  const chinese = Buffer.from('中文').toString('latin1')
  expect([toldBytes(chinese), toldBytes('a b\n'), toldBytes("\xff\n'\\")]).toEqual([
    '中文',
    'a b\n',
    String.raw`$'\377\012\'\\'`,
  ])
})
