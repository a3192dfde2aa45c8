import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseDrainNode } from '../../src/model/drain-node.ts'
import type { DrainPod } from '../../src/model/drain-pod.ts'
import { oldest, sortBlockers, whyCauses, type WhyBlocker } from '../../src/steps/why-blockers.ts'
import type { WhyFacts } from '../../src/steps/why-facts.ts'
import { whyNode } from '../../src/steps/why-node.ts'
import { drainBudget, drainPod, noSurroundings } from './make-drain.ts'

const nowMs = Date.parse('2026-11-21T12:00:00Z')

function nodeObject(more: { ready?: string; unschedulable?: boolean; mark?: string } = {}) {
  const { ready = 'True', unschedulable, mark } = more
  return parseDrainNode({
    metadata: {
      name: 'node-1',
      uid: 'u',
      resourceVersion: '1',
      annotations: mark === undefined ? {} : { 'osferry.io/cordon': mark },
    },
    spec: {
      unschedulable,
      taints: [
        {
          key: 'node.kubernetes.io/unschedulable',
          effect: 'NoSchedule',
          timeAdded: '2026-11-21T11:00:00Z',
        },
        { key: 'gpu', value: 'yes', effect: 'NoSchedule' },
      ],
    },
    status: {
      conditions: [{ type: 'Ready', status: ready, lastTransitionTime: '2026-11-21T10:00:00Z' }],
    },
  })
}

function facts(more: Partial<WhyFacts> = {}): WhyFacts {
  return {
    nodes: new Map([['node-1', nodeObject()]]),
    pods: [],
    budgets: [],
    around: noSurroundings,
    attachments: [],
    lease: undefined,
    unhealthy: new Map(),
    gaps: [],
    ...more,
  }
}

const causes = (more: Partial<WhyFacts>): string[] =>
  whyNode('node-1', facts(more), nowMs).blockers.map(({ cause, subject }) => `${cause} ${subject}`.trim())

