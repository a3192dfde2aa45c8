/**
 * The only part of the cluster that is not real: kubelets without containers, one object for any number of nodes.
 *
 * Like a kubelet:
 * - It registers the Node with its status, renews the lease every 10 s (unless said otherwise) and reports the status every 5 minutes; the real node
 *   lifecycle controller takes the not-ready taint away, and marks the node as lost when stopNode ends the reports.
 * - A pod that is bound to the node, by the scheduler or the DaemonSet controller, becomes Running and Ready after `startMs`.
 * - A deleted pod is ready until its grace is over (or `stopMs`, when its programs end earlier); then its containers are
 *   reported as terminated, and it is deleted with grace 0 and its UID as precondition. A second deletion with less grace
 *   counts. What never ran is removed at once. A pod with finalizers stays, ended, until the last is removed.
 * - Static pods have mirror pods, which come back when somebody deletes them: the pod itself was never touched.
 * - CSI volumes: volumesInUse is reported before the pod starts and until it has ended; the pod waits for the attachment.
 *   VolumeAttachments are answered as a driver's external-attacher does; volumesAttached is the real controller's work.
 * - Status patches merge lists by key and carry the UID, so that other writers' conditions stay.
 * - It may do what the role system:node allows, as the user fake-kubelet, and goes on after an API server's restart.
 *
 * Not like a kubelet:
 * - No container, image, log, exec, port-forward or probe; nothing listens on port 10250. Programs never crash or complete.
 * - One user for all nodes, so that one watch is enough: NodeRestriction and the Node authorizer do not look at it.
 * - A pod is always admitted, and never evicted for pressure on the node; readiness gates and init failures are not seen.
 * - The phase of a deleted pod stays Running when its containers have ended (1.27 and newer write Succeeded or Failed).
 * - Volumes other than CSI ones from claims need nothing; nothing is ever mounted, so mounting never fails.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { connectAsKubelet } from './fake-kubelet-rights.ts'
import { csiNodeObject, leaseObject, mirrorPod, nodeConditions, nodeObject, renewal } from './fake-node.ts'
import type { FakeNode, StaticPod } from './fake-node.ts'
import { fakePods } from './fake-pods.ts'
import { fakeVolumes } from './fake-volumes.ts'
import { startLabKubelet } from './lab-kubelet.ts'
import { mergePatch, strategicPatch, type ApiClient, type ApiObject } from './api.ts'
import { follow } from './follow.ts'
import { persistentRequests, type PersistentRequests } from './persistent-requests.ts'
import type { ControlPlane } from './start.ts'

export interface FakeKubelet {
  /** Nothing is heard of the node any more, as after a power cut; its pods are left as they are. */
  stopNode(name: string): void
  /** What the kubelet of a node says of it, now and in later reports. */
  setReady(name: string, isReady: boolean): Promise<void>
  /** The machine has booted, and its kubelet says of its system what is given. */
  boot(name: string, nodeInfo: Readonly<Record<string, string>>): Promise<void>
  /** Ends all nodes, leaving the objects as they are; throws what went wrong in between. */
  stop(): Promise<void>
}

export interface FakeKubeletOptions {
  controlPlane: ControlPlane
  nodes: readonly FakeNode[]
  /** From binding, with volumes attached, to Ready. */
  startMs?: number
  /** From SIGTERM to the end of the programs; they use the whole grace unless said otherwise. */
  stopMs?: number
  /** From the end of a pod to the report that its volumes are in use no more; only in the lab. */
  unmountMs?: number
  /** Between two renewals of a lease. */
  renewMs?: number
}

/** Bound pods; no field selector can list the nodes. */
const podPath = '/api/v1/pods?fieldSelector=spec.nodeName!='
const attachmentPath = '/apis/storage.k8s.io/v1/volumeattachments'
const leaseMs = 10_000
const statusMs = 300_000
const leases = '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases'
/** The namespace kube-node-lease is made some time after the server is ready. */
const namespaceMs = 250

