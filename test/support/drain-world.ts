import { mkdtempSync, rmSync } from 'node:fs'
import { vi } from 'vitest'
import { ApiError, connectApi, mergePatch, type ApiClient, type ApiObject } from './control-plane/api.ts'
import { auditedRequests, auditSettled, type AuditedRequest } from './control-plane/audit.ts'
import { startFakeKubelet, type FakeKubelet } from './control-plane/fake-kubelet.ts'
import type { TestedRelease } from './control-plane/releases.ts'
import { startControlPlane, type ControlPlane } from './control-plane/start.ts'
import { osferry, type OsferryOptions, type OsferryRun } from './osferry.ts'

/** A real control plane with fake kubelets, and osferry as a user of its own, so that its requests can be counted. */
export interface DrainWorld {
  controlPlane: ControlPlane
  api: ApiClient
  cwd: string
  kubeconfig: string
  apps: string
  core: string
  budgets: string
  /** Runs the built CLI against the cluster, in the world's directory; what it has asked for is in the audit log then. */
  run(args: readonly string[], options?: Partial<OsferryOptions>): Promise<OsferryRun>
  node(name: string): Promise<ApiObject>
  podsOn(node: string): Promise<ApiObject[]>
  /** Resolves when so many pods of the namespace are Ready. */
  ready(count: number, namespace?: string): Promise<void>
  /** A namespace of one test's own. */
  namespace(name: string): Promise<void>
  create(path: string, body: unknown): Promise<ApiObject>
  patch(path: string, body: unknown): Promise<ApiObject>
  /** Takes away all that the tests have made, and every cordon. */
  clean(): Promise<void>
  /** Resolves when the audit log has every request that was answered. */
  audited(): Promise<void>
  /** Everything osferry has asked for. */
  requests(): readonly AuditedRequest[]
  /** What it has changed, reviews of its own rights left out. */
  writes(): readonly AuditedRequest[]
  /** Nothing is heard of the node any more. */
  stopNode(name: string): void
  /** What its kubelet says of a node. */
  setReady(name: string, isReady: boolean): Promise<void>
  /** A machine has booted: what its kubelet says of the system then. */
  boot(name: string, nodeInfo: Readonly<Record<string, string>>): Promise<void>
  stop(): Promise<void>
}

const user = 'ferryman'
const soon = { timeout: 60_000, interval: 100 }
/** A kubelet renews its lease every ten seconds, for which many tests would wait. */
const renewMs = 1000
/** What makes pods, before the pods. */
const contents = [
  ...['deployments', 'statefulsets', 'daemonsets', 'replicasets'].map((kind) => ['/apis/apps/v1', kind]),
  ['/apis/batch/v1', 'jobs'],
  // Of a kubelet that is silent, too.
  ['/api/v1', 'pods?gracePeriodSeconds=0'],
] as const
const isWrite = new Set(['create', 'update', 'patch', 'delete', 'deletecollection'])

export interface WorldOptions {
  release: TestedRelease
  nodes?: number
  stopMs?: number
  startMs?: number
  /** Of the lab's kubelets only: the others report volumes of drivers, at once. */
  unmountMs?: number
}

