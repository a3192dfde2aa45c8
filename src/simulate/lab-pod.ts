import type { NodeSelectorTerm, Taint, Toleration } from '../model/cluster-parts.ts'
import { amountOf } from '../model/quantity.ts'
import type { LabObject } from './lab-object.ts'

export interface LabContainer {
  name: string
  image?: string
  resources?: { requests?: Record<string, string> }
  volumeMounts?: readonly { name: string; mountPath: string; readOnly?: boolean }[]
  [field: string]: unknown
}

export interface LabPodSpec {
  nodeName?: string
  nodeSelector?: Record<string, string>
  schedulerName?: string
  hostNetwork?: boolean
  serviceAccountName?: string
  automountServiceAccountToken?: boolean
  terminationGracePeriodSeconds?: number
  tolerations?: readonly Toleration[]
  containers: readonly LabContainer[]
  initContainers?: readonly LabContainer[]
  volumes?: readonly LabPodVolume[]
  affinity?: {
    nodeAffinity?: {
      requiredDuringSchedulingIgnoredDuringExecution?: { nodeSelectorTerms?: readonly NodeSelectorTerm[] }
    }
    podAntiAffinity?: { requiredDuringSchedulingIgnoredDuringExecution?: readonly LabAffinityTerm[] }
  }
  topologySpreadConstraints?: readonly LabSpread[]
  [field: string]: unknown
}

/** Disks of a storage network, in a pod or in a PersistentVolume. */
export interface LabBlockSource {
  iscsi?: { targetPortal: string; iqn: string; lun?: number }
  fc?: { targetWWNs?: readonly string[]; lun?: number; wwids?: readonly string[] }
}

export interface LabPodVolume extends LabBlockSource {
  name: string
  persistentVolumeClaim?: { claimName: string }
  [field: string]: unknown
}

export interface LabSelector {
  matchLabels?: Record<string, string>
  matchExpressions?: readonly { key: string; operator: string; values?: readonly string[] }[]
}

export interface LabAffinityTerm {
  topologyKey: string
  labelSelector?: LabSelector
}

export interface LabSpread {
  maxSkew: number
  topologyKey: string
  whenUnsatisfiable: string
  labelSelector?: LabSelector
}

export interface LabCondition {
  type: string
  status: string
  reason?: string
  message?: string
  lastTransitionTime?: string
  [field: string]: unknown
}

export interface LabPod extends LabObject {
  spec: LabPodSpec
  status: { phase?: string; podIP?: string; conditions?: readonly LabCondition[]; [field: string]: unknown }
}

export interface LabNodeObject extends LabObject {
  spec: {
    unschedulable?: boolean
    taints?: readonly (Taint & { timeAdded?: string })[]
    [field: string]: unknown
  }
  status: {
    conditions?: readonly LabCondition[]
    allocatable?: Record<string, string>
    addresses?: readonly { type: string; address: string }[]
    volumesInUse?: readonly string[]
    volumesAttached?: readonly { name: string; devicePath: string }[]
    [field: string]: unknown
  }
}

export function conditionOf(object: LabObject, type: string): LabCondition | undefined {
  const { conditions } = (object.status ?? {}) as { conditions?: readonly LabCondition[] }
  return conditions?.find((condition) => condition.type === type)
}

export function isReady(object: LabObject): boolean {
  return conditionOf(object, 'Ready')?.status === 'True'
}

/** Has ended by itself: controllers and budgets no longer count it. */
export function isOver(pod: LabPod): boolean {
  return pod.status.phase === 'Succeeded' || pod.status.phase === 'Failed'
}

export function isMirror({ metadata }: LabObject): boolean {
  return metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined
}

/** What a pod asks of its node: cpu in thousandths, memory in bytes. */
export function requestsOf({ spec }: LabPod): { cpu: number; memory: number } {
  const sum = (resource: string): number => {
    let total = 0
    for (const { resources } of spec.containers)
      total += amountOf(resource, resources?.requests?.[resource] ?? '0') ?? 0
    return total
  }
  return { cpu: sum('cpu'), memory: sum('memory') }
}

/** Puts a condition into a list, with the time of its last change of status. */
export function withCondition(
  conditions: readonly LabCondition[] | undefined,
  wanted: LabCondition,
  now: string,
): readonly LabCondition[] {
  const before = conditions?.find(({ type }) => type === wanted.type)
  const lastTransitionTime = before?.status === wanted.status ? (before.lastTransitionTime ?? now) : now
  const made = { ...wanted, lastTransitionTime }
  if (before === undefined) return [...(conditions ?? []), made]
  return (conditions ?? []).map((condition) => (condition === before ? made : condition))
}
