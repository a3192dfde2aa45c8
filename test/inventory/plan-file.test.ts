import { createHash } from 'node:crypto'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { firstDifference, jsonProblem } from '../../src/inventory/json-text.ts'
import { planDigest, readPlan, requireDigest } from '../../src/inventory/plan-file.ts'
import { canonicalJson } from '../../src/model/canonical-json.ts'
import { makePlan } from '../support/plan-fixture.ts'
import { tempDirectory } from './temp.ts'

const canonical = canonicalJson(makePlan())

async function read(text: string) {
  return await readPlan(join(await tempDirectory({ 'plan.json': text }), 'plan.json'))
}

describe('readPlan', () => {
  it('gives one digest for every layout of the same plan: the sha256 of its canonical text', async () => {
    const digest = createHash('sha256').update(canonical).digest('hex')
    const { schema, ...rest } = makePlan()
    const texts = [
      canonical,
      JSON.stringify(makePlan(), null, 2),
      JSON.stringify({ ...rest, schema }),
      `\n${canonical}\r\n`,
    ]
    for (const text of texts) expect((await read(text)).digest).toBe(digest)
    expect(planDigest(makePlan())).toBe(digest)
  })

  it('gives another digest for every other plan', async () => {
    const { digest } = await read(canonical)
    expect((await read(canonical.replace('/opt/reinstall', '/opt/reinstal1'))).digest).not.toBe(digest)
    expect((await read(canonical.replace('"evictions":12', '"evictions":13'))).digest).not.toBe(digest)
  })

  it.each([
    ['cut short', canonical.slice(0, 500), /plan\.json is not JSON/],
    ['empty', '', /is empty/],
    ['of another kind', canonical.replace('plan/v1', 'facts/v1'), /plan\.json: schema: /],
    ['without its waves', canonical.replace('"waves":[', '"waives":['), /waves: is missing/],
    [
      'with a number that is none',
      canonical.replace('"evictions":12', '"evictions":"12"'),
      /bounds\.evictions: /,
    ],
    [
      'with a key that nobody knows',
      canonical.replace('{"bounds":', '{"approved":true,"bounds":'),
      /approved: this osferry does not know it/,
    ],
    [
      'with an unknown key deep inside',
      canonical.replace('"acceptedBy":"li.wei"', '"acceptedBy":"li.wei","note":"x"'),
      /nodes\[2\]\.rollback\.note: /,
    ],
    [
      'with a key twice',
      canonical.replace('"evictions":12', '"evictions":99,"evictions":12'),
      /a key stands twice/,
    ],
    [
      'with a key twice, once escaped',
      canonical.replace('"makespanMs":', String.raw`"make\u0073panMs":1,"makespanMs":`),
      /a key stands twice/,
    ],
    [
      'with a number beyond all numbers',
      canonical.replace('"with":{"softTaint":true}', '"with":{"softTaint":1e999}'),
      /a number is too large/,
    ],
    [
      'nested without end',
      canonical.replace('"with":{"softTaint":true}', `"with":{"a":${'['.repeat(5000)}${']'.repeat(5000)}}`),
      /nested deeper/,
    ],
    [
      'with a prototype',
      canonical.replace('"with":{"softTaint":true}', '"with":{"__proto__":{"softTaint":true}}'),
      /with.*this osferry does not know it/,
    ],
  ])('refuses one that is %s', async (_, text, message) => {
    expect(text).not.toBe(canonical)
    await expect(read(text)).rejects.toThrow(
      expect.objectContaining({ code: 'DOCUMENT_INVALID', message: expect.stringMatching(message) }),
    )
  })

  it('refuses a version that it does not know', async () => {
    await expect(read(canonical.replace('plan/v1', 'plan/v2'))).rejects.toThrow(
      expect.objectContaining({ code: 'DOCUMENT_NEWER' }),
    )
  })
})

describe('requireDigest', () => {
  it('takes the whole digest, with or without its name, or twelve digits of it', async () => {
    const file = await read(canonical)
    const { digest } = file
    for (const meant of [digest, `sha256:${digest}`, digest.slice(0, 12), digest.toUpperCase()])
      expect(() => requireDigest(file, meant)).not.toThrow()
    const other = `${digest.startsWith('0') ? '1' : '0'}${digest.slice(1)}`
    expect(() => requireDigest(file, other)).toThrow(expect.objectContaining({ code: 'PLAN_DIGEST_WRONG' }))
    for (const meant of ['', digest.slice(0, 11), `${digest}0`, 'zzzzzzzzzzzz'])
      expect(() => requireDigest(file, meant)).toThrow(expect.objectContaining({ code: 'USAGE' }))
  })
})

describe('jsonProblem', () => {
  it('finds nothing in any text that JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(undefined, 2), (value, space) => {
        const text = JSON.stringify(value, null, space)
        expect(jsonProblem(text, JSON.parse(text))).toBeUndefined()
      }),
    )
  })

  it('finds a key that stands twice, wherever it is', () => {
    fc.assert(
      fc.property(fc.string(), fc.jsonValue(), fc.jsonValue(), (key, first, second) => {
        const name = JSON.stringify(key)
        const text = `[{${name} :${JSON.stringify(first)},${name}: ${JSON.stringify(second)}}]`
        expect(jsonProblem(text, JSON.parse(text))).toBe('a key stands twice in one object')
      }),
    )
  })
})

describe('firstDifference', () => {
  it('is nothing between a value and its copy, and the path of what was taken away', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const copy: unknown = JSON.parse(JSON.stringify(value))
        expect(firstDifference(JSON.parse(JSON.stringify(value)), copy)).toBeUndefined()
        expect(firstDifference({ a: [{ b: copy, c: 1 }] }, { a: [{ b: copy }] })).toEqual(['a', 0, 'c'])
      }),
    )
  })
})
