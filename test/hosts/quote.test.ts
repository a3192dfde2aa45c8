import { execFileSync } from 'node:child_process'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { quoteCommand, quoteWord } from '../../src/hosts/quote.ts'
import { splitWords } from '../../src/hosts/secrets.ts'

const word = fc
  .string({ unit: 'grapheme', maxLength: 40 })
  .filter((text) => !text.includes('\0') && text.isWellFormed())

describe('quoteCommand', () => {
  it('gives a real shell exactly the words', () => {
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 20 }), (words) => {
        const line = quoteCommand(['printf', '%s\\0', ...words])
        const out = execFileSync('sh', ['-c', line], { encoding: 'utf8' })
        expect(out).toBe(words.map((item) => `${item}\0`).join(''))
      }),
      { numRuns: 60 },
    )
  })

  it('is read back by our own splitter', () => {
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 10 }), (words) => {
        expect(splitWords(quoteCommand(words))).toEqual(words)
      }),
    )
  })

  it('leaves plain words readable and quotes what a shell would read', () => {
    expect(['ls', '-la', '/etc/os-release', 'a=b', '~', '', "it's"].map((item) => quoteWord(item))).toEqual([
      'ls',
      '-la',
      '/etc/os-release',
      "'a=b'",
      "'~'",
      "''",
      String.raw`'it'\''s'`,
    ])
  })

  it('refuses NUL and an empty command', () => {
    expect(() => quoteWord('a\0b')).toThrow(/NUL/)
    expect(() => quoteCommand([])).toThrow(/at least a program/)
  })
})
