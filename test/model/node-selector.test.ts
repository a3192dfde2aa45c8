import { describe, expect, it } from 'vitest'
import type { Toleration } from '../../src/model/cluster-parts.ts'
import { termsSelect, tolerates } from '../../src/model/node-selector.ts'
import { runsOn } from '../../src/steps/daemon-sets.ts'

const node = { name: 'node-1', labels: { disk: 'ssd', cores: '16' } }
const one = (key: string, operator: string, ...values: string[]): boolean =>
  termsSelect([{ matchExpressions: [{ key, operator, values }] }], node)

describe('termsSelect', () => {
  it('knows every operator, and takes none for a yes that it does not know', () => {
    expect([one('disk', 'In', 'ssd', 'hdd'), one('disk', 'In', 'hdd')]).toEqual([true, false])
    expect([one('gpu', 'NotIn', 'a'), one('disk', 'NotIn', 'ssd')]).toEqual([true, false])
    expect([one('disk', 'Exists'), one('gpu', 'Exists'), one('toString', 'Exists')]).toEqual([
      true,
      false,
      false,
    ])
    expect([one('gpu', 'DoesNotExist'), one('disk', 'DoesNotExist')]).toEqual([true, false])
    expect([one('cores', 'Gt', '9'), one('cores', 'Lt', '9'), one('disk', 'Gt', '9')]).toEqual([
      true,
      false,
      false,
    ])
    expect(one('disk', 'Like', 'ssd')).toBe(false)
  })

  it('selects no node by nothing', () => {
    expect([termsSelect([], node), termsSelect([{}], node)]).toEqual([false, false])
  })

  it('selects by name', () => {
    const fields = [{ key: 'metadata.name', operator: 'In', values: ['node-1'] }]
    expect(termsSelect([{ matchFields: fields }], node)).toBe(true)
    expect(termsSelect([{ matchFields: fields }], { ...node, name: 'node-2' })).toBe(false)
  })
})

describe('tolerates', () => {
  const taint = { key: 'dedicated', value: 'db', effect: 'NoSchedule' }
  const rows: [Toleration, boolean][] = [
    [{ operator: 'Exists' }, true],
    [{ key: 'dedicated', operator: 'Exists' }, true],
    [{ key: 'dedicated', value: 'db' }, true],
    [{ key: 'dedicated', value: 'web' }, false],
    [{ key: 'dedicated', operator: 'Exists', effect: 'NoExecute' }, false],
    [{ key: 'other', operator: 'Exists' }, false],
    [{ value: 'db' }, false],
    [{ key: 'dedicated', operator: 'Whatever', value: 'db' }, false],
  ]

  it.each(rows)('%j: %s', (toleration, expected) => {
    expect(tolerates([toleration], taint)).toBe(expected)
  })
})

describe('runsOn', () => {
  const tainted = { ...node, taints: [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }] }

  it('tolerates a cordon, and no taint of people', () => {
    expect(runsOn({}, tainted)).toBe(true)
    const taints = [{ key: 'dedicated', value: 'db', effect: 'NoExecute' }]
    expect(runsOn({}, { ...node, taints })).toBe(false)
    expect(runsOn({ tolerations: [{ operator: 'Exists' }] }, { ...node, taints })).toBe(true)
  })

  it('goes by selector and affinity', () => {
    expect(runsOn({ nodeSelector: { disk: 'hdd' } }, tainted)).toBe(false)
    const nodeSelectorTerms = [{ matchExpressions: [{ key: 'disk', operator: 'In', values: ['ssd'] }] }]
    const nodeAffinity = { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } }
    expect(runsOn({ affinity: { nodeAffinity } }, tainted)).toBe(true)
    expect(runsOn({ affinity: { nodeAffinity } }, { ...tainted, labels: {} })).toBe(false)
  })
})
