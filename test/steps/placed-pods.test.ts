import { expect, it } from 'vitest'
import { lostByNode, placedPod, placedPods } from '../../src/steps/placed-pods.ts'
import { clusterPod, nakedPod } from '../support/cluster-fixture.ts'

const web = { group: 'apps', kind: 'Deployment', name: 'web', uid: 'Deployment/web' }

it('knows where a ready pod of a workload is, by the workload at the top', () => {
  const pod = clusterPod('web-1', { owner: web, node: 'node-2' })
  expect(placedPod(pod)).toEqual({ workload: 'Deployment shop/web', node: 'node-2', name: 'web-1' })
})

it.each([
  ['not ready', clusterPod('a', { owner: web, ready: false })],
  ['on its way away', clusterPod('a', { owner: web, deletedAt: '2026-11-21T10:00:00Z' })],
  ['not bound', clusterPod('a', { owner: web, node: null })],
  ['without a controller', nakedPod('a')],
  ['of a DaemonSet', clusterPod('a', { owner: { ...web, kind: 'DaemonSet' } })],
  ['of a kind of somebody else', clusterPod('a', { owner: { ...web, group: 'apps.example.com' } })],
])('counts no pod that is %s', (_, pod) => expect(placedPod(pod)).toBeUndefined())

it('tells pods of a StatefulSet apart by their names, and others by their number', () => {
  const at = (workload: string, places: Record<string, string>): ReturnType<typeof placedPods> =>
    placedPods(Object.entries(places).map(([name, node]) => ({ workload, name, node })))
  const lost = (kind: string): unknown[] => [
    ...lostByNode(
      `${kind} shop/web`,
      at(`${kind} shop/web`, { 'web-0': 'node-1', 'web-1': 'node-2' }),
      at(`${kind} shop/web`, { 'web-0': 'node-3' }),
    ),
  ]
  expect(lost('StatefulSet')).toEqual([['node-2', 1]])
  expect(lost('Deployment')).toEqual([
    ['node-1', 1],
    ['node-2', 1],
  ])
})
