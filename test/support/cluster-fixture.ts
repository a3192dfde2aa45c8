import {
  createClusterIndex,
  indexedLists,
  indexRecord,
  type IndexedList,
} from '../../src/assess/cluster-index.ts'
import { nodeViews } from '../../src/assess/node-views.ts'
import type { CheckResult } from '../../src/assess/run-check.ts'
import type { AnyCheck } from '../../src/model/check.ts'
import type { Webhook } from '../../src/model/cluster-apis.ts'
import type { ClusterNode } from '../../src/model/cluster-nodes.ts'
import type { Controller } from '../../src/model/cluster-parts.ts'
import type { ClusterBudget, ClusterPod } from '../../src/model/cluster-pods.ts'
import type { PersistentVolume, PersistentVolumeClaim } from '../../src/model/cluster-storage.ts'
import type { ClusterService } from '../../src/model/cluster-services.ts'
import type { ClusterWorkload } from '../../src/model/cluster-workloads.ts'
import type { ClusterGap, ClusterList, ClusterRecord } from '../../src/model/cluster.ts'
import type { NodeInput } from '../../src/model/node-view.ts'
import type { Target } from '../../src/model/target.ts'
import { factsWith, runCheck, type FactOverrides } from './facts-fixture.ts'

/** A cluster by lists; what is left out is the healthy one's: three nodes, a Deployment `web` with a pod on each. */
export type ClusterParts = { [L in IndexedList]?: readonly ClusterRecord<L>[] }

const object = { createdAt: '2026-11-20T08:00:00Z', deletedAt: null, finalizers: [] }

/** A ready node of the size of 4 CPUs and 8 GiB. */
export function clusterNode(name: string, more: Partial<ClusterNode> = {}): ClusterNode {
  const size = { cpu: 4000, memory: 8 * 2 ** 30, pods: 110 }
  return {
    ...object,
    name,
    uid: `node-${name}`,
    labels: { 'kubernetes.io/hostname': name },
    annotations: {},
    taints: [],
    unschedulable: false,
    providerId: null,
    podCidrs: [],
    addresses: [],
    conditions: [
      {
        type: 'Ready',
        status: 'True',
        reason: 'KubeletReady',
        message: null,
        lastTransitionAt: '2026-11-20T08:00:00Z',
        lastHeartbeatAt: null,
      },
    ],
    ready: 'ready',
    allocatable: size,
    capacity: size,
    info: {
      machineId: null,
      systemUuid: null,
      bootId: null,
      kernelVersion: '4.18.0',
      osImage: 'CentOS Linux 8',
      containerRuntimeVersion: 'containerd://1.6.8',
      kubeletVersion: 'v1.24.3',
      operatingSystem: 'linux',
      architecture: 'amd64',
    },
    volumesAttached: [],
    volumesInUse: [],
    ...more,
  }
}

/** `Deployment/web`, `postgresql.cnpg.io:Cluster/db`. */
export function controller(text: string): Controller {
  const [kind = '', name = ''] = text.split('/')
  const [group, plain] = kind.includes(':') ? kind.split(':') : ['apps', kind]
  return { group: group ?? '', kind: plain ?? '', name, uid: `uid-${text}` }
}

/** A running pod of `Deployment/web` on `node-1`, or as `more` says. */
export function clusterPod(name: string, more: Partial<ClusterPod> = {}): ClusterPod {
  return {
    ...object,
    name,
    uid: `pod-${name}`,
    namespace: 'shop',
    labels: { app: 'web' },
    control: 'controller',
    owner: controller('Deployment/web'),
    ownerResolved: true,
    phase: 'Running',
    ready: true,
    reason: null,
    node: 'node-1',
    hostNetwork: false,
    podIps: [],
    gracePeriodSeconds: 30,
    priority: null,
    priorityClass: null,
    runtimeClass: null,
    requests: { cpu: 100, memory: 2 ** 28 },
    containers: [
      { name: 'main', image: 'registry.example.com/web:1', digest: null, ready: true, restarts: 0 },
    ],
    volumes: [],
    scheduling: {},
    evictionAnnotations: {},
    schedulingGates: [],
    ...more,
  }
}

/** A pod that nobody makes again. */
export function nakedPod(name: string, more: Partial<ClusterPod> = {}): ClusterPod {
  return clusterPod(name, { control: 'none', owner: null, labels: { app: name }, ...more })
}

/** A Deployment of three ready pods. */
export function clusterWorkload(text: string, more: Partial<ClusterWorkload> = {}): ClusterWorkload {
  const { kind, name, uid } = controller(text)
  return {
    ...object,
    name,
    uid,
    kind: kind as ClusterWorkload['kind'],
    namespace: 'shop',
    apiVersion: 'apps/v1',
    labels: {},
    owner: null,
    selector: null,
    replicas: 3,
    ready: 3,
    available: 3,
    updated: 3,
    minReadySeconds: 0,
    observed: true,
    paused: false,
    strategy: {
      type: 'RollingUpdate',
      maxUnavailable: null,
      maxSurge: null,
      partition: null,
      podManagement: null,
    },
    images: [],
    scheduling: {},
    priorityClass: null,
    runtimeClass: null,
    claimTemplates: [],
    job: null,
    ...more,
  }
}

/** A budget for the pods of `web` that lets one of three go. */
export function clusterBudget(name: string, more: Partial<ClusterBudget> = {}): ClusterBudget {
  return {
    ...object,
    name,
    uid: `budget-${name}`,
    namespace: 'shop',
    labels: {},
    owner: null,
    apiVersion: 'policy/v1',
    selector: { matchLabels: { app: 'web' } },
    minAvailable: null,
    maxUnavailable: 1,
    unhealthyPodEvictionPolicy: null,
    generation: 1,
    status: budgetStatus({}),
    ...more,
  }
}

