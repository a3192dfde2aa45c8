import { setTimeout as wait } from 'node:timers/promises'
import { connectApi, mergePatch, type ApiClient, type ApiObject } from '../support/control-plane/api.ts'
import { auditedRequests, type AuditedRequest } from '../support/control-plane/audit.ts'
import { startFakeKubelet, type FakeKubelet } from '../support/control-plane/fake-kubelet.ts'
import type { FakeNode } from '../support/control-plane/fake-node.ts'
import type { Release } from '../support/control-plane/releases.ts'
import { startControlPlane, type ControlPlane } from '../support/control-plane/start.ts'

/** Two nodes with the same label: the pods of one workload go from one to the other and back. */
export interface Pair {
  label: string
  nodes: readonly [string, string]
}

export interface BenchCluster {
  controlPlane: ControlPlane
  api: ApiClient
  policy: 'v1' | 'v1beta1'
  /** Registers nodes whose pods take `stopMs` to end and `startMs` to become ready. */
  addNodes(nodes: readonly FakeNode[], times: { startMs: number; stopMs: number }): Promise<void>
  setUnschedulable(nodes: readonly string[], unschedulable: boolean): Promise<void>
  create(path: string, body: object): Promise<void>
  pods(query?: string): Promise<ApiObject[]>
  requestsOf(user: string): readonly AuditedRequest[]
  stop(): Promise<void>
}

export async function startBenchCluster(release: Release): Promise<BenchCluster> {
  const controlPlane = await startControlPlane({ version: release })
  const api = connectApi(controlPlane)
  const kubelets: FakeKubelet[] = []
  const items = async (path: string): Promise<ApiObject[]> =>
    (await api.request('GET', path))['items'] as ApiObject[]
  return {
    controlPlane,
    api,
    policy: release === 'oldest' ? 'v1beta1' : 'v1',
    async addNodes(nodes, times) {
      kubelets.push(await startFakeKubelet({ controlPlane, nodes, ...times }))
      const names = new Set(nodes.map(({ name }) => name))
      await until('nodes without taints', async () => {
        const ready = (await items('/api/v1/nodes')).filter((node) => !node['spec'].taints)
        return ready.filter(({ metadata }) => names.has(metadata.name)).length === names.size
      })
    },
    async setUnschedulable(nodes, unschedulable) {
      for (const name of nodes) {
        const body = {
          spec: { unschedulable: unschedulable || null },
          metadata: { annotations: { 'osferry.io/cordon': null } },
        }
        await api.request('PATCH', `/api/v1/nodes/${name}`, { body, contentType: mergePatch })
      }
    },
    async create(path, body) {
      await api.request('POST', path, { body })
    },
    pods: (query = '') => items(`/api/v1/pods${query}`),
    requestsOf: (user) => auditedRequests(controlPlane.auditLog, { user }),
    async stop() {
      for (const kubelet of kubelets) await kubelet.stop()
      api.close()
      await controlPlane.stop()
    },
  }
}

/** Asks until it is so; gives up after two minutes. */
export async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + 120_000
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`two minutes without ${what}`)
    await wait(100)
  }
}

const podSpec = (label: string): object => ({
  nodeSelector: { bench: label },
  terminationGracePeriodSeconds: 30,
  // 1.20 refuses a pod until the account's token is there.
  automountServiceAccountToken: false,
  containers: [{ name: 'main', image: 'fake' }],
})

/** A workload whose pods stay within one pair of nodes. */
export function workload(name: string, label: string, replicas?: number): object {
  const labels = { app: name }
  return {
    metadata: { name },
    spec: {
      ...(replicas === undefined ? {} : { replicas }),
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: podSpec(label) },
    },
  }
}

export function oneAtATime(name: string): object {
  return { metadata: { name }, spec: { maxUnavailable: 1, selector: { matchLabels: { app: name } } } }
}

export function isReady(pod: ApiObject): boolean {
  const conditions = (pod['status'].conditions ?? []) as { type: string; status: string }[]
  const isTrue = conditions.some(({ type, status }) => type === 'Ready' && status === 'True')
  return isTrue && pod.metadata.deletionTimestamp === undefined
}
