import { describe, expect, it } from 'vitest'
import { canonicalJson } from '../../src/model/canonical-json.ts'
import type { ClusterRecord } from '../../src/model/cluster.ts'
import {
  assessmentView,
  clusterInputView,
  factsView,
  type ClusterViewInput,
} from '../../src/plan/input-views.ts'
import {
  boundClaim,
  budgetStatus,
  clusterBudget,
  clusterNode,
  clusterWorkload,
} from '../support/cluster-fixture.ts'
import { factsWith, hostFacts, without } from '../support/facts-fixture.ts'
import { assessedHost } from '../support/wizard-data.ts'

const today = '2026-11-22'
const cluster: ClusterViewInput = {
  nodes: [clusterNode('a'), clusterNode('b')],
  budgets: [clusterBudget('web'), clusterBudget('db')],
  workloads: [clusterWorkload('Deployment/web'), clusterWorkload('DaemonSet/agent')],
  volumes: [boundClaim('db', { kind: 'local', path: '/mnt/a' }, ['a']).volume],
}
const [first] = cluster.nodes as [ClusterRecord<'nodes'>]

function isStale(change: Partial<ClusterViewInput>): boolean {
  const [before, after] = [cluster, { ...cluster, ...change }].map((one) =>
    canonicalJson(clusterInputView(one)),
  )
  return before !== after
}

describe('clusterInputView', () => {
  it('is the same whatever the order of the lists', () => {
    expect(
      isStale({
        nodes: cluster.nodes.toReversed(),
        budgets: cluster.budgets.toReversed(),
        workloads: cluster.workloads.toReversed(),
      }),
    ).toBe(false)
  })

  it('does not change with status, heartbeats, jobs, DaemonSet pods, network volumes and our own marks', () => {
    expect(
      isStale({
        nodes: [
          {
            ...first,
            ready: 'not-ready',
            conditions: [],
            annotations: { a: 'b' },
            taints: [
              { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' },
              { key: 'osferry.io/outdated', effect: 'PreferNoSchedule' },
            ],
          },
          clusterNode('b'),
        ],
        budgets: [
          clusterBudget('web', { status: budgetStatus({ disruptionsAllowed: 0 }) }),
          clusterBudget('db'),
        ],
        workloads: [
          clusterWorkload('Deployment/web', { ready: 1 }),
          clusterWorkload('DaemonSet/agent', { replicas: 7 }),
          clusterWorkload('Job/once'),
        ],
        volumes: [...cluster.volumes, boundClaim('net', { kind: 'csi' }).volume],
      }),
    ).toBe(false)
  })

  it.each<[string, Partial<ClusterViewInput>]>([
    ['a node that is gone', { nodes: [first] }],
    ['a node of another uid', { nodes: [{ ...first, uid: 'other' }, clusterNode('b')] }],
    ['a label', { nodes: [{ ...first, labels: { zone: 'x' } }, clusterNode('b')] }],
    [
      'a taint of people',
      { nodes: [{ ...first, taints: [{ key: 'gpu', effect: 'NoSchedule' }] }, clusterNode('b')] },
    ],
    ['a cordon', { nodes: [{ ...first, unschedulable: true }, clusterNode('b')] }],
    ['a budget', { budgets: [clusterBudget('web', { maxUnavailable: 2 }), clusterBudget('db')] }],
    [
      'replicas',
      { workloads: [clusterWorkload('Deployment/web', { replicas: 2 }), clusterWorkload('DaemonSet/agent')] },
    ],
    ['a local volume', { volumes: [] }],
  ])('changes with %s', (_what, change) => {
    expect(isStale(change)).toBe(true)
  })
})

describe('factsView', () => {
  const text = (facts = hostFacts()): string => canonicalJson(factsView(facts))

  it('does not change with time, load and how the facts came', () => {
    const later = hostFacts({
      collection: { ...hostFacts().collection, startedAt: '2026-11-21T08:00:00.000Z', via: 'openssh' },
    })
    expect(text(later)).toBe(text())
    expect(text(factsWith({ kernel: { uptimeSeconds: 1, bootId: 'other' } }))).toBe(text())
  })

  it('changes with machine, system, kernel and what only this host has', () => {
    for (const facts of [
      factsWith({ kernel: { release: '4.18.0-999.el8.x86_64' } }),
      factsWith({ osRelease: { release: '8.4' } }),
      factsWith({ images: { localOnly: [{ id: 'sha256:1', tags: [], sizeBytes: null }] } }),
      without('etcd'),
    ])
      expect(text(facts)).not.toBe(text())
  })
})

describe('assessmentView', () => {
  it('holds verdict and findings of the target, in an order of its own', () => {
    const host = assessedHost('worker-0', 0)
    expect(assessmentView(host, 'containeros', today)).toMatchObject({
      verdict: 'BLOCKED',
      findings: [{ key: 'out-of-tree-modules' }, { key: 'writable-paths' }],
    })
    const turned = {
      ...host,
      targets: host.targets.map((one) => ({ ...one, findings: one.findings.toReversed() })),
    }
    expect(canonicalJson(assessmentView(turned, 'containeros', today))).toBe(
      canonicalJson(assessmentView(host, 'containeros', today)),
    )
    expect(assessmentView({ ...host, targets: [] }, 'containeros', today)).toMatchObject({
      verdict: 'not judged',
    })
  })

  it('is another one when a waiver is over, and not when it is given a later end', () => {
    const made = assessedHost('worker-0', 0)
    const waived = (expires: string): typeof made => ({
      ...made,
      targets: made.targets.map((one) => ({
        ...one,
        findings: one.findings.map((finding) => ({
          ...finding,
          status: 'waived' as const,
          waiver: { index: 0, reason: 'tried', owner: 'ops', expires, was: 'fail' as const },
        })),
      })),
    })
    const viewOn = (expires: string, day: string): string =>
      canonicalJson(assessmentView(waived(expires), 'containeros', day))
    const before = viewOn('2026-11-22', '2026-11-21')
    expect(viewOn('2026-11-22', '2026-11-22')).toBe(before)
    expect(viewOn('2027-01-31', '2026-11-23')).toBe(before)
    expect(viewOn('2026-11-22', '2026-11-23')).not.toBe(before)
    // A plan that is made then stays good when the host is judged anew, without the waiver.
    expect(viewOn('2026-11-22', '2026-11-23')).toBe(
      canonicalJson(assessmentView(made, 'containeros', '2026-11-23')),
    )
  })
})
