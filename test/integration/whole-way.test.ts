import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { startFakeKubelet, type FakeKubelet } from '../support/control-plane/fake-kubelet.ts'
import type { TestedRelease } from '../support/control-plane/releases.ts'
import {
  budget,
  isReady,
  podSpec,
  startDrainWorld,
  workload,
  type DrainWorld,
} from '../support/drain-world.ts'

/** The pods of a node that is gone are collected after 40 s, by a look every 20 s. */
const soon = { timeout: 180_000, interval: 100 }
vi.setConfig({ testTimeout: 500_000 })

describe.each<TestedRelease>(['oldest', 'newest', 'lab'])(
  'the whole way of a node on the %s control plane',
  (release) => {
    let world: DrainWorld
    let renewed: FakeKubelet | undefined

    beforeAll(async () => {
      world = await startDrainWorld({ release })
    })
    afterAll(async () => {
      try {
        await renewed?.stop()
      } finally {
        await world.stop()
      }
    })

    const there = async (path: string): Promise<boolean> =>
      await world.api.request('GET', path).then(
        () => true,
        () => false,
      )

    /** What runs in the cluster: a Deployment with a budget, a StatefulSet, a DaemonSet, and a pod of nobody on node-1. */
    async function furnish(): Promise<void> {
      await world.patch('/api/v1/nodes/node-1', {
        metadata: { labels: { team: 'ferry' }, annotations: { 'example.com/owner': 'ops' } },
        spec: { taints: [{ key: 'dedicated', value: 'ferry', effect: 'PreferNoSchedule' }] },
      })
      await world.namespace('shop')
      await world.create(`${world.apps}/shop/daemonsets`, workload('agent'))
      await world.create(`${world.budgets}/shop/poddisruptionbudgets`, budget('web', { maxUnavailable: 1 }))
      await world.create(`${world.apps}/shop/deployments`, workload('web', { replicas: 6 }))
      const database = workload('db', { replicas: 2 }) as { spec: object }
      await world.create(`${world.apps}/shop/statefulsets`, {
        ...database,
        spec: { ...database.spec, serviceName: 'db' },
      })
      const alone = { metadata: { name: 'alone' }, spec: podSpec({ nodeName: 'node-1' }) }
      await vi.waitUntil(
        async () =>
          await world.create(`${world.core}/shop/pods`, alone).then(
            () => true,
            () => false,
          ),
        soon,
      )
      await world.ready(3 + 6 + 2 + 1, 'shop')
    }

    /** As after the machine was installed again: another kubelet registers under the name, with nothing of the old object. */
    async function reprovision(): Promise<void> {
      world.stopNode('node-1')
      await world.api.request('DELETE', '/api/v1/nodes/node-1')
      // Owned by the node, they are collected with it; a kubelet that registers before would lose them again.
      for (const path of [
        '/apis/storage.k8s.io/v1/csinodes/node-1',
        '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/node-1',
      ])
        await vi.waitUntil(async () => !(await there(path)), soon)
      await vi.waitUntil(async () => (await world.podsOn('node-1')).length === 0, soon)
      const nodeInfo = { machineID: 'installed-again', bootID: 'installed-again', osImage: 'Anolis OS 8.9' }
      renewed = await startFakeKubelet({
        controlPlane: world.controlPlane,
        nodes: [{ name: 'node-1', address: '10.20.0.1', csiDrivers: ['csi.example'], nodeInfo }],
        stopMs: 200,
      })
    }

    it('goes from the snapshot over drain and a new machine back to how it was', async () => {
      await furnish()
      expect((await world.run(['cluster', 'snapshot'])).exitCode).toBe(0)
      const check = await world.run(['cluster', 'check', 'node-1', '--fail-on', 'high', '-o', 'json'])
      expect([check.exitCode, JSON.parse(check.stdout)]).toEqual([
        2,
        expect.objectContaining({
          items: expect.arrayContaining([
            expect.objectContaining({ node: 'node-1', key: 'pod-without-controller', status: 'fail' }),
          ]) as unknown,
        }),
      ])
      expect((await world.run(['verify'])).exitCode).toBe(0)

      const drained = await world.run(['drain', 'node-1', '--yes', '--recreate-naked', '--timeout', '150s'])
      expect([drained.exitCode, drained.stderr]).toEqual([
        0,
        expect.stringContaining('next: osferry restore node-1'),
      ])
      expect((await world.run(['why', 'node-1'])).exitCode).toBe(0)
      const between = await world.run(['verify', '-o', 'json'])
      expect([between.exitCode, JSON.parse(between.stdout)]).toEqual([
        2,
        expect.objectContaining({
          items: expect.arrayContaining([
            expect.objectContaining({ kind: 'node-cordoned', object: 'node-1' }),
          ]) as unknown,
        }),
      ])

      await reprovision()
      const restored = await world.run(['restore', 'node-1', '--yes', '--timeout', '150s'])
      expect([restored.exitCode, restored.stdout]).toEqual([0, expect.stringContaining('✔ restored')])
      const node = await world.node('node-1')
      expect(node.metadata.labels).toMatchObject({ team: 'ferry' })
      expect(node['status'].nodeInfo).toMatchObject({ osImage: 'Anolis OS 8.9' })
      expect(node['spec'].unschedulable).toBeUndefined()
      const alone = `${world.core}/shop/pods/alone`
      await vi.waitUntil(async () => isReady(await world.api.request('GET', alone)), soon)
      const after = await world.run(['verify'])
      expect([after.exitCode, after.stdout]).toEqual([0, ''])
    })
  },
)
