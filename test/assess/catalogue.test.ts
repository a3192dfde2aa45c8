import { describe, expect, it } from 'vitest'
import { checks } from '../../checks/index.ts'
import { catalogue } from '../../src/assess/catalogue.ts'
import { CheckInfo } from '../../src/model/assessment.ts'
import { failing } from './fixed-checks.ts'

describe('the catalogue', () => {
  it('names every built-in check once', () => {
    const ids = checks.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it.each(catalogue(checks).map((info) => [info.id, info] as const))(
    '%s is complete in both languages, with sources and remedies',
    (_, info) => {
      expect(CheckInfo.parse(info)).toEqual(info)
      expect(info.id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/)
      expect(info.targets.length).toBeGreaterThan(0)
      expect(info.needs.length + (info.lists?.length ?? 0)).toBeGreaterThan(0)
      expect(info.sources.length).toBeGreaterThan(0)
      expect(info.remedies.length).toBeGreaterThan(0)
      for (const text of [info.title, info.what]) {
        expect(text.en).not.toMatch(/[\u4e00-\u9fff]/)
        expect(text.zh).toMatch(/[\u4e00-\u9fff]/)
      }
    },
  )

  it('tells a team’s checks from the built-in ones', () => {
    const list = [failing('a', 'low'), failing('b', 'low')]
    expect(catalogue(list, new Set(['b'])).map(({ origin }) => origin)).toEqual(['builtin', 'team'])
  })
})
