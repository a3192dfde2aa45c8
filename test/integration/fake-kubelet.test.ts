import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { connectApi, mergePatch, type ApiClient, type ApiObject } from '../support/control-plane/api.ts'
import { auditedRequests } from '../support/control-plane/audit.ts'
import { startFakeKubelet, type FakeKubelet } from '../support/control-plane/fake-kubelet.ts'
import type { Release } from '../support/control-plane/releases.ts'
import { startControlPlane, type ControlPlane } from '../support/control-plane/start.ts'

const core = '/api/v1/namespaces/default'
const apps = '/apis/apps/v1/namespaces/default'
const policies: Readonly<Record<Release, string>> = { oldest: 'policy/v1beta1', newest: 'policy/v1' }
const soon = { timeout: 60_000, interval: 100 }
const staticPod = { metadata: { name: 'static', namespace: 'kube-system' }, spec: { ...podSpec(0) } }

describe.each<Release>(['oldest', 'newest'])('fake kubelets of the %s control plane', (release) => {
  let controlPlane: ControlPlane
  let kubelet: FakeKubelet | undefined
  let api: ApiClient

  beforeAll(async () => {
    controlPlane = await startControlPlane({ version: release })
    api = connectApi(controlPlane)
    const names = Array.from({ length: 20 }, (_, index) => `node-${index + 1}`)
    kubelet = await startFakeKubelet({
      controlPlane,
      nodes: names.map((name) => ({
        name,
        csiDrivers: ['csi.example'],
        staticPods: name === 'node-1' ? [staticPod] : [],
      })),
    })
    await vi.waitUntil(async () => (await untaintedNodes()) === 20, soon)
  })
  afterAll(async () => {
    await kubelet?.stop()
    api.close()
    await controlPlane.stop()
  })

  it('run the pods of a Deployment, 100 on 20 nodes, without polling', async () => {
    await api.request('POST', `${apps}/deployments`, { body: workload('many', { replicas: 100 }) })
    await expect
      .poll(async () => (await get(`${apps}/deployments/many`))?.['status'].readyReplicas, soon)
      .toBe(100)
    const pods = await podsOf('many')
    expect(new Set(pods.map((pod) => pod['spec'].nodeName as string)).size).toBeGreaterThan(10)
    expect(new Set(pods.map((pod) => pod['status'].podIP as string)).size).toBe(100)
    const audited = (verb: string): number =>
      auditedRequests(controlPlane.auditLog, { user: 'fake-kubelet', verb, resource: 'pods' }).length
    expect(audited('list')).toBe(1)
    expect(audited('get')).toBe(0)
    await api.request('DELETE', `${apps}/deployments/many`)
    await expect.poll(async () => (await podsOf('many')).length, soon).toBe(0)
  })

  it('run a DaemonSet on every node', async () => {
    await api.request('POST', `${apps}/daemonsets`, { body: workload('each') })
    await expect
      .poll(async () => (await get(`${apps}/daemonsets/each`))?.['status'].numberReady, soon)
      .toBe(20)
    await api.request('DELETE', `${apps}/daemonsets/each`)
    await expect.poll(async () => (await podsOf('each')).length, soon).toBe(0)
  })

  it('let a pod be evicted, and the API server refuse it beyond its PodDisruptionBudget', async () => {
    const policy = policies[release]
    await api.request('POST', `${apps}/deployments`, { body: workload('web', { replicas: 2 }) })
    await api.request('POST', `/apis/${policy}/namespaces/default/poddisruptionbudgets`, {
      body: { metadata: { name: 'web' }, spec: { minAvailable: 1, selector: selector('web') } },
    })
    const budget = `/apis/${policy}/namespaces/default/poddisruptionbudgets/web`
    const allowed = async (): Promise<unknown> => (await get(budget))?.['status']?.disruptionsAllowed
    await expect.poll(allowed, soon).toBe(1)
    const [first] = await podsOf('web')
    const evict = (pod: ApiObject | undefined): Promise<ApiObject> =>
      api.request('POST', `${core}/pods/${pod?.metadata.name}/eviction`, {
        body: { apiVersion: policy, kind: 'Eviction', metadata: { name: pod?.metadata.name } },
      })
    await api.request('PATCH', budget, { body: { spec: { minAvailable: 2 } }, contentType: mergePatch })
    await expect.poll(allowed, soon).toBe(0)
    await expect(evict(first)).rejects.toMatchObject({
      status: 429,
      answer: { details: { causes: [{ reason: 'DisruptionBudget' }] } },
    })
    await api.request('PATCH', budget, { body: { spec: { minAvailable: 1 } }, contentType: mergePatch })
    await expect.poll(allowed, soon).toBe(1)
    expect(await evict(first)).toMatchObject({ kind: 'Status', status: 'Success' })
    const answers = (status: number): number =>
      auditedRequests(controlPlane.auditLog, { verb: 'create', subresource: 'eviction', status }).length
    await expect.poll(() => [answers(201), answers(429)], soon).toEqual([1, 1])
    await expect.poll(allowed, soon).toBe(1)
    await api.request('DELETE', `${apps}/deployments/web`)
  })

  it('keep a deleted pod running for its grace, and remove it then', async () => {
    await runPod('slow', { grace: 2 })
    const startedAt = performance.now()
    expect(await api.request('DELETE', `${core}/pods/slow`)).toMatchObject({
      metadata: { deletionGracePeriodSeconds: 2 },
      status: { phase: 'Running', containerStatuses: [{ ready: true }] },
    })
    await expect.poll(() => get(`${core}/pods/slow`), soon).toBeUndefined()
    // A lower bound only: it cannot fail on a slow machine.
    expect(performance.now() - startedAt).toBeGreaterThan(1900)
  })

  it('let a second deletion shorten the grace', async () => {
    await runPod('long', { grace: 600 })
    await api.request('DELETE', `${core}/pods/long`)
    await api.request('DELETE', `${core}/pods/long?gracePeriodSeconds=1`)
    await expect.poll(() => get(`${core}/pods/long`), soon).toBeUndefined()
  })

  it('leave a pod with a finalizer until the finalizer is removed', async () => {
    await runPod('held', { grace: 1, finalizers: ['example.org/hold'] })
    await api.request('DELETE', `${core}/pods/held`)
    await expect
      .poll(() => get(`${core}/pods/held`), soon)
      .toMatchObject({
        metadata: { deletionGracePeriodSeconds: 0, finalizers: ['example.org/hold'] },
        status: { containerStatuses: [{ ready: false, state: { terminated: { exitCode: 0 } } }] },
      })
    await api.request('PATCH', `${core}/pods/held`, {
      body: { metadata: { finalizers: null } },
      contentType: mergePatch,
    })
    await expect.poll(() => get(`${core}/pods/held`), soon).toBeUndefined()
  })

  it('bring a mirror pod back that somebody deletes', async () => {
    const path = '/api/v1/namespaces/kube-system/pods/static-node-1'
    await expect.poll(() => get(path), soon).toMatchObject({ status: { phase: 'Running' } })
    const before = await get(path)
    await api.request('DELETE', path)
    await expect
      .poll(async () => (await get(path))?.metadata.uid ?? before?.metadata.uid, soon)
      .not.toBe(before?.metadata.uid)
    await expect.poll(() => get(path), soon).toMatchObject({ status: { phase: 'Running' } })
  })

  it('report a volume in use while a pod has it, and let it be detached afterwards', async () => {
    const csi = { driver: 'csi.example', volumeHandle: 'disk-1' }
    const common = { accessModes: ['ReadWriteOnce'], storageClassName: '' }
    await api.request('POST', '/api/v1/persistentvolumes', {
      body: { metadata: { name: 'disk' }, spec: { ...common, capacity: { storage: '1Gi' }, csi } },
    })
    // 1.20 looks again after 15 s at a claim whose volume it did not know, and after 60 s at a pod whose claim was not bound.
    const phase = async (path: string): Promise<unknown> => (await get(path))?.['status'].phase
    await expect.poll(() => phase('/api/v1/persistentvolumes/disk'), soon).toBe('Available')
    await api.request('POST', `${core}/persistentvolumeclaims`, {
      body: {
        metadata: { name: 'disk' },
        spec: { ...common, volumeName: 'disk', resources: { requests: { storage: '1Gi' } } },
      },
    })
    await expect.poll(() => phase(`${core}/persistentvolumeclaims/disk`), soon).toBe('Bound')
    const volumes = [{ name: 'disk', persistentVolumeClaim: { claimName: 'disk' } }]
    const pod = await runPod('with-disk', { grace: 1, volumes })
    const status = async (): Promise<unknown> => {
      const node = await get(`/api/v1/nodes/${pod['spec'].nodeName}`)
      return [node?.['status'].volumesInUse ?? [], node?.['status'].volumesAttached ?? []]
    }
    const name = 'kubernetes.io/csi/csi.example^disk-1'
    await expect.poll(status, soon).toEqual([[name], [{ name, devicePath: '' }]])
    await api.request('DELETE', `${core}/pods/with-disk`)
    await expect.poll(status, soon).toEqual([[], []])
    const attachments = async (): Promise<unknown> =>
      (await api.request('GET', '/apis/storage.k8s.io/v1/volumeattachments'))['items']
    await expect.poll(attachments, soon).toEqual([])
  })

  it('go on after a restart of the API server', async () => {
    await controlPlane.restartApiServer()
    await runPod('late', { grace: 1 })
    await api.request('DELETE', `${core}/pods/late`)
    await expect.poll(() => get(`${core}/pods/late`), soon).toBeUndefined()
  })

  it('are lost when a node is stopped', async () => {
    const pod = await runPod('left', { grace: 1 })
    kubelet?.stopNode(pod['spec'].nodeName as string)
    await api.request('DELETE', `${core}/pods/left`)
    const ready = async (): Promise<unknown> => {
      const node = await get(`/api/v1/nodes/${pod['spec'].nodeName}`)
      const conditions = node?.['status'].conditions as { type: string; status: string }[]
      return conditions.find(({ type }) => type === 'Ready')?.status
    }
    await expect.poll(ready, { timeout: 150_000, interval: 500 }).toBe('Unknown')
    expect(await get(`${core}/pods/left`)).toMatchObject({ metadata: { deletionGracePeriodSeconds: 1 } })
  })

  async function untaintedNodes(): Promise<number> {
    const nodes = (await api.request('GET', '/api/v1/nodes'))['items'] as ApiObject[]
    return nodes.filter((node) => node['spec'].taints === undefined).length
  }

  /** Undefined when it is not there. */
  async function get(path: string): Promise<ApiObject | undefined> {
    try {
      return await api.request('GET', path)
    } catch (error) {
      if (error instanceof Error && error.message.includes('404')) return undefined
      throw error
    }
  }

  async function podsOf(name: string): Promise<readonly ApiObject[]> {
    return (await api.request('GET', `${core}/pods?labelSelector=app=${name}`))['items'] as ApiObject[]
  }

  async function runPod(
    name: string,
    { grace, finalizers = [], volumes = [] }: { grace: number; finalizers?: string[]; volumes?: object[] },
  ): Promise<ApiObject> {
    await api.request('POST', `${core}/pods`, {
      body: { metadata: { name, finalizers }, spec: { ...podSpec(grace), volumes } },
    })
    await expect.poll(() => get(`${core}/pods/${name}`), soon).toMatchObject({ status: { phase: 'Running' } })
    return await api.request('GET', `${core}/pods/${name}`)
  }
})

function workload(name: string, fields: object = {}): object {
  const template = { metadata: { labels: { app: name } }, spec: podSpec(1) }
  return { metadata: { name }, spec: { ...fields, selector: selector(name), template } }
}

function selector(name: string): object {
  return { matchLabels: { app: name } }
}

function podSpec(grace: number): Record<string, unknown> {
  return {
    terminationGracePeriodSeconds: grace,
    containers: [{ name: 'main', image: 'registry.example/main:1' }],
  }
}
