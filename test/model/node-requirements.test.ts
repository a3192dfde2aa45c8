import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fulfils, matchesTerms, requirementsOf, traitsOf } from '../../src/model/node-requirements.ts'
import type { NodeSelectorTerm, Taint, Toleration } from '../../src/model/cluster-parts.ts'
import { clusterNode } from '../support/cluster-fixture.ts'

const zoneA = traitsOf(clusterNode('node-1', { labels: { zone: 'a', size: '8' } }))

describe('requirements of nodes', () => {
  it('demands nothing when nothing is said', () => {
    expect(fulfils(zoneA, requirementsOf({}))).toBe(true)
  })

  it.each<[string, NodeSelectorTerm, boolean]>([
    ['a value that is in', { matchExpressions: [{ key: 'zone', operator: 'In', values: ['a'] }] }, true],
    ['a value that is not in', { matchExpressions: [{ key: 'zone', operator: 'In', values: ['b'] }] }, false],
    ['a key that is missing', { matchExpressions: [{ key: 'gpu', operator: 'Exists' }] }, false],
    ['a key that must be missing', { matchExpressions: [{ key: 'gpu', operator: 'DoesNotExist' }] }, true],
    ['NotIn without the key', { matchExpressions: [{ key: 'gpu', operator: 'NotIn', values: ['a'] }] }, true],
    ['a number above', { matchExpressions: [{ key: 'size', operator: 'Gt', values: ['7'] }] }, true],
    ['a number at the limit', { matchExpressions: [{ key: 'size', operator: 'Gt', values: ['8'] }] }, false],
    ['a number below', { matchExpressions: [{ key: 'size', operator: 'Lt', values: ['9'] }] }, true],
    ['no number', { matchExpressions: [{ key: 'zone', operator: 'Gt', values: ['1'] }] }, false],
    ['an operator of a newer server', { matchExpressions: [{ key: 'zone', operator: 'Like' }] }, false],
    ['its name', { matchFields: [{ key: 'metadata.name', operator: 'In', values: ['node-1'] }] }, true],
    ['another name', { matchFields: [{ key: 'metadata.name', operator: 'In', values: ['node-2'] }] }, false],
    ['a term without parts', {}, false],
    [
      'a label named as JavaScript names things',
      { matchExpressions: [{ key: 'constructor', operator: 'Exists' }] },
      false,
    ],
  ])('knows %s', (_name, term, expected) => {
    expect(matchesTerms(zoneA, [term])).toBe(expected)
  })

  const taint: Taint = { key: 'k', value: 'v', effect: 'NoSchedule' }
  const other: Taint = { key: 'k', effect: 'NoExecute' }
  const soft: Taint = { key: 'k', effect: 'PreferNoSchedule' }
  const cordon: Taint = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }
  const fits = (own: Taint, tolerations: Toleration[]): boolean =>
    fulfils(traitsOf(clusterNode('node-1', { taints: [own] })), requirementsOf({ tolerations }))

  it.each<[string, Taint, Toleration[]]>([
    ['the same is tolerated', taint, [{ key: 'k', value: 'v', effect: 'NoSchedule' }]],
    ['any value is tolerated', taint, [{ key: 'k', operator: 'Exists' }]],
    ['everything is tolerated', other, [{ operator: 'Exists' }]],
    ['neither has a value', other, [{ key: 'k' }]],
    ['it only asks', soft, []],
    ['it is the cordon', cordon, []],
  ])('lets a pod in when %s', (_name, own, tolerations) => {
    expect(fits(own, tolerations)).toBe(true)
  })

  it.each<[string, Taint, Toleration[]]>([
    ['nothing is tolerated', taint, []],
    ['another value is tolerated', taint, [{ key: 'k', value: 'w' }]],
    ['another effect is tolerated', other, [{ key: 'k', operator: 'Exists', effect: 'NoSchedule' }]],
  ])('keeps a pod out when %s', (_name, own, tolerations) => {
    expect(fits(own, tolerations)).toBe(false)
  })

  it('demands a selector and an affinity both', () => {
    const required = [{ matchExpressions: [{ key: 'zone', operator: 'In', values: ['a'] }] }]
    const affinity = { node: { required, preferred: [] } }
    expect(fulfils(zoneA, requirementsOf({ affinity, nodeSelector: { size: '8' } }))).toBe(true)
    expect(fulfils(zoneA, requirementsOf({ affinity, nodeSelector: { size: '9' } }))).toBe(false)
  })

  it('never lets more in by a further term of the same kind', () => {
    const expression = fc.record({
      key: fc.constantFrom('zone', 'size', 'gpu'),
      operator: fc.constantFrom('In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt', 'Lt'),
      values: fc.array(fc.constantFrom('a', 'b', '7', '9'), { maxLength: 2 }),
    })
    fc.assert(
      fc.property(fc.array(expression, { minLength: 1 }), expression, (parts, further) => {
        const narrow = matchesTerms(zoneA, [{ matchExpressions: [...parts, further] }])
        expect(narrow && !matchesTerms(zoneA, [{ matchExpressions: parts }])).toBe(false)
      }),
    )
  })
})