describe('why', () => {
  it('finds nothing on a node whose pods may go', () => {
    expect(causes({ pods: [drainPod()], budgets: [drainBudget()] })).toEqual([])
  })

  it.each<[string, Partial<DrainPod>, string]>([
    ['without a controller', { controller: undefined }, 'naked'],
    ['with data that would be lost', { emptyDirs: ['tmp'] }, 'empty-dir'],
    ['with data on the node', { hostPaths: ['/data'] }, 'local-data'],
    [
      'that asks not to be evicted',
      { annotations: { 'karpenter.sh/do-not-disrupt': 'true' } },
      'do-not-evict',
    ],
    ['that ends in time', { deletionTimestamp: '2026-11-21T12:00:20Z' }, 'ending'],
    ['that ends late', { deletionTimestamp: '2026-11-21T11:59:00Z' }, 'ending-late'],
    [
      'that is held',
      { deletionTimestamp: '2026-11-21T11:59:00Z', finalizers: ['a.example/b'] },
      'finalizers',
    ],
  ])('names a pod %s', (_, pod, cause) => {
    expect(causes({ pods: [drainPod(pod)] })).toEqual([cause])
  })

  it.each([
    ['is never open', {}, 'budget-zero shop/web'],
    ['is closed while a pod is not healthy', { currentHealthy: 2 }, 'budget-closed shop/web'],
    ['has not been seen by its controller', { isCurrent: false }, 'budget-behind shop/web'],
    ['has counted no pod', { expectedPods: 0, currentHealthy: 0 }, 'budget-behind shop/web'],
    ['belongs to an operator', { labels: { 'cnpg.io/cluster': 'pg' } }, 'budget-operator shop/web'],
  ])('tells apart a budget that %s', (_, budget, cause) => {
    const closed = { allowed: 0, currentHealthy: 3, ...budget }
    expect(causes({ pods: [drainPod()], budgets: [drainBudget(closed)] })).toEqual([cause])
  })

  it('does not blame a budget for a pod that never started: the server lets it go', () => {
    const pod = drainPod({ phase: 'Pending', isReady: false })
    expect(causes({ pods: [pod], budgets: [drainBudget({ allowed: 0 })] })).toEqual([])
  })

  it('names two budgets on one pod', () => {
    const budgets = [drainBudget(), drainBudget({ name: 'web-2' })]
    expect(causes({ pods: [drainPod()], budgets })).toEqual(['two-budgets shop/web, shop/web-2'])
  })

  it('blames the kubelet, not the finalizer, when the node is not heard of', () => {
    const pod = drainPod({ deletionTimestamp: '2026-11-21T11:59:00Z', deletionGraceSeconds: 30 })
    const nodes = new Map([['node-1', nodeObject({ ready: 'Unknown' })]])
    const { blockers } = whyNode('node-1', facts({ nodes, pods: [pod] }), nowMs)
    expect(blockers.map(({ cause, since }) => [cause, since])).toEqual([
      ['not-ready', '2026-11-21T10:00:00Z'],
      ['kubelet-silent', '2026-11-21T11:58:30.000Z'],
    ])
  })

  it('tells a cordon of ours from one of somebody else, and takes no nonsense for a mark', () => {
    const stateOf = (mark?: string) => {
      const node = nodeObject({ unschedulable: true, ...(mark === undefined ? {} : { mark }) })
      return whyNode('node-1', facts({ nodes: new Map([['node-1', node]]) }), nowMs).state
    }
    const mark = { run: 'r1', holder: 'ann@box (run r1)', at: '2026-11-21T11:30:00Z' }
    expect(stateOf(JSON.stringify(mark))).toMatchObject({ mark, cordonedAt: mark.at })
    for (const nonsense of [undefined, 'x', '{}', 'null', '"r1"'])
      expect(stateOf(nonsense)).toMatchObject({ mark: undefined, cordonedAt: '2026-11-21T11:00:00Z' })
    expect(stateOf()?.taints.map(({ text }) => text)).toEqual(['gpu=yes:NoSchedule'])
  })

  it('takes the lease for a blocker unless the run that holds it has cordoned this node', () => {
    const mark = { run: 'r1', holder: 'ann@box (run r1)', at: '2026-11-21T11:30:00Z' }
    const node = nodeObject({ unschedulable: true, mark: JSON.stringify(mark) })
    const lease = { holder: mark.holder, since: undefined, until: '2026-11-21T12:01:00Z' }
    expect(causes({ lease })).toEqual(['locked ann@box (run r1)'])
    expect(causes({ lease, nodes: new Map([['node-1', node]]) })).toEqual([])
  })

  it('names volumes that no pod has, and none when it is not known whose they are', () => {
    const attachment = {
      node: 'node-1',
      uniqueName: undefined,
      since: undefined,
      isDetaching: true,
      detachError: 'busy',
    }
    const attachments = [
      { ...attachment, name: 'csi-1', volume: 'pv-1' },
      { ...attachment, name: 'csi-2', volume: 'pv-2' },
    ]
    const volume = { name: 'pv-1', claim: 'shop/data', localPath: undefined, uniqueName: undefined }
    const volumes = [volume, { ...volume, name: 'pv-2', claim: 'shop/old' }]
    const pods = [drainPod({ claims: ['data'] })]
    const around = { ...noSurroundings, volumes }
    const [blocker] = whyNode('node-1', facts({ attachments, pods, around }), nowMs).blockers
    expect(blocker?.volumes).toEqual([
      {
        volume: 'pv-2',
        attachment: 'csi-2',
        claim: 'shop/old',
        since: undefined,
        isDetaching: true,
        error: 'busy',
      },
    ])
    expect(causes({ attachments, pods })).toEqual([])
  })

  it('says which workload to scale', () => {
    const pod = drainPod({
      labels: { app: 'web', 'pod-template-hash': '5d9' },
      controller: { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-5d9', uid: 'u' },
    })
    const budgets = [drainBudget({ allowed: 0 })]
    const [blocker] = whyNode('node-1', facts({ pods: [pod], budgets }), nowMs).blockers
    expect(blocker?.pods[0]?.workload).toBe('Deployment/web')
  })
})

describe('the order of blockers', () => {
  const time = fc.option(
    fc.date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) }).map((date) => date.toISOString()),
    { nil: undefined },
  )
  const blocker = fc.record({
    cause: fc.constantFrom(...whyCauses),
    subject: fc.string(),
    since: time,
    pods: fc.constant([]),
    volumes: fc.constant([]),
    budget: fc.constant(undefined),
  }) satisfies fc.Arbitrary<WhyBlocker>

  it('is oldest first, those without an age last, and loses none', () => {
    fc.assert(
      fc.property(fc.array(blocker), (blockers) => {
        const sorted = sortBlockers(blockers)
        expect(new Set(sorted)).toEqual(new Set(blockers))
        const times = sorted.map(({ since }) => (since === undefined ? Infinity : Date.parse(since)))
        expect(times).toEqual([...times].sort((a, b) => (a === b ? 0 : a - b)))
        expect(sorted[0]?.since).toBe(oldest(blockers.map(({ since }) => since)))
      }),
    )
  })
})
