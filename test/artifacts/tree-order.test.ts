import { describe, expect, it } from 'vitest'
import { safePath } from '../../src/artifacts/tree-order.ts'

describe('safePath', () => {
  it.each([
    ['./', '.'],
    ['.', '.'],
    ['./a/b', 'a/b'],
    ['./a/', 'a'],
    ['./\nA', '\nA'],
    ['./a\n/', 'a\n'],
    ['./\r', '\r'],
    ['./\u2028/', '\u2028'],
    ['./..a', '..a'],
  ])('of %j is %j', (raw, path) => {
    expect(safePath(raw)).toBe(path)
  })

  it.each(['', '/a', './../a', './a/../b', './a//b', './a/./b', './a\0', '..', `./${'a'.repeat(5000)}`])(
    'refuses %j',
    (raw) => {
      expect(() => safePath(raw)).toThrow('the archive is not valid')
    },
  )
})
