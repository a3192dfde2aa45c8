import { once } from 'node:events'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createByteSink } from '../../src/hosts/byte-sink.ts'
import { createTrailerFilter } from '../../src/hosts/openssh-run.ts'
import { printable } from '../../src/hosts/printable.ts'

describe('createByteSink', () => {
  it('gives back what was pushed, in any sizes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 9000 }), { maxLength: 40 }), (chunks) => {
        const sink = createByteSink()
        for (const chunk of chunks) sink.push(chunk)
        expect(Buffer.from(sink.bytes()).equals(Buffer.concat(chunks))).toBe(true)
        expect(sink.length).toBe(Buffer.concat(chunks).length)
      }),
      { numRuns: 50 },
    )
  })
})

describe('createTrailerFilter', () => {
  it('takes the trailer out, keeps everything else, and holds nothing else back', async () => {
    const piece = fc.oneof(
      fc.string({ maxLength: 20 }),
      fc.constantFrom('osferry-', 'osferry-m', '\n', 'osferry-mark'),
    )
    await fc.assert(
      fc.asyncProperty(
        fc.array(piece, { maxLength: 12 }),
        fc.integer({ min: 0, max: 255 }),
        async (pieces, status) => {
          const own = Buffer.from(pieces.join(''))
          const filter = createTrailerFilter('osferry-mark0')
          const got: Buffer[] = []
          filter.stream.on('data', (chunk: Buffer) => got.push(chunk))
          const ended = once(filter.stream, 'end')
          for (const item of pieces) filter.stream.write(Buffer.from(item))
          filter.stream.end(`osferry-mark0 ${status}\nShared connection closed.\n`)
          await ended
          expect(Buffer.concat(got).equals(own)).toBe(true)
          expect([filter.seen(), filter.status()]).toEqual([true, status])
        },
      ),
      { numRuns: 60 },
    )
  })

  it('tells that there was none, and what was said last', async () => {
    const filter = createTrailerFilter('osferry-mark0')
    const ended = once(filter.stream, 'end')
    filter.stream.resume()
    filter.stream.end('first\nclient_loop: send disconnect: Broken pipe\nosferry-ma')
    await ended
    expect([filter.seen(), filter.lastWords()]).toEqual([false, expect.stringContaining('Broken pipe')])
  })
})

describe('printable', () => {
  it('holds no control or format character, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        expect(printable(text)).not.toMatch(/[\p{Cc}\p{Cf}\u2028\u2029]/u)
      }),
    )
    expect(printable('x'.repeat(1000)).length).toBeLessThan(310)
  })
})
