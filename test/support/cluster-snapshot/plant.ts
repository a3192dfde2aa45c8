import { setTimeout as wait } from 'node:timers/promises'
import type { ApiClient, ApiObject } from '../control-plane/api.ts'
import type { TestedRelease } from '../control-plane/releases.ts'
import { plantedObjects } from './planted-objects.ts'

/** Pods that the controllers of the planted workloads make, by the label app. */
const controlled: Readonly<Record<string, number>> = { web: 2, db: 1, agent: 2, bare: 1, import: 1 }

/** Makes the planted objects on a real server, and waits until its controllers have made the pods. */
export async function plantCluster(api: ApiClient, release: TestedRelease): Promise<void> {
  for (const { path, body, status } of plantedObjects(release)) {
    const made = await retried(() => api.request('POST', path, { body }))
    if (status === undefined) continue
    await api.request('PATCH', `${path}/${made.metadata.name}/status`, {
      body: { status },
      contentType: 'application/merge-patch+json',
    })
  }
  const deadline = performance.now() + 60_000
  while (performance.now() < deadline) {
    if ((await isSettled(api)) && (await isGuarded(api, release))) return
    await wait(200)
  }
  throw new Error('the controllers did not make the pods and endpoints of the planted objects')
}

/** Pods are made and placed, and the taints are gone that a node has before its first sign of life. */
async function isSettled(api: ApiClient): Promise<boolean> {
  const pods = (await api.request('GET', '/api/v1/namespaces/shop/pods'))['items'] as ApiObject[]
  const nodes = (await api.request('GET', '/api/v1/nodes'))['items'] as ApiObject[]
  const found = Map.groupBy(
    pods.filter(({ spec }) => Boolean(spec.nodeName)),
    ({ metadata }) => metadata.labels?.['app'],
  )
  const placed = Object.entries(controlled).every(([app, count]) => found.get(app)?.length === count)
  return placed && nodes.every(({ spec }) => spec.taints?.length === 1)
}

/** The pod `naked` answers for the Service `guard`. */
async function isGuarded(api: ApiClient, release: TestedRelease): Promise<boolean> {
  const version = release === 'oldest' ? 'v1beta1' : 'v1'
  const path = `/apis/discovery.k8s.io/${version}/namespaces/shop/endpointslices`
  const slices = (await api.request('GET', path))['items'] as ApiObject[]
  return slices.some(
    ({ metadata, endpoints }) =>
      metadata.labels?.['kubernetes.io/service-name'] === 'guard' &&
      (endpoints as { conditions: { ready?: boolean } }[] | undefined)?.some(
        ({ conditions }) => conditions.ready,
      ),
  )
}

/** A namespace has no service account, and kube-node-lease may not be there, for a moment. */
async function retried<T>(action: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + 60_000
  for (;;) {
    try {
      return await action()
    } catch (error) {
      const { status } = error as { status?: number }
      if ((status !== 403 && status !== 404) || performance.now() > deadline) throw error
      await wait(200)
    }
  }
}
