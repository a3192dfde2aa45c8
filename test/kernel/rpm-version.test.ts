import { execFileSync } from 'node:child_process'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareEvr, compareVersions, parseEvr } from '../../src/kernel/rpm-version.ts'

/** rpm's own vectors: tests/rpmvercmp.at. */
const vectors: readonly (readonly [string, string, number])[] = [
  ['1.0', '1.0', 0],
  ['1.0', '2.0', -1],
  ['2.0.1', '2.0.1', 0],
  ['2.0', '2.0.1', -1],
  ['2.0.1a', '2.0.1a', 0],
  ['2.0.1a', '2.0.1', 1],
  ['5.5p1', '5.5p1', 0],
  ['5.5p1', '5.5p2', -1],
  ['5.5p10', '5.5p1', 1],
  ['10xyz', '10.1xyz', -1],
  ['xyz10', 'xyz10.1', -1],
  ['xyz.4', '8', -1],
  ['xyz.4', '2', -1],
  ['5.5p2', '5.6p1', -1],
  ['5.6p1', '6.5p1', -1],
  ['6.0.rc1', '6.0', 1],
  ['10b2', '10a1', 1],
  ['1.0aa', '1.0a', 1],
  ['10.0001', '10.1', 0],
  ['10.0001', '10.0039', -1],
  ['4.999.9', '5.0', -1],
  ['20101122', '20101121', 1],
  ['2_0', '2.0', 0],
  ['a', 'a+', 0],
  ['+', '_', 0],
  ['_+', '+_', 0],
  ['1.0~rc1', '1.0', -1],
  ['1.0~rc1', '1.0~rc2', -1],
  ['1.0~rc1~git123', '1.0~rc1', -1],
  ['1.0^', '1.0', 1],
  ['1.0^git1', '1.0', 1],
  ['1.0^git1', '1.0^git2', -1],
  ['1.0^git1', '1.01', -1],
  ['1.0^20160101', '1.0.1', -1],
  ['1.0^20160101^git1', '1.0^20160102', -1],
  ['1.0~rc1^git1', '1.0~rc1', 1],
  ['1.0^git1~pre', '1.0^git1', -1],
  ['1b.fc17', '1.fc17', -1],
  ['1g.fc17', '1.fc17', 1],
  ['348.7.1.el8_5', '348.el8', 1],
  ['513.18.1.el8_9', '80.7.3.el8', 1],
  ['13_rc2.an8', '13.an8', 1],
  ['', '', 0],
  ['', '1', -1],
]

describe('compareVersions', () => {
  it.each(vectors)('orders %s and %s as rpm does', (a, b, expected) => {
    expect(Math.sign(compareVersions(a, b))).toBe(expected)
    expect(Math.sign(compareVersions(b, a))).toBe(-expected + 0)
  })

  it('agrees with librpm on thousands of generated pairs', () => {
    const pairs = fc.sample(versionPair, 4000)
    const ours = pairs.map(([a, b]) => Math.sign(compareVersions(a, b)))
    const theirs = askRpm(pairs)
    const wrong = pairs.flatMap((pair, index) => (ours[index] === theirs[index] ? [] : [pair]))
    expect(wrong).toEqual([])
  })

  it('agrees with librpm on epoch, version and release together', () => {
    const evr = fc
      .tuple(fc.constantFrom('', '0:', '1:', '2:'), version, version)
      .map(([epoch, v, release]) => `${epoch}${v}-${release}`)
    const pairs = fc.sample(fc.tuple(evr, evr), 1000)
    expect(pairs.map(([a, b]) => Math.sign(compareEvr(a, b)))).toEqual(askRpm(pairs))
  })

  it('is antisymmetric and equal to itself', () => {
    fc.assert(
      fc.property(versionPair, ([a, b]) => {
        expect(Math.sign(compareVersions(a, b)) + Math.sign(compareVersions(b, a))).toBe(0)
        expect(compareVersions(a, a)).toBe(0)
      }),
    )
  })
})

describe('compareEvr', () => {
  it('looks at the epoch first', () => {
    expect(compareEvr('1:1.0-1', '2.0-1')).toBeGreaterThan(0)
  })

  it('takes a missing epoch for 0', () => {
    expect(compareEvr('0:1.0-1', '1.0-1')).toBe(0)
  })

  it('ignores the release when one side has none', () => {
    expect(compareEvr('1.0', '1.0-99')).toBe(0)
  })

  it('compares releases when versions are equal', () => {
    expect(compareEvr('4.18.0-348.7.1.el8_5', '4.18.0-348.el8')).toBeGreaterThan(0)
  })
})

describe('parseEvr', () => {
  it('splits at the first colon and the last dash', () => {
    expect(parseEvr('1:2.02-123.0.2.an8_6.8')).toEqual({
      epoch: 1,
      version: '2.02',
      release: '123.0.2.an8_6.8',
    })
    expect(parseEvr('5.10.134')).toEqual({ epoch: 0, version: '5.10.134', release: null })
  })
})

const segment = fc.oneof(
  { weight: 4, arbitrary: fc.stringMatching(/^[0-9]{1,4}$/) },
  { weight: 2, arbitrary: fc.stringMatching(/^[a-zA-Z]{1,3}$/) },
  fc.constantFrom('rc1', 'el8_5', '00', '0', '01', 'git'),
)
// No `-`: it ends a version, and rpm.vercmp splits what it is given there.
const separator = fc.constantFrom('.', '~', '^', '_', '+', '', '..')
const version = fc
  .array(fc.tuple(segment, separator), { minLength: 1, maxLength: 5 })
  .map((parts) => parts.flat().join(''))
// Unrelated pairs differ early; mutated ones reach the rules about what is left over.
const versionPair = fc.oneof(
  fc.tuple(version, version),
  fc
    .tuple(version, separator, segment)
    .map(([a, between, more]): [string, string] => [a, a + between + more]),
  fc.tuple(version, version, version).map(([head, a, b]): [string, string] => [head + a, head + b]),
)

/** Asks the real librpm, 500 pairs a call; the alphabet has nothing that Lua or rpm macros would touch. */
function askRpm(pairs: readonly (readonly [string, string])[]): number[] {
  const answers: number[] = []
  for (let from = 0; from < pairs.length; from += 500) {
    const calls = pairs
      .slice(from, from + 500)
      .map(([a, b]) => `print(rpm.vercmp("${a}","${b}").." ")`)
      .join(' ')
    const output = execFileSync('rpm', ['--eval', `%{lua: ${calls}}`], { encoding: 'utf8' })
    answers.push(...output.trim().split(/\s+/).map(Number))
  }
  return answers
}
