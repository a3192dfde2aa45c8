import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalJson } from '../../src/model/canonical-json.ts'
import type { Plan } from '../../src/model/plan.ts'
import { diffPlans } from '../../src/plan/plan-diff.ts'
import { makePlan, planNode } from '../support/plan-fixture.ts'

function shown(is: Plan): string[] {
  return diffPlans(makePlan(), is).map(
    ({ kind, path, was, is: now }) =>
      `${kind} ${path.join('/')}: ${JSON.stringify(was)} -> ${JSON.stringify(now)}`,
  )
}

function changed(change: (plan: Plan) => void): Plan {
  const plan = makePlan()
  change(plan)
  return plan
}

describe('diffPlans', () => {
  it('finds nothing between a plan and itself', () => {
    expect(shown(makePlan())).toEqual([])
  })

  it('names node, step and parameter of what is another', () => {
    const is = changed(({ nodes: [first] }) => {
      first!.steps[0]!.with = { softTaint: false, extra: [1] }
      first!.steps[1]!.timeoutMs = 5
      first!.rollback.means = 'snapshot'
      first!.why = { en: 'better', zh: '更好' }
    })
    expect(shown(is)).toEqual([
      'changed nodes/node-1/why: {"en":"stateless","zh":"无状态"} -> {"en":"better","zh":"更好"}',
      'changed nodes/node-1/rollback/means: "old-disk" -> "snapshot"',
      'changed nodes/node-1/steps/cluster.cordon/with/softTaint: true -> false',
      'added nodes/node-1/steps/cluster.cordon/with/extra: null -> [1]',
      'changed nodes/node-1/steps/cluster.drain/timeoutMs: 3600000 -> 5',
    ])
  })

  it('tells a node that came from one that went, and where they stand', () => {
    const is = changed((plan) => {
      plan.nodes = [plan.nodes[0]!, plan.nodes[2]!, planNode('node-9')]
      plan.waves[1]!.nodes = ['node-9', 'node-3']
    })
    const kinds = diffPlans(makePlan(), is).map(({ kind, path }) => `${kind} ${path.join('/')}`)
    expect(kinds).toEqual([
      'removed nodes/node-2',
      'added nodes/node-9',
      'changed nodes order',
      'changed waves/wave 1/nodes',
    ])
  })

  it('sees steps in another order, and inputs that are others', () => {
    const is = changed(({ nodes: [first], inputs }) => {
      first!.steps.reverse()
      inputs.facts[1]!.sha256 = 'e'.repeat(64)
      inputs.cluster = null
    })
    expect(diffPlans(makePlan(), is).map(({ kind, path }) => `${kind} ${path.join('/')}`)).toEqual([
      'changed inputs/cluster',
      'changed inputs/facts/node-2.prod/sha256',
      'changed nodes/node-1/steps order',
    ])
  })

  /** Paths of everything in a value, lists and objects among them. */
  function pathsOf(
    value: unknown,
    path: readonly (string | number)[] = [],
  ): (readonly (string | number)[])[] {
    if (typeof value !== 'object' || value === null) return [path]
    const deeper = Object.entries(value).flatMap(([key, item]) =>
      pathsOf(item, [...path, Array.isArray(value) ? Number(key) : key]),
    )
    return path.length === 0 ? deeper : [path, ...deeper]
  }

  it('finds something in every plan whose canonical text is another, and nothing in every other one', () => {
    const paths = pathsOf(makePlan())
    fc.assert(
      fc.property(
        fc.constantFrom(...paths),
        fc.constantFrom('remove', 'null', 'replace', 'reverse', 'twice'),
        fc.jsonValue({ maxDepth: 2 }),
        (path, how, value) => {
          const plan: unknown = structuredClone(makePlan())
          const parent = path
            .slice(0, -1)
            .reduce<unknown>((at, key) => Reflect.get(at as object, key), plan) as object
          const last = path.at(-1) ?? ''
          const old: unknown = Reflect.get(parent, last)
          // What readPlan would let through: names that tell items apart stay.
          if (['name', 'host', 'uses', 'id', 'index'].includes(String(last)) || typeof old === 'object') {
            if (!Array.isArray(old)) return
            if (how === 'twice' || how === 'null' || how === 'remove' || how === 'replace') return
            old.reverse()
          } else if (how === 'remove' && !Array.isArray(parent)) Reflect.deleteProperty(parent, last)
          else Reflect.set(parent, last, how === 'null' ? null : value)
          const isSame = canonicalJson(plan) === canonicalJson(makePlan())
          expect(diffPlans(makePlan(), plan as Plan).length === 0).toBe(isSame)
        },
      ),
      { numRuns: 500 },
    )
  })
})
