import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { commandLine, commandWords } from '../../src/wizard/command-words.ts'

it('reads words with quotes and backslashes as a shell does', () => {
  expect(commandWords(String.raw`  /opt/x --name "a b"  'c "d"' e\ f "g\"h" '' `)).toEqual([
    '/opt/x',
    '--name',
    'a b',
    'c "d"',
    'e f',
    'g"h',
    '',
  ])
  expect(commandWords('')).toEqual([])
})

it('says that a quote is not closed', () => {
  expect(commandWords("a 'b")).toBeUndefined()
  expect(commandWords('a "b')).toBeUndefined()
})

it('reads back every list of words that it writes', () => {
  fc.assert(
    fc.property(fc.array(fc.string()), (words) => {
      expect(commandWords(commandLine(words))).toEqual(words)
    }),
  )
})
