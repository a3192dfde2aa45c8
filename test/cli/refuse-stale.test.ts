import { describe, expect, it } from 'vitest'
import { changesDocument, staleError } from '../../src/cli/refuse-stale.ts'
import type { ChangedObject } from '../../src/plan/cluster-changes.ts'
import type { ChangedInput } from '../../src/plan/plan-inputs.ts'

const budget: ChangedObject = {
  kind: 'PodDisruptionBudget',
  namespace: 'shop',
  name: 'web',
  change: 'changed',
  fields: [
    { field: 'maxUnavailable', before: null, after: '25%' },
    { field: 'minAvailable', before: '2', after: null },
  ],
}
const gone = (name: string): ChangedObject => ({
  kind: 'Node',
  namespace: null,
  name,
  change: 'gone',
  fields: [],
})
const ofCluster = (...objects: ChangedObject[]): ChangedInput => ({ input: 'cluster', host: null, objects })

function linesOf(changes: readonly ChangedInput[], language: 'en' | 'zh' = 'en'): string[] {
  const { message } = staleError({ say: (text) => text[language] }, { path: 'plan.json' }, changes)
  return message.split('\n').slice(1)
}

describe('the refusal of a plan that is stale', () => {
  it('names objects of the cluster below it, each with what it was and is', () => {
    const replaced: ChangedObject = { ...gone('n2'), change: 'replaced' }
    const changes = [ofCluster(gone('n1'), replaced, budget), { input: 'facts', host: 'a' } as const]
    expect(linesOf(changes)).toEqual([
      '  cluster',
      '    Node n1: gone',
      '    Node n2: another one of this name (other uid)',
      '    PodDisruptionBudget shop/web: maxUnavailable none -> 25%, minAvailable 2 -> none',
      '  facts: a',
    ])
    expect(linesOf(changes, 'zh').slice(1, 4)).toEqual([
      '    Node n1：已不存在',
      '    Node n2：已是同名的另一个对象（uid 不同）',
      '    PodDisruptionBudget shop/web：maxUnavailable 无 -> 25%，minAvailable 2 -> 无',
    ])
  })

  it('says only that the cluster is another one where it is not known what it was', () => {
    expect(linesOf([{ input: 'cluster', host: null }])).toEqual(['  cluster'])
  })

  it('names twenty objects and twenty inputs at most, and says how many more there are', () => {
    const objects = Array.from({ length: 23 }, (_, index) => gone(`n${index}`))
    const hosts = Array.from({ length: 24 }, (_, index) => ({ input: 'facts', host: `h${index}` }) as const)
    const lines = linesOf([ofCluster(...objects), ...hosts])
    expect(lines.slice(0, 3)).toEqual(['  cluster', '    Node n0: gone', '    Node n1: gone'])
    expect(lines.slice(20, 23)).toEqual(['    Node n19: gone', '    ... 3 more', '  facts: h0'])
    expect(lines.slice(-2)).toEqual(['  facts: h18', '  ... 5 more'])
    expect(changesDocument([ofCluster(...objects)])).toEqual([
      { input: 'cluster', host: null, objects: objects.slice(0, 20), objectsChanged: 23 },
    ])
  })

  it('bounds what it tells of one object, and shows nothing of it as a terminal would take it', () => {
    const fields = Array.from({ length: 7 }, (_, index) => ({
      field: `labels.l${index}`,
      before: '\u001B[31m',
      after: 'x'.repeat(100),
    }))
    const [, line = ''] = linesOf([ofCluster({ ...gone('n1'), change: 'changed', fields })])
    expect(line).toContain(`labels.l0 \\x1b[31m -> ${'x'.repeat(80)} … (+20)`)
    expect(line).toMatch(/, \.\.\. 2$/)
    expect(line).not.toContain('labels.l5')
  })
})
