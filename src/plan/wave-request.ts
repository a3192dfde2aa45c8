import type { Cluster, ClusterGap } from '../model/cluster.ts'
import type { Estimate, PlannedNode, PlannedWave } from '../model/plan.ts'
import type { Text } from '../model/text.ts'

/** The lists of a snapshot that waves rest on; null = could not be read, which blocks and is never taken for "none". */
export type WaveSnapshot = Pick<Cluster, 'nodes' | 'pods' | 'budgets' | 'volumes' | 'claims'> & {
  gaps: readonly ClusterGap[]
}

/** One host to move. */
export interface MovedHost {
  /** Name in the inventory. */
  host: string
  /** Name of its node; null for a host that is no node of the cluster. */
  node: string | null
  /** The whole cycle: drain, replace, join, ready. */
  estimate: Estimate
  /** `wiped` = its disk is written anew, and a member of etcd on it must leave and join again; `kept` = it comes back as it was. */
  disk: 'kept' | 'wiped'
  /** What tells machines apart beyond the snapshot, for canaries: `os=CentOS 8.5`, `kernel=4.18`. Needed of plain hosts only. */
  traits?: readonly string[]
  /** True when its facts tell of an etcd member, wherever that belongs. */
  hasEtcd?: boolean
}

/** What people choose about waves. */
export interface WaveOptions {
  /** Nodes that may be away at a time: `3`, or `10%` of the hosts that are asked for (rounded down, at least 1). */
  maxUnavailable: number | string
  /** Nodes of each class that go first, and how long they are watched; 0 = no canaries. */
  canary: { perClass: number; soakMs: number }
  /** Rest between waves. */
  soakMs: number
  zones: 'one-at-a-time' | 'any'
  order: 'fewest-pods' | 'name'
  controlPlane: 'last' | 'first' | 'skip'
  /** Whether the API server may stand still while a single etcd member is away and comes back with its data. */
  controlPlaneOutage: 'refuse' | 'accept'
  /** Pods that other nodes are too full for: they keep their node out of the plan (the default), or wait until it is back. */
  noRoom?: 'refuse' | 'wait'
  evictions: EvictionPace
}

/** How fast pods move; what lower bounds are made of. */
export interface EvictionPace {
  /** Requests that the engine sends. */
  perSecond: number
  /** From the end of a pod until its replacement is ready. */
  replacementMs: number
  /** Until an evicted pod has ended. */
  terminationMs: number
}

export interface WaveRequest {
  /** Undefined = nobody looked at a cluster: plain hosts only can be planned. */
  cluster: WaveSnapshot | undefined
  hosts: readonly MovedHost[]
  options: WaveOptions
}

/** What the snapshot says about a host that is planned. */
export interface WaveNode extends Pick<PlannedNode, 'name' | 'host' | 'uid' | 'role' | 'zone' | 'estimate'> {}

/** The waves of a plan, and what was left out of them: every host that was asked for is in exactly one of both. */
export interface WavePlan {
  /** As a count, whatever was asked for. */
  maxUnavailable: number
  /** In the order of the waves. */
  nodes: WaveNode[]
  /** What is not known about the cluster as a whole stands among the warnings of the first wave. */
  waves: PlannedWave[]
  leftOut: { host: string; reasons: Text[] }[]
  bounds: { waves: number; makespanMs: number; evictions: number }
  estimate: Estimate
}
