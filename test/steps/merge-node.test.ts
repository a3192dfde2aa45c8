import { assert, constantFrom, dictionary, property, record, uniqueArray } from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { NodeRecord } from '../../src/model/node-record.ts'
import { keyOwner } from '../../src/model/node-keys.ts'
import { isNothing, mergeNode } from '../../src/steps/merge-node.ts'
import { mergeRecords } from '../../src/steps/node-records.ts'

const key = constantFrom('team', 'rack', 'kubernetes.io/hostname', 'node-role.kubernetes.io/gpu', 'tier')
const map = dictionary(key, constantFrom('a', 'b', ''), { noNullPrototype: true })
const taints = uniqueArray(
  record({
    key: constantFrom('dedicated', 'node.kubernetes.io/not-ready'),
    value: constantFrom('a', 'b'),
    effect: constantFrom('NoSchedule', 'NoExecute'),
  }),
  { selector: (taint) => `${taint.key}:${taint.effect}` },
)
const uid = constantFrom('one', 'two')
const node = record({
  uid,
  providerId: constantFrom(null, 'cloud://1'),
  labels: map,
  annotations: map,
  taints,
})

describe('mergeNode', () => {
  it('never changes a value that is there, and never writes a key that programs keep', () => {
    assert(
      property(node, node, (base, now) => {
        const merge = mergeNode(base, now)
        for (const [name, value] of Object.entries(merge.labels)) {
          expect(Object.hasOwn(now.labels, name)).toBe(false)
          expect([value, keyOwner('label', name)]).toEqual([base.labels[name], undefined])
        }
        for (const { key, effect } of merge.taints) {
          expect(now.taints.some((taint) => taint.key === key && taint.effect === effect)).toBe(false)
          expect(keyOwner('taint', key)).toBeUndefined()
        }
        expect(base.uid !== now.uid || isNothing(merge)).toBe(true)
      }),
    )
  })

  it('loses nothing of people: what differs is put back or told', () => {
    assert(
      property(node, node, (base, now) => {
        const merge = mergeNode(base, now)
        for (const [name, value] of Object.entries(base.labels)) {
          if (keyOwner('label', name) !== undefined || now.labels[name] === value) continue
          const isTold = merge.conflicts.some(({ kind, key }) => kind === 'label' && key === name)
          expect(isTold !== (merge.labels[name] === value)).toBe(true)
        }
      }),
    )
  })

  it('is done after once', () => {
    assert(
      property(node, node, (base, now) => {
        const merge = mergeNode(base, now)
        const after = {
          ...now,
          labels: { ...now.labels, ...merge.labels },
          annotations: { ...now.annotations, ...merge.annotations },
          taints: [...now.taints, ...merge.taints],
        }
        expect(mergeNode(base, after)).toEqual({ ...merge, labels: {}, annotations: {}, taints: [] })
      }),
    )
  })

  it('takes zones for those of people where there is no cloud', () => {
    const zone = { 'topology.kubernetes.io/zone': 'hall-3' }
    const base = { uid: 'one', providerId: null, labels: zone, annotations: {}, taints: [] }
    expect(mergeNode(base, { ...base, uid: 'two', labels: {} }).labels).toEqual(zone)
    const cloud = { ...base, providerId: 'cloud://1' }
    expect(mergeNode(cloud, { ...cloud, uid: 'two', labels: {} }).labels).toEqual({})
  })
})

describe('mergeRecords', () => {
  const found = (more: Partial<NodeRecord> = {}, uid = 'one', labels = {}): NodeRecord => ({
    schema: 'node-record/v1',
    at: '2026-01-01T00:00:00.000Z',
    cluster: { uid: 'c', context: 'x', server: 'https://x' },
    node: {
      name: 'node-1',
      uid,
      machineId: null,
      bootId: null,
      osImage: null,
      providerId: null,
      podCidrs: [],
      addresses: [],
      labels,
      annotations: {},
      taints: [],
    },
    unschedulable: false,
    runs: [{ id: 'a', holder: 'me', at: '' }],
    pods: [],
    restoredAt: null,
    ...more,
  })
  const pod = { namespace: 'n', name: 'p', uid: 'u', run: 'a', graceSeconds: 0, manifest: {} }
  const now = (more: Partial<NodeRecord> = {}, uid = 'one', labels = {}): NodeRecord =>
    found({ runs: [{ id: 'b', holder: 'me', at: '' }], at: '2026-02-02T00:00:00.000Z', ...more }, uid, labels)

  it('keeps only the cordon that was first found on the same object: what people changed since is theirs', () => {
    const earlier = found({ pods: [pod], unschedulable: true }, 'one', { team: 'a', rack: 'r7' })
    const merged = mergeRecords(earlier, now({}, 'one', { rack: 'r8' }), 'a')
    expect(merged).toMatchObject({ unschedulable: true, pods: [pod] })
    expect(merged.node.labels).toEqual({ rack: 'r8' })
    expect(merged.runs.map(({ id }) => id)).toEqual(['a', 'b'])
  })

  it('does not take a new object that has lost everything for the state found', () => {
    const earlier = found({ unschedulable: true }, 'one', { team: 'a', tier: 'x' })
    const merged = mergeRecords(earlier, now({}, 'two', { tier: 'y' }), undefined)
    expect(merged).toMatchObject({
      unschedulable: true,
      node: { uid: 'one', labels: { team: 'a', tier: 'y' } },
    })
  })

  it('takes what people have done on the same object, and forgets no pod', () => {
    const earlier = found({ pods: [pod] }, 'one', { team: 'a' })
    // The run of the pod stays too: it says when it was taken.
    const runs = [...earlier.runs, ...now().runs]
    expect(mergeRecords(earlier, now({}, 'one', {}), undefined)).toEqual(now({ pods: [pod], runs }, 'one'))
  })

  it('begins anew when the last run was finished, or another cluster has the name', () => {
    const record = now()
    expect(mergeRecords(found({ restoredAt: '2026-01-03T00:00:00.000Z', pods: [pod] }), record, 'a')).toBe(
      record,
    )
    const cluster = { uid: 'other', context: 'x', server: 'https://x' }
    expect(mergeRecords(found({ cluster }), record, 'a')).toBe(record)
  })
})
