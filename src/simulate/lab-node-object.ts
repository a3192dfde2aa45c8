import type { LabNode, LabSystem } from './lab-cluster.ts'
import { apiTime, type LabObject, type LabOwner } from './lab-object.ts'
import type { LabCondition } from './lab-pod.ts'

type NodeInfo = Record<string, string>

/** What runs on machines of CentOS 8 before they are moved. */
const centos = { osImage: 'CentOS Linux 8', kernelVersion: '4.18.0-348.7.1.el8_5.x86_64' }

/** node.status.nodeInfo of a machine with its system. */
export function nodeInfo(node: LabNode, system: Partial<LabSystem>, version: string): NodeInfo {
  return {
    architecture: 'amd64',
    bootID: system.bootId ?? node.bootId ?? node.name,
    containerRuntimeVersion: 'docker://20.10.24',
    kernelVersion: system.kernelVersion ?? node.kernelVersion ?? centos.kernelVersion,
    kubeProxyVersion: `v${version}`,
    kubeletVersion: `v${version}`,
    machineID: system.machineId ?? node.machineId ?? node.name,
    operatingSystem: 'linux',
    osImage: system.osImage ?? node.osImage ?? centos.osImage,
    systemUUID: node.name,
    ...node.nodeInfo,
  }
}

/** The Node that a kubelet registers, with its first status. */
export function registration(
  node: LabNode,
  details: { address: string; info: NodeInfo; nowMs: number; isReady: boolean },
): object {
  const capacity = { cpu: '8', memory: '32Gi', pods: '110', 'ephemeral-storage': '100Gi', ...node.capacity }
  return {
    metadata: {
      name: node.name,
      labels: {
        'kubernetes.io/hostname': node.name,
        'kubernetes.io/os': 'linux',
        'kubernetes.io/arch': 'amd64',
        ...node.labels,
      },
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
      conditions: nodeConditions([], details),
      daemonEndpoints: { kubeletEndpoint: { Port: 10_250 } },
      nodeInfo: details.info,
    },
  }
}

/** What a kubelet reports of itself; conditions of others stay. */
export function nodeConditions(
  before: readonly LabCondition[],
  { nowMs, isReady }: { nowMs: number; isReady: boolean },
): readonly LabCondition[] {
  const now = apiTime(nowMs)
  const own = [
    ['MemoryPressure', 'False', 'KubeletHasSufficientMemory'],
    ['DiskPressure', 'False', 'KubeletHasNoDiskPressure'],
    ['PIDPressure', 'False', 'KubeletHasSufficientPID'],
    isReady ? ['Ready', 'True', 'KubeletReady'] : ['Ready', 'False', 'KubeletNotReady'],
  ] as const
  const made = own.map(([type, status, reason]): LabCondition => {
    const last = before.find((condition) => condition.type === type)
    const lastTransitionTime = last?.status === status ? (last.lastTransitionTime ?? now) : now
    return { type, status, reason, message: reason, lastHeartbeatTime: now, lastTransitionTime }
  })
  return [...before.filter(({ type }) => !own.some(([name]) => name === type)), ...made]
}

export function ownedByNode({ metadata }: LabObject): LabOwner {
  return { apiVersion: 'v1', kind: 'Node', name: metadata.name, uid: metadata.uid }
}
