import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { TestedRelease } from '../support/control-plane/releases.ts'
import { startDrainWorld, workload, type DrainWorld } from '../support/drain-world.ts'

const soon = { timeout: 60_000, interval: 200 }

interface Answer {
  items: { kind: string; object: string; was: string; is: string }[]
}

describe.each<TestedRelease>(['oldest', 'newest', 'lab'])(
  'osferry verify on the %s control plane',
  (release) => {
    let world: DrainWorld
    const verify = (...more: string[]): ReturnType<DrainWorld['run']> =>
      world.run(['verify', ...more, '-o', 'json'])
    const kinds = (stdout: string): string[] =>
      (JSON.parse(stdout) as Answer).items.map(({ kind, object }) => `${kind} ${object}`)

    beforeAll(async () => {
      world = await startDrainWorld({ release, nodes: 2 })
      await world.namespace('shop')
      await world.create(`${world.apps}/shop/deployments`, workload('web', { replicas: 2 }))
      await world.create(`${world.apps}/shop/deployments`, workload('gone', { replicas: 1 }))
      await world.patch('/api/v1/nodes/node-1', { metadata: { labels: { rack: 'r7' } } })
      const terms = [{ matchExpressions: [{ key: 'rack', operator: 'In', values: ['r7'] }] }]
      await world.create('/api/v1/persistentvolumes', {
        metadata: { name: 'disk' },
        spec: {
          capacity: { storage: '1Gi' },
          accessModes: ['ReadWriteOnce'],
          local: { path: '/srv/disk' },
          nodeAffinity: { required: { nodeSelectorTerms: terms } },
          claimRef: { namespace: 'shop', name: 'data' },
        },
      })
      await world.create(`${world.core}/shop/persistentvolumeclaims`, {
        metadata: { name: 'data' },
        spec: {
          accessModes: ['ReadWriteOnce'],
          storageClassName: '',
          volumeName: 'disk',
          resources: { requests: { storage: '1Gi' } },
        },
      })
      await world.ready(3, 'shop')
      const isBound = async (): Promise<boolean> =>
        (await world.api.request('GET', `${world.core}/shop/persistentvolumeclaims/data`))['status'].phase ===
        'Bound'
      await vi.waitUntil(isBound, soon)
      for (const name of ['web', 'gone', 'away'])
        await world.create(`${world.core}/shop/services`, service(name))
      const ready = async (): Promise<boolean> =>
        (await world.api.request('GET', `${world.apps}/shop/deployments/web`))['status'].readyReplicas === 2
      await vi.waitUntil(ready, soon)
      await vi.waitUntil(async () => (await answering('web')) === 2, soon)
      await vi.waitUntil(async () => (await answering('gone')) === 1, soon)
      await world.run(['cluster', 'snapshot'])
    })
    afterAll(async () => await world.stop())

    const service = (app: string): object => ({
      metadata: { name: app },
      spec: { selector: { app }, ports: [{ port: 80 }] },
    })

    /** Ready endpoints, as the server has them now. */
    async function answering(name: string): Promise<number> {
      const { preferredVersion } = await world.api.request('GET', '/apis/discovery.k8s.io')
      const slicesPath = `/apis/${preferredVersion.groupVersion}/namespaces/shop/endpointslices`
      const slices = await world.api.request(
        'GET',
        `${slicesPath}?labelSelector=kubernetes.io%2Fservice-name%3D${name}`,
      )
      const items = slices['items'] as { endpoints?: { conditions: { ready: boolean } }[] }[]
      return items.flatMap(({ endpoints }) => endpoints ?? []).filter(({ conditions }) => conditions.ready)
        .length
    }

    it('has nothing to say about a cluster that is as it was, and writes nothing', async () => {
      const before = world.writes().length
      const { exitCode, stdout } = await verify()
      expect([exitCode, kinds(stdout)]).toEqual([0, []])
      expect(world.writes().length).toBe(before)
    })

    it('never says that all is well when a list may not be read', async () => {
      const group = 'rbac.authorization.k8s.io'
      await world.create(`/apis/${group}/v1/clusterroles`, {
        metadata: { name: 'few' },
        rules: [
          { apiGroups: [''], resources: ['nodes', 'pods', 'persistentvolumeclaims'], verbs: ['list', 'get'] },
          { apiGroups: ['apps', 'batch', 'storage.k8s.io'], resources: ['*'], verbs: ['list', 'get'] },
        ],
      })
      await world.create(`/apis/${group}/v1/clusterrolebindings`, {
        metadata: { name: 'few' },
        roleRef: { apiGroup: group, kind: 'ClusterRole', name: 'few' },
        subjects: [{ apiGroup: group, kind: 'User', name: 'few' }],
      })
      const kubeconfig = world.controlPlane.kubeconfigFor({ user: 'few' })
      const { exitCode, stdout } = await verify('--kubeconfig', kubeconfig)
      expect([exitCode, kinds(stdout)]).toEqual([3, ['unknown services', 'unknown volumes']])
    })

    it('takes Services for unknown, not for gone, with a snapshot of before they were read', async () => {
      const text = readFileSync(path.join(world.cwd, '.osferry', 'cluster.ndjson'), 'utf8')
      const lines = text.split('\n').filter((line) => !line.startsWith('{"record":"services"'))
      const older = lines.join('\n').replace(/,"services":\d+/, '')
      writeFileSync(path.join(world.cwd, 'older.ndjson'), older)
      const { exitCode, stdout } = await verify('--cluster', 'older.ndjson')
      expect([exitCode, kinds(stdout)]).toEqual([3, ['unknown services']])
    })

    it('lists what is not as it was', async () => {
      await world.api.request('DELETE', `${world.apps}/shop/deployments/gone`)
      await world.patch(`${world.apps}/shop/deployments/web`, { spec: { replicas: 1 } })
      await world.patch('/api/v1/nodes/node-1', { metadata: { labels: { rack: null } } })
      await world.patch('/api/v1/nodes/node-2', { spec: { unschedulable: true } })
      await world.api.request('DELETE', `${world.core}/shop/persistentvolumeclaims/data`)
      await world.api.request('DELETE', `${world.core}/shop/services/away`)
      const expected = [
        'node-cordoned node-2',
        'label-changed node-1',
        'workload-missing Deployment shop/gone',
        'replicas-changed Deployment shop/web',
        'fewer-endpoints Service shop/web',
        'no-endpoints Service shop/gone',
        'service-missing Service shop/away',
        'claim-changed shop/data',
        'volume-changed disk',
        'volume-without-node disk',
      ]
      await vi.waitFor(
        async () => {
          const { exitCode, stdout } = await verify()
          expect([exitCode, kinds(stdout).sort()]).toEqual([2, expected.toSorted()])
        },
        { timeout: 120_000, interval: 1000 },
      )
      const one = await verify('node-2')
      expect(kinds(one.stdout)).not.toContain('label-changed node-1')
      expect((await world.run(['verify', 'node-9'])).exitCode).toBe(65)
      expect((await world.run(['verify', '--cluster', 'none.ndjson'])).exitCode).toBe(65)
    })
  },
)