export async function startFakeKubelet(options: FakeKubeletOptions): Promise<FakeKubelet> {
  const { controlPlane, startMs = 50, stopMs = Number.POSITIVE_INFINITY, renewMs = leaseMs } = options
  if (controlPlane.lab !== undefined) return startLabKubelet(controlPlane.lab, options)
  const api = await connectAsKubelet(controlPlane)
  const all = new AbortController()
  const requests = persistentRequests(api, all.signal)
  const nodes = new Map(options.nodes.map((node, index) => [node.name, runningNode(node, index, all.signal)]))
  const addressOf = (name: string): string | undefined => {
    const node = nodes.get(name)
    return node?.signal.aborted === false ? node.address : undefined
  }
  const volumes = fakeVolumes(requests, {
    signal: all.signal,
    isOurs: (name) => addressOf(name) !== undefined,
  })
  const pods = fakePods({
    requests,
    volumes,
    signal: all.signal,
    startMs,
    stopMs,
    addressOf,
    onMirrorGone: (pod) => {
      const node = nodes.get(pod['spec'].nodeName as string)
      const name = pod.metadata.name.slice(0, -1 - (node?.name.length ?? 0))
      const found = node?.staticPods.find(({ metadata }) => metadata.name === name)
      if (node?.object !== undefined && found !== undefined) createMirror(requests, node.object, found)
    },
  })
  await Promise.all(
    [...nodes.values()].map(async (node) => {
      node.object = await register(api, node, controlPlane.version)
      requests.background(() => keepAlive(requests, node, renewMs))
    }),
  )
  const { signal } = all
  requests.background(() => follow({ api, path: podPath, signal }, pods))
  requests.background(() => follow({ api, path: attachmentPath, signal }, volumes.follower))
  for (const node of nodes.values()) {
    for (const pod of node.staticPods) if (node.object !== undefined) createMirror(requests, node.object, pod)
  }
  return {
    stopNode: (name) => nodes.get(name)?.end.abort(),
    setReady: async (name, isReady) => {
      const node = nodes.get(name)
      if (node === undefined) throw new Error(`there is no kubelet of ${name}`)
      node.isReady = isReady
      await report(requests, node)
    },
    boot: async (name, nodeInfo) => {
      const body = { status: { nodeInfo } }
      await requests.request('PATCH', `/api/v1/nodes/${name}/status`, { body, contentType: mergePatch })
    },
    stop: async () => {
      all.abort()
      await requests.settled()
      api.close()
      if (requests.failures.length > 0) throw new AggregateError(requests.failures, 'The fake kubelet failed')
    },
  }
}

interface RunningNode {
  name: string
  description: FakeNode
  address: string
  staticPods: readonly StaticPod[]
  end: AbortController
  signal: AbortSignal
  object: ApiObject | undefined
  isReady: boolean
}

function runningNode(description: FakeNode, index: number, all: AbortSignal): RunningNode {
  const end = new AbortController()
  return {
    name: description.name,
    description,
    address: description.address ?? `10.20.${Math.floor(index / 250)}.${1 + (index % 250)}`,
    staticPods: description.staticPods ?? [],
    end,
    signal: AbortSignal.any([end.signal, all]),
    object: undefined,
    isReady: true,
  }
}

async function register(api: ApiClient, node: RunningNode, version: string): Promise<ApiObject> {
  const { description, address } = node
  const object = await api.request('POST', '/api/v1/nodes', {
    body: nodeObject(description, { address, version }),
  })
  const drivers = description.csiDrivers ?? []
  await api.request('POST', '/apis/storage.k8s.io/v1/csinodes', { body: csiNodeObject(object, drivers) })
  return object
}

/** The first lease is tried until its namespace is there; renewals are one request each. */
async function keepAlive(requests: PersistentRequests, node: RunningNode, renewMs: number): Promise<void> {
  const { name, object, signal } = node
  if (object === undefined) return
  while (!signal.aborted) {
    if ((await requests.request('POST', leases, { body: leaseObject(object) })) !== undefined) break
    await wait(namespaceMs, undefined, { signal }).catch(() => undefined)
  }
  let reportedAt = performance.now()
  while (!signal.aborted) {
    await wait(renewMs, undefined, { signal }).catch(() => undefined)
    if (signal.aborted) return
    const body = { spec: renewal() }
    await requests.request('PATCH', `${leases}/${name}`, { body, contentType: mergePatch })
    if (performance.now() - reportedAt < statusMs) continue
    reportedAt = performance.now()
    await report(requests, node)
  }
}

async function report(requests: PersistentRequests, { name, isReady }: RunningNode): Promise<void> {
  await requests.request('PATCH', `/api/v1/nodes/${name}/status`, {
    body: { status: { conditions: nodeConditions(isReady) } },
    contentType: strategicPatch,
  })
}

function createMirror(requests: PersistentRequests, node: ApiObject, pod: StaticPod): void {
  requests.background(async () => {
    const path = `/api/v1/namespaces/${pod.metadata.namespace}/pods`
    await requests.request('POST', path, { body: mirrorPod(node, pod) })
  })
}
