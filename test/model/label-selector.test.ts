import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { matchesLabels, parseLabelSelector, selectorText } from '../../src/model/label-selector.ts'

const worker = { role: 'worker', zone: 'a', 'example.com/gpu': '' }
const key = fc.constantFrom('role', 'zone', 'example.com/gpu', 'node-role.kubernetes.io/worker')
const value = fc.constantFrom('a', 'b', 'worker', 'x.y_z-1')
const part = fc.oneof(
  fc.tuple(key, fc.constantFrom('=', '==', '!='), value).map((words) => words.join('')),
  key,
  key.map((name) => `!${name}`),
  fc
    .tuple(key, fc.constantFrom('in', 'notin'), fc.array(value, { minLength: 1, maxLength: 3 }))
    .map(([name, word, values]) => `${name} ${word} (${values.join(', ')})`),
)

describe('parseLabelSelector', () => {
  it.each([
    ['role=worker', true],
    ['role==worker,zone!=b', true],
    ['role!=worker', false],
    ['gone!=x', true],
    ['zone in (a, b)', true],
    ['zone notin (a,b)', false],
    ['example.com/gpu', true],
    ['example.com/gpu=', true],
    ['!role', false],
    ['! gone', true],
  ])('chooses a worker by %s: %s', (text, expected) => {
    expect(matchesLabels(parseLabelSelector(text), worker)).toBe(expected)
  })

  it.each(['', 'a,', 'a=b=c', 'zone in a', 'zone in (a', 'a b', '=x', '-a=b', 'a=b c', 'A/b=c', 'n>1', '!'])(
    'refuses %j, naming it',
    (text) => expect(() => parseLabelSelector(text)).toThrow(/the label selector ".*" has/),
  )

  it('refuses what is too long', () => {
    expect(() => parseLabelSelector(Array.from({ length: 51 }, () => 'a').join(','))).toThrow(/50 parts/)
    expect(() => parseLabelSelector(`a in (${'b,'.repeat(100)}b)`)).toThrow(/100 values/)
    expect(() => parseLabelSelector('a'.repeat(5000))).toThrow(/4000 letters/)
  })

  it('means the same when it is written for the server', () => {
    const labels = fc.dictionary(key, value, { maxKeys: 4 })
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 5 }), labels, (parts, own) => {
        const selector = parseLabelSelector(parts.join(','))
        const again = parseLabelSelector(selectorText(selector))
        expect(again).toEqual(selector)
        expect(matchesLabels(again, own)).toBe(matchesLabels(selector, own))
      }),
    )
  })
})
