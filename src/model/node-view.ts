import type { ClusterGap, ClusterList } from './cluster.ts'
import type { Webhook } from './cluster-apis.ts'
import type { Controller, CountOrShare, Resources } from './cluster-parts.ts'
import type { Text } from './text.ts'

/** A budget that covers a pod, with its numbers. */
export interface NodeBudget {
  namespace: string
  name: string
  labels: Readonly<Record<string, string>>
  minAvailable: CountOrShare | null
  maxUnavailable: CountOrShare | null
  /** `AlwaysAllow` lets pods go that are not ready, whatever the budget says. */
  unhealthyPodEvictionPolicy: string | null
  /** Whose budget it is, for example a custom resource of an operator. */
  owner: Controller | null
  /** Null when nobody has written the status for the budget as it is now: what it allows is unknown. */
  numbers: {
    allowed: number
    currentHealthy: number
    desiredHealthy: number
    expectedPods: number
    /** Pods that were let go and are not gone yet. */
    disrupted: number
  } | null
}

/** Where the data of a pod is. */
export interface NodeVolume {
  name: string
  /** Of the pod's volume; of a claim that is bound, of its PersistentVolume: `local`, `csi`, `nfs`. */
  kind: string
  claim?: string
  path?: string
  hostPathType?: string
  readOnly?: true
  medium?: string
  capacityBytes?: number
  /** The claim is not in the snapshot, or its volume is not: nobody knows where the data is. */
  unresolved?: true
  /** No other node that takes pods now may use the volume. */
  onlyHere?: true
}

/** How many pods a pod's controller has, and where. Pods that have ended are not counted. */
export interface NodeReplicas {
  /** What its workload wants; null when there is no such workload in the snapshot. */
  wanted: number | null
  here: number
  elsewhere: number
  readyElsewhere: number
}

/** One pod on the node. */
export interface NodePod {
  namespace: string
  name: string
  control: 'controller' | 'mirror' | 'none'
  /** The controller at the top. */
  owner: Controller | null
  phase: string
  ready: boolean
  createdAt: string | null
  deletedAt: string | null
  finalizers: readonly string[]
  evictionAnnotations: Readonly<Record<string, string>>
  hostNetwork: boolean
  privileged: boolean
  volumes: readonly NodeVolume[]
  budgets: readonly NodeBudget[]
  replicas: NodeReplicas | null
}

/** Pods of the node that may run on the same other nodes, and what is left there. */
export interface NodeRoom {
  /** `namespace/name`. */
  pods: readonly string[]
  /** What they ask for, with the pods that may run on a part of these nodes only. */
  needs: Resources
  /** Other nodes that are ready, not cordoned, and allowed for these pods. */
  nodes: number
  /** What is left on those nodes together. */
  free: Resources
  /** Pods that ask for more than any single one of those nodes has left. */
  tooLarge: readonly string[]
}

/** A webhook that only this node answers, or of which nobody knows who does. */
export interface NodeWebhook extends Pick<
  Webhook,
  | 'kind'
  | 'configuration'
  | 'name'
  | 'failurePolicy'
  | 'rules'
  | 'namespaceSelector'
  | 'objectSelector'
  | 'conditional'
> {
  /** Who answers: `namespace/service`, or the URL. */
  by: string
  /**
   * `here`: all that answer now are on this node. `outside`: at addresses that are no pod's and no node's, as far as the
   * snapshot tells. `unknown`: endpoints could not be read.
   */
  served: 'here' | 'outside' | 'unknown'
  /** Addresses on this node that are ready. */
  ready: number
}

/** What the snapshot of the cluster knows about one node: the input of the checks that `defineNodeCheck` makes. */
export interface NodeView {
  name: string
  ready: 'ready' | 'not-ready' | 'unknown'
  /** Of the condition Ready, when it is not true. */
  readyReason: string | null
  readySince: string | null
  unschedulable: boolean
  /** Who cordoned it, as osferry writes it. */
  cordonedBy: string | null
  controlPlane: boolean
  kubeletVersion: string
  pods: readonly NodePod[]
  rooms: readonly NodeRoom[]
  /** Without those that are surely answered elsewhere, or by nobody at all. */
  webhooks: readonly NodeWebhook[]
  cluster: {
    /** `gitVersion` of the API server. */
    version: string
    nodes: number
    controlPlanes: { total: number; readyElsewhere: number }
    /** Members that run as pods; 0 when etcd is elsewhere. */
    etcd: { here: boolean; members: number; readyElsewhere: number }
  }
}

/** What stands behind the checks of a node for one host. */
export type NodeInput =
  /** The snapshot does not say which node the host is. */
  | { status: 'unmatched'; reason: Text }
  | {
      status: 'matched'
      view: NodeView
      /** When the snapshot was taken, ISO 8601 UTC. */
      takenAt: string
      gaps: readonly ClusterGap[]
      /** Lists of which nothing could be read. */
      unread: readonly ClusterList[]
      /** True when the snapshot is too old to say that something is fine. */
      stale: boolean
    }

/** `namespace/name`, as people write it. */
export function nodePodName({ namespace, name }: Pick<NodePod, 'namespace' | 'name'>): string {
  return `${namespace}/${name}`
}

/** True for pods that a drain moves away: not those of DaemonSets, static ones, or those that have ended. */
export function isMoved({ control, owner, phase }: Pick<NodePod, 'control' | 'owner' | 'phase'>): boolean {
  return control !== 'mirror' && owner?.kind !== 'DaemonSet' && !hasEnded({ phase })
}

/** True for pods whose containers will not run again. */
export function hasEnded({ phase }: Pick<NodePod, 'phase'>): boolean {
  return phase === 'Succeeded' || phase === 'Failed'
}
