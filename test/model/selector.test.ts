import { assert, constantFrom, property, string } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isMigrationError } from '../../src/model/errors.ts'
import { editDistance, nearest } from '../../src/model/nearest.ts'
import { parseSelector, selects } from '../../src/model/selector.ts'

const worker = {
  name: 'node-07.prod',
  groups: ['workers'],
  labels: { role: 'worker', zone: 'a', note: 'x, y' },
}

function chosen(selector: string): boolean {
  return selects(parseSelector(selector), worker)
}

describe('selects', () => {
  it.each([
    ['*', true],
    ['role=worker', true],
    ['role==worker', true],
    ['role = worker , zone in ( a , b )', true],
    ['role=worker,zone in (b,c)', false],
    ['zone notin (c)', true],
    ['zone notin (a,c)', false],
    ['tier!=db', true],
    ['role!=worker', false],
    ['tier notin (db)', true],
    ['gpu', false],
    ['zone', true],
    ['!gpu', true],
    ['!zone', false],
    ['tier=', false],
    ['note="x, y"', true],
    ['host=node-07.prod', true],
    ['host=node-*', true],
    ['host=node-?7.*', true],
    ['host=node-', false],
    ['host!=node-*', false],
    ['host in (a,node-07*)', true],
    ['host notin (a,b)', true],
    ['group=workers', true],
    ['group!=workers', false],
    ['group in (masters,workers)', true],
    ['*,!gpu', true],
    ['in=x', false],
    ['toString', false],
  ])('%s is %s', (selector, expected) => {
    expect(chosen(selector)).toBe(expected)
  })

  it('keeps a value that is empty apart from a label that is missing', () => {
    expect(selects(parseSelector('zone='), { ...worker, labels: { zone: '' } })).toBe(true)
  })

  it('takes labels in Chinese', () => {
    expect(selects(parseSelector('bu in (支付,清算)'), { ...worker, labels: { bu: '清算' } })).toBe(true)
  })
})

describe('parseSelector', () => {
  it.each([
    ['', 1],
    ['role=worker,', 13],
    ['zone in a', 9],
    ['zone in (a', 11],
    ['role worker', 6],
    ['host', 5],
    ['!host', 2],
    ['host=', 6],
    ['a=b=c', 4],
    ['a=b)', 4],
    ['名=x', 1],
  ])('refuses %j at position %i', (selector, position) => {
    expect(() => parseSelector(selector)).toThrow(
      expect.objectContaining({ code: 'SELECTOR_INVALID', details: { position } }),
    )
  })

  it('throws nothing but SELECTOR_INVALID, whatever is typed', () => {
    const pieces = ['a', 'b', ' ', '=', '!', ',', '(', ')', '"', '*', 'in', 'notin', 'host', '\\']
    const parsing = property(string({ unit: constantFrom(...pieces) }), (text) => {
      try {
        selects(parseSelector(text), worker)
      } catch (error) {
        if (!isMigrationError(error, 'SELECTOR_INVALID')) throw error
      }
    })
    expect(() => assert(parsing)).not.toThrow()
  })

  it('finds a value again that was written in quotes', () => {
    const quoting = property(string(), (value) => {
      const quoted = `"${value.replaceAll(/["\\]/g, String.raw`\$&`)}"`
      return selects(parseSelector(`k=${quoted}`), { ...worker, labels: { k: value } })
    })
    expect(() => assert(quoting)).not.toThrow()
  })
})

describe('nearest', () => {
  it('finds the word that was meant', () => {
    expect(nearest('identityFlie', ['user', 'identityFiles', 'port'])).toBe('identityFiles')
    expect(nearest('prot', ['user', 'port'])).toBe('port')
  })

  it('stays silent when nothing is close', () => {
    expect(nearest('colour', ['user', 'port'])).toBeUndefined()
  })

  it('counts a swap of neighbours as one edit', () => {
    expect(editDistance('abcd', 'abdc')).toBe(1)
    expect(editDistance('', 'abc')).toBe(3)
  })
})
