import type { ApiObject } from './api.ts'

export interface FakeNode {
  name: string
  labels?: Readonly<Record<string, string>>
  taints?: readonly { key: string; value?: string; effect: string }[]
  /** InternalIP; an address of its own for each node unless said otherwise. */
  address?: string
  /** Laid over node.status.nodeInfo. */
  nodeInfo?: Readonly<Record<string, string>>
  /** Laid over capacity and allocatable. */
  capacity?: Readonly<Record<string, string>>
  /** Names of CSI drivers that are installed on the node. */
  csiDrivers?: readonly string[]
  /** Manifests as they lie in a kubelet's directory; each gets a mirror pod. */
  staticPods?: readonly StaticPod[]
}

export interface StaticPod {
  metadata: { name: string; namespace: string; labels?: Record<string, string> }
  spec: Record<string, unknown>
}

const leaseSeconds = 40

/** The Node object that a kubelet registers, with its first status. */
export function nodeObject(node: FakeNode, details: { address: string; version: string }): object {
  const capacity = { cpu: '8', memory: '32Gi', pods: '110', 'ephemeral-storage': '100Gi', ...node.capacity }
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name: node.name,
      labels: {
        'kubernetes.io/hostname': node.name,
        'kubernetes.io/os': 'linux',
        'kubernetes.io/arch': 'amd64',
        ...node.labels,
      },
      // Without it the attach-detach controller leaves the node's volumes to the kubelet.
      annotations: { 'volumes.kubernetes.io/controller-managed-attach-detach': 'true' },
    },
    spec: { taints: node.taints ?? [] },
    status: {
      capacity,
      allocatable: capacity,
      addresses: [
        { type: 'InternalIP', address: details.address },
        { type: 'Hostname', address: node.name },
      ],
      conditions: nodeConditions(),
      daemonEndpoints: { kubeletEndpoint: { Port: 10_250 } },
      nodeInfo: {
        architecture: 'amd64',
        bootID: node.name,
        containerRuntimeVersion: 'docker://20.10.24',
        kernelVersion: '4.18.0-348.7.1.el8_5.x86_64',
        kubeProxyVersion: `v${details.version}`,
        kubeletVersion: `v${details.version}`,
        machineID: node.name,
        operatingSystem: 'linux',
        osImage: 'CentOS Linux 8',
        systemUUID: node.name,
        ...node.nodeInfo,
      },
    },
  }
}

/** A healthy node's conditions with a heartbeat of now; Ready only when told so. */
export function nodeConditions(isReady = true): readonly object[] {
  const now = new Date().toISOString().replace(/\.\d+Z$/, 'Z')
  const condition = (type: string, status: string, reason: string): object => ({
    type,
    status,
    reason,
    message: reason,
    lastHeartbeatTime: now,
  })
  return [
    condition('MemoryPressure', 'False', 'KubeletHasSufficientMemory'),
    condition('DiskPressure', 'False', 'KubeletHasNoDiskPressure'),
    condition('PIDPressure', 'False', 'KubeletHasSufficientPID'),
    isReady ? condition('Ready', 'True', 'KubeletReady') : condition('Ready', 'False', 'KubeletNotReady'),
  ]
}

export function leaseObject(node: ApiObject): object {
  const { name } = node.metadata
  return {
    metadata: { name, namespace: 'kube-node-lease', ownerReferences: [ownedBy(node)] },
    spec: { holderIdentity: name, leaseDurationSeconds: leaseSeconds, ...renewal() },
  }
}

/** The part of a lease's spec that a renewal changes; its times have microseconds. */
export function renewal(): object {
  return { renewTime: new Date().toISOString().replace('Z', '000Z') }
}

export function csiNodeObject(node: ApiObject, drivers: readonly string[]): object {
  const { name } = node.metadata
  return {
    metadata: { name, ownerReferences: [ownedBy(node)] },
    spec: { drivers: drivers.map((driver) => ({ name: driver, nodeID: name, topologyKeys: [] })) },
  }
}

export function mirrorPod(node: ApiObject, pod: StaticPod): object {
  const hash = `${node.metadata.uid}-${pod.metadata.name}`
  return {
    metadata: {
      ...pod.metadata,
      name: `${pod.metadata.name}-${node.metadata.name}`,
      annotations: {
        'kubernetes.io/config.hash': hash,
        'kubernetes.io/config.mirror': hash,
        'kubernetes.io/config.source': 'file',
      },
      ownerReferences: [{ ...ownedBy(node), controller: true }],
    },
    spec: {
      tolerations: [{ operator: 'Exists', effect: 'NoExecute' }],
      ...pod.spec,
      nodeName: node.metadata.name,
    },
  }
}

function ownedBy(node: ApiObject): object {
  return { apiVersion: 'v1', kind: 'Node', name: node.metadata.name, uid: node.metadata.uid }
}