export async function startDrainWorld(options: WorldOptions): Promise<DrainWorld> {
  const { release, nodes = 3, stopMs = 200, startMs = 50, unmountMs = 0 } = options
  const cwd = mkdtempSync('/var/tmp/osferry-drain-')
  const controlPlane = await startControlPlane({ version: release })
  const api = connectApi(controlPlane)
  const names = Array.from({ length: nodes }, (_, index) => `node-${index + 1}`)
  const made: string[] = []
  const kubelet: FakeKubelet = await startFakeKubelet({
    controlPlane,
    nodes: names.map((name) => ({ name, csiDrivers: ['csi.example'] })),
    stopMs,
    startMs,
    unmountMs,
    renewMs,
  })
  const kubeconfig = controlPlane.kubeconfigFor({ user, groups: ['system:masters'] })
  const items = async (path: string): Promise<ApiObject[]> =>
    (await api.request('GET', path))['items'] as ApiObject[]
  await vi.waitUntil(
    async () => (await items('/api/v1/nodes')).filter((node) => !node['spec'].taints).length === nodes,
    soon,
  )
  const requests = (): readonly AuditedRequest[] => auditedRequests(controlPlane.auditLog, { user })
  const audited = async (): Promise<void> => await auditSettled(api, controlPlane.auditLog)
  return {
    controlPlane,
    api,
    cwd,
    kubeconfig,
    apps: '/apis/apps/v1/namespaces',
    core: '/api/v1/namespaces',
    budgets: `/apis/policy/${release === 'oldest' ? 'v1beta1' : 'v1'}/namespaces`,
    async run(args, more = {}): Promise<OsferryRun> {
      const end = await osferry(args, { cwd, env: { KUBECONFIG: kubeconfig, HOME: cwd }, ...more })
      await audited()
      return end
    },
    audited,
    node: (name) => api.request('GET', `/api/v1/nodes/${name}`),
    podsOn: (node) => items(`/api/v1/pods?fieldSelector=spec.nodeName%3D${node}`),
    async ready(count, namespace = 'default'): Promise<void> {
      await vi.waitUntil(
        async () => (await items(`/api/v1/namespaces/${namespace}/pods`)).filter(isReady).length === count,
        soon,
      )
    },
    async namespace(name): Promise<void> {
      made.push(name)
      // One of this name that an earlier test has left goes some seconds later.
      const isThere = (error: unknown): boolean => error instanceof ApiError && error.status === 409
      await vi.waitUntil(
        async () =>
          await api.request('POST', '/api/v1/namespaces', { body: { metadata: { name } } }).then(
            () => true,
            (error: unknown) => {
              if (!isThere(error)) throw error
              return false
            },
          ),
        soon,
      )
      // A pod is refused before the namespace has its service account.
      const account = `/api/v1/namespaces/${name}/serviceaccounts/default`
      await vi.waitUntil(
        async () =>
          await api.request('GET', account).then(
            () => true,
            () => false,
          ),
        soon,
      )
    },
    create: (path, body) => api.request('POST', path, { body }),
    patch: (path, body) => api.request('PATCH', path, { body, contentType: mergePatch }),
    async clean(): Promise<void> {
      for (const name of names) {
        const body = {
          spec: { unschedulable: null },
          metadata: { annotations: { 'osferry.io/cordon': null } },
        }
        await api.request('PATCH', `/api/v1/nodes/${name}`, { body, contentType: mergePatch })
      }
      const there = (await items('/api/v1/namespaces')).map(({ metadata }) => metadata.name)
      for (const namespace of made.filter((name) => there.includes(name))) {
        await unlessGone(api.request('DELETE', `/api/v1/namespaces/${namespace}`))
        // Its controller leaves everything in it alone for five seconds.
        for (const [group, kind] of contents)
          await unlessGone(api.request('DELETE', `${group}/namespaces/${namespace}/${kind}`))
      }
      await vi.waitUntil(async () => {
        const pods = (await items('/api/v1/pods')).filter(({ metadata }) =>
          made.includes(metadata.namespace ?? ''),
        )
        for (const { metadata } of pods.filter(({ metadata }) => metadata.finalizers !== undefined)) {
          const path = `/api/v1/namespaces/${metadata.namespace}/pods/${metadata.name}`
          const body = { metadata: { finalizers: null } }
          await unlessGone(api.request('PATCH', path, { body, contentType: mergePatch }))
        }
        return pods.length === 0
      }, soon)
      made.length = 0
    },
    requests,
    writes: () =>
      requests().filter(
        ({ verb, resource }) => isWrite.has(verb) && resource?.startsWith('selfsubject') !== true,
      ),
    stopNode: (name) => kubelet.stopNode(name),
    setReady: (name, isReady) => kubelet.setReady(name, isReady),
    boot: (name, nodeInfo) => kubelet.boot(name, nodeInfo),
    async stop(): Promise<void> {
      try {
        await kubelet.stop()
      } finally {
        api.close()
        await controlPlane.stop()
        rmSync(cwd, { recursive: true })
      }
    },
  }
}

/** Controllers clean up as well: what is to be changed may be gone since it was listed. */
async function unlessGone(request: Promise<unknown>): Promise<void> {
  await request.catch((error: unknown) => {
    if (!(error instanceof ApiError) || error.status !== 404) throw error
  })
}

/** The lease of a run is renewed by the clock: on a slow machine more often, whatever the run does. */
export function isRenewal({ verb, resource }: AuditedRequest): boolean {
  return verb === 'patch' && resource === 'leases'
}

/** Ready, and not about to end. */
export function isReady(pod: ApiObject): boolean {
  const conditions = (pod['status'].conditions ?? []) as { type: string; status: string }[]
  const isTrue = conditions.some(({ type, status }) => type === 'Ready' && status === 'True')
  return isTrue && pod.metadata.deletionTimestamp === undefined
}

/** A Deployment, or another kind of the same shape. */
export function workload(name: string, options: { replicas?: number; spec?: object } = {}): object {
  const labels = { app: name }
  return {
    metadata: { name },
    spec: {
      ...(options.replicas === undefined ? {} : { replicas: options.replicas }),
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: podSpec(options.spec) },
    },
  }
}

/** The smallest pod. */
export function podSpec(more: object = {}): object {
  return {
    terminationGracePeriodSeconds: 1,
    // 1.20 refuses a pod until the account's token is there.
    automountServiceAccountToken: false,
    containers: [{ name: 'main', image: 'fake' }],
    ...more,
  }
}

export function budget(name: string, spec: object): object {
  return { metadata: { name }, spec: { selector: { matchLabels: { app: name } }, ...spec } }
}
