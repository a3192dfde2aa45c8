import type { NodeTraits } from '../model/node-requirements.ts'
import type { PodTerm } from './pod-terms.ts'

/** Amounts by the index of their resource; 0 where nothing is asked for or left. */
export type Amounts = number[]

/** A node as the simulation moves pods about it. */
export interface PlanNode {
  name: string
  uid: string
  traits: NodeTraits
  /** A member of etcd makes a node one of the control plane, whatever its labels say. */
  role: 'control-plane' | 'worker'
  zone: string | null
  /** What tells machines apart, for canaries. */
  machine: readonly string[]
  isReady: boolean
  isCordoned: boolean
  allocatable: Amounts
  /** Below zero where more was asked for than there is. */
  free: Amounts
  /** Pods that a drain moves away, by where they are just now. */
  pods: Set<PlanPod>
  /** A member of etcd runs here as a static pod: whether it is ready. */
  etcd: { isReady: boolean } | undefined
  /** Has its new system: pods are rather put here, as they need not move again. */
  isDone: boolean
}

/** A budget with what it lets go when all its pods are well. */
export interface PlanBudget {
  /** `namespace/name`. */
  key: string
  namespace: string
  name: string
  /** What people wrote: `minAvailable 2`. */
  rule: string
  /** Null = nobody has told, so nobody knows. */
  allowed: number | null
  /** Just now; less than `allowed` while pods of it are not well. */
  allowedNow: number | null
  /** Keeps the budget at zero itself, and opens it when the node is cordoned. */
  operator: string | undefined
}

/** Why a pod stays away until its own node is back. */
export type Pin =
  /** No other node takes it: its volume, or what it asks of nodes. */
  | 'only-here'
  /** What it has written stays on the node. */
  | 'host-path'
  /** Where its data is, or whom it must be near, the snapshot does not tell. */
  | 'unknown'

/** What pods have in common that may run on the same nodes beside the same others. */
export interface PodShape {
  /** Nodes that take pods now and are allowed. */
  candidates: readonly PlanNode[]
  /** None of the pods that these select may be in its domain. */
  anti: readonly PodTerm[]
  /** One of the pods that these select must be in its domain; `self` = the pod is one of them. */
  near: readonly { term: PodTerm; self: boolean }[]
  spread: readonly Spread[]
  /** Terms that select the pod. */
  selectedBy: readonly PodTerm[]
}

/** A spread constraint that keeps pods from being scheduled. */
export interface Spread {
  term: PodTerm
  self: boolean
  maxSkew: number
  minDomains: number
  /** Domains of the nodes that count, those that are away among them. */
  domains: readonly string[]
}

/** A pod that a drain moves away. */
export interface PlanPod {
  /** `namespace/name`. */
  key: string
  /** Uid of the controller at the top; undefined = nobody makes it again. */
  owner: string | undefined
  needs: Amounts
  hasRequests: boolean
  isReady: boolean
  budgets: readonly PlanBudget[]
  shape: PodShape
  pin: Pin | undefined
  node: PlanNode
}

/** The cluster as waves are planned on it. */
export interface World {
  /** In name order. */
  nodes: readonly PlanNode[]
  byName: ReadonlyMap<string, PlanNode>
  resources: readonly string[]
  /** Ready pods of each controller whose pods go on for ever: those of Jobs are not missed. */
  owned: ReadonlyMap<string, number>
  /** Pods that wait for a node. */
  waiting: number
}