/** The status of a budget whose pods are all well and of which one may go. */
export function budgetStatus(
  more: Partial<NonNullable<ClusterBudget['status']>>,
): NonNullable<ClusterBudget['status']> {
  return {
    observedGeneration: 1,
    disruptionsAllowed: 1,
    currentHealthy: 3,
    desiredHealthy: 2,
    expectedPods: 3,
    disruptedPods: [],
    conditions: [],
    ...more,
  }
}

/** A claim and the volume to which it is bound. */
export function boundClaim(
  name: string,
  source: PersistentVolume['source'],
  nodes?: readonly string[],
): { claim: PersistentVolumeClaim; volume: PersistentVolume } {
  const volume = `pv-${name}`
  const both = { accessModes: ['ReadWriteOnce'], storageClass: 'local', phase: 'Bound', volumeMode: null }
  const terms = [
    { matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: [...(nodes ?? [])] }] },
  ]
  return {
    claim: {
      ...object,
      ...both,
      name,
      uid: `claim-${name}`,
      namespace: 'shop',
      volume,
      requestedBytes: null,
      selectedNode: null,
    },
    volume: {
      ...object,
      ...both,
      name: volume,
      uid: volume,
      capacityBytes: 10 * 2 ** 30,
      reclaimPolicy: 'Retain',
      claim: { namespace: 'shop', name },
      source,
      nodeAffinity: nodes === undefined ? null : terms,
      labels: {},
    },
  }
}

/** A webhook that refuses and is asked about new pods of some namespaces; `shop/guard` answers it. */
export function clusterWebhook(more: Partial<Webhook> = {}): Webhook {
  return {
    kind: 'validating',
    configuration: 'guard',
    name: 'guard.example.com',
    failurePolicy: 'Fail',
    timeoutSeconds: 10,
    rules: [webhookRule('CREATE', 'pods')],
    namespaceSelector: { matchLabels: { guarded: 'yes' } },
    objectSelector: null,
    service: { namespace: 'shop', name: 'guard', path: null, port: 443 },
    url: null,
    ...more,
  }
}

/** A rule of one operation and one resource. */
export function webhookRule(operation: string, resource: string, group = ''): Webhook['rules'][number] {
  return {
    operations: [operation],
    apiGroups: [group],
    apiVersions: ['*'],
    resources: [resource],
    scope: '*',
  }
}

/** The Service `shop/guard` with ready endpoints on nodes; `null` = they could not be read. */
export function guardService(
  readyByNode: Readonly<Record<string, number>> | null,
  more: { unplaced?: number; type?: string } = {},
): ClusterService {
  const { unplaced = 0, type = 'ClusterIP' } = more
  const ready = Object.values(readyByNode ?? {}).reduce((sum, count) => sum + count, unplaced)
  return {
    ...object,
    name: 'guard',
    uid: 'service-guard',
    namespace: 'shop',
    type,
    selector: { app: 'guard' },
    endpoints: readyByNode === null ? null : { ready, notReady: 0, readyByNode: { ...readyByNode } },
  }
}

/** Three nodes, and the Deployment `web` with a budget and a pod on each. */
export function healthyParts(): Required<ClusterParts> {
  const names = ['node-1', 'node-2', 'node-3']
  return {
    nodes: names.map((name) => clusterNode(name)),
    pods: names.map((node, index) => clusterPod(`web-${index}`, { node })),
    workloads: [clusterWorkload('Deployment/web')],
    budgets: [clusterBudget('web')],
    volumes: [],
    claims: [],
    webhooks: [],
    services: [],
  }
}

export interface NodeInputOptions {
  node?: string
  version?: string
  gaps?: readonly ClusterGap[]
  unread?: readonly ClusterList[]
  stale?: boolean
}

/** What checks are shown of `node-1` in the healthy cluster with some lists replaced, through the real index. */
export function nodeInput(parts: ClusterParts = {}, options: NodeInputOptions = {}): NodeInput {
  const index = createClusterIndex()
  const lists = { ...healthyParts(), ...parts }
  for (const list of indexedLists) {
    for (const record of lists[list]) indexRecord(index, list, record as ClusterRecord<typeof list>)
  }
  const { node = 'node-1', version = 'v1.24.3', gaps = [], unread = [], stale = false } = options
  const view = nodeViews(index, version)(node)
  if (view === undefined) throw new Error(`no node ${node}`)
  return { status: 'matched', view, takenAt: '2026-11-20T23:00:00.000Z', gaps, unread, stale }
}

/** The healthy cluster with pods of its own beside those of `web` on other nodes. */
export function withPods(...pods: readonly ClusterPod[]): ClusterParts {
  return { pods: [...healthyParts().pods.slice(1), ...pods] }
}

/** `node-1` of the healthy cluster. */
export function healthyNodeInput(): NodeInput {
  return nodeInput()
}

/** Judges `node-1` of a cluster whose lists are the healthy one's where they are left out. */
export function judgeNode(
  check: AnyCheck,
  parts: ClusterParts,
  options: NodeInputOptions & { target?: Target; facts?: FactOverrides } = {},
): CheckResult {
  const [first] = check.targets
  const target = options.target ?? first
  if (target === undefined) throw new Error(`${check.id} has no target`)
  return runCheck(check, factsWith(options.facts ?? {}), { target, node: nodeInput(parts, options) })
}
