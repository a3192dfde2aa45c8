import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { globToRegExp } from '../../src/facts/glob.ts'
import { inputOf, readFiles, readPaths } from '../../src/facts/input.ts'
import { shellWords } from '../../src/model/shell-words.ts'

describe('globToRegExp', () => {
  it.each([
    ['/etc/*.conf', '/etc/a.conf', true],
    ['/etc/*.conf', '/etc/d/a.conf', false],
    ['/etc/*.conf', '/etc/.hidden.conf', false],
    ['/etc/ifcfg-*', '/etc/ifcfg-eth0:1', true],
    ['/proc/[0-9]*/stat', '/proc/17/stat', true],
    ['/proc/[0-9]*/stat', '/proc/self/stat', false],
    ['/a/[!x]b', '/a/xb', false],
    ['/a/?', '/a/bc', false],
    ['/a+(b)/c', '/a+(b)/c', true],
  ])('%s and %s', (pattern, path, expected) => {
    expect(globToRegExp(pattern).test(path)).toBe(expected)
  })
})

describe('readFiles', () => {
  it('keeps files apart whatever their content says', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.string({ unit: 'binary' }).filter((text) => !text.includes('\n')),
          { minLength: 1 },
        ),
        (content) => {
          const lines = content.map((line) => `/etc/a\u0000${line}\n`)
          const { files } = readFiles(
            `${lines.join('')}/etc/b\u0000x\n`,
            ['/etc/a', '/etc/b', '/etc/c'],
            false,
          )
          expect([...files.keys()].toSorted()).toEqual(['/etc/a', '/etc/b', '/etc/c'])
          expect(files.get('/etc/b')).toEqual({ status: 'read', text: 'x\n', truncated: false })
          expect(files.get('/etc/c')).toEqual({ status: 'read', text: '', truncated: false })
        },
      ),
    )
  })

  it('finds the paths of a pattern among many, as a plain search would', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[ab./]{0,6}$/)), (names) => {
        const text = names.map((name) => `/s/${name}\u0000x\n`).join('')
        const { files } = readFiles(text, [], false)
        const input = inputOf({
          stdout: '',
          exitCode: 0,
          files,
          paths: new Map(),
          hiddenDirectories: [],
          privilege: 'root',
          epochSeconds: 0,
          endEpochSeconds: null,
          sentAtSeconds: null,
          receivedAtSeconds: null,
        })
        const expected = [...files.keys()].filter((path) => globToRegExp('/s/a*').test(path)).toSorted()
        expect(input.matching('/s/a*')).toEqual(expected)
      }),
    )
  })
})

describe('readPaths', () => {
  it('reads kinds and link targets, and skips what is no such line', () => {
    const paths = readPaths('d\t4096\t/opt/a b\t\nl\t7\t/etc/x\t../y\tz\nc\t0\t/dev/kvm\t\nnonsense\n')
    expect([...paths]).toEqual([
      ['/opt/a b', { kind: 'directory', sizeBytes: 4096, target: null }],
      ['/etc/x', { kind: 'link', sizeBytes: 7, target: '../y\tz' }],
      ['/dev/kvm', { kind: 'other', sizeBytes: 0, target: null }],
    ])
  })
})

describe('shellWords', () => {
  it.each([
    ['a  b', ['a', 'b']],
    ['x="a b" y', ['x=a b', 'y']],
    [`'a "b"' c`, ['a "b"', 'c']],
    ['', []],
    ['"open', ['"open']],
  ])('splits %j', (text, words) => {
    expect(shellWords(text)).toEqual(words)
  })
})
