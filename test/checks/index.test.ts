import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { checks } from '../../checks/index.ts'
import { nodeChecks } from '../../checks/lists/node-checks.ts'
import { systemChecks } from '../../checks/lists/system-checks.ts'
import { workloadChecks } from '../../checks/lists/workload-checks.ts'
import { hostFacts, runCheck } from '../support/facts-fixture.ts'

const files = readdirSync(new URL('../../checks/', import.meta.url))
  .filter((name) => name.endsWith('.ts') && name !== 'index.ts')
  .map((name) => name.slice(0, -'.ts'.length))
const chinese = /\p{Script=Han}/u

describe('the list of checks', () => {
  it('names every file of the folder once, by its id', () => {
    expect(checks.map(({ id }) => id).toSorted()).toEqual(files.toSorted())
  })

  it('ends with its parts in checks/lists, one after the other', () => {
    const parts = {
      'system-checks': systemChecks,
      'workload-checks': workloadChecks,
      'node-checks': nodeChecks,
    }
    const inOrder = Object.values(parts).flat()
    expect(checks.slice(-inOrder.length)).toEqual(inOrder)
    const folder = readdirSync(new URL('../../checks/lists/', import.meta.url))
    expect(folder.toSorted()).toEqual(
      Object.keys(parts)
        .map((name) => `${name}.ts`)
        .toSorted(),
    )
  })

  it('has the checks that need the cluster among those of nodes, and no others there', () => {
    expect(checks.filter(({ lists }) => lists !== undefined)).toEqual(nodeChecks)
  })

  it.each(checks.map((check) => [check.id, check] as const))(
    '%s is complete in both languages',
    (id, check) => {
      expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/)
      for (const text of [check.title, check.what]) {
        expect(text.en).not.toMatch(chinese)
        expect(text.zh).toMatch(chinese)
      }
      expect(check.title.en.length).toBeLessThanOrEqual(80)
      expect(check.sources.length).toBeGreaterThan(0)
      expect(check.targets.length).toBeGreaterThan(0)
      expect(new Set([...check.needs, ...(check.uses ?? [])]).size).toBe(
        check.needs.length + (check.uses?.length ?? 0),
      )
    },
  )

  it('has a test file for every check', () => {
    const tests = new Set(readdirSync(new URL('.', import.meta.url)))
    expect(files.filter((name) => !tests.has(`${name}.test.ts`))).toEqual([])
  })

  it('blocks no target for a healthy worker, and asks for nothing grave', () => {
    const grave = checks.flatMap((check) =>
      check.targets.flatMap((target) => {
        const result = runCheck(check, hostFacts(), { target })
        const severity = (result.status === 'fail' ? result.severity : undefined) ?? check.severity
        const clean = result.status === 'pass' || result.status === 'not-applicable'
        return clean || !['block', 'high'].includes(severity)
          ? []
          : [`${check.id} ${target} ${result.status}`]
      }),
    )
    expect(grave).toEqual([])
  })
})
