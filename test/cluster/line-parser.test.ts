import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createLineParser } from '../../src/cluster/line-parser.ts'

/** Cuts bytes at any places, the same one several times too. */
function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const ends = [...places.map((place) => place % (bytes.length + 1)), bytes.length].sort((a, b) => a - b)
  return ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end))
}

describe('createLineParser', () => {
  it('gives the same events however the bytes are cut, inside characters too', () => {
    fc.assert(
      fc.property(
        fc.array(fc.jsonValue({ noUnicodeString: false }), { maxLength: 12 }),
        fc.array(fc.nat(), { maxLength: 40 }),
        fc.constantFrom('\n', '\r\n', '\n\n'),
        (values, places, end) => {
          const text = values.map((value) => JSON.stringify(value) + end).join('')
          const parser = createLineParser()
          const events = cut(Buffer.from(text), places).flatMap((chunk) => parser.push(chunk))
          expect(events).toEqual(values.map((value) => JSON.parse(JSON.stringify(value)) as unknown))
        },
      ),
    )
  })

  it('keeps a cut line to itself', () => {
    const parser = createLineParser()
    expect(parser.push(Buffer.from('{"a":1}\n{"b":'))).toEqual([{ a: 1 }])
    expect(parser.push(Buffer.from('2'))).toEqual([])
    expect(parser.push(Buffer.from('}\n'))).toEqual([{ b: 2 }])
  })

  it('refuses a line without end before it fills the memory', () => {
    const parser = createLineParser(1 << 20)
    const chunk = Buffer.alloc(64 << 10, 'x')
    const flood = (): void => {
      for (let index = 0; index < 1000; index += 1) parser.push(chunk)
    }
    expect(flood).toThrow(/more than 1048576 bytes/)
  })

  it.each([
    ['half a document', '{"a":\n'],
    ['a page', '<html>\n'],
    ['bytes that are no UTF-8', Buffer.from([0x22, 0xff, 0xfe, 0x22, 0x0a])],
  ])('refuses %s', (_, line) => {
    expect(() => createLineParser().push(Buffer.from(line))).toThrow(/no JSON/)
  })
})
