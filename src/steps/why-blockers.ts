import type { DrainBudget } from '../model/drain-budget.ts'
import type { PodTrouble } from './why-unhealthy.ts'

/** Why a node cannot become empty, in the order in which causes of the same age are told. */
export const whyCauses = [
  'not-ready',
  'locked',
  'two-budgets',
  'budget-zero',
  'budget-closed',
  'budget-behind',
  'budget-operator',
  'kubelet-silent',
  'finalizers',
  'ending-late',
  'ending',
  'volume',
  'do-not-evict',
  'naked',
  'empty-dir',
  'local-data',
] as const
export type WhyCause = (typeof whyCauses)[number]

/** One pod that a cause holds on the node. */
export interface WhyPod {
  pod: string
  /** `ReplicaSet/web-6d9`; empty for a pod that nobody creates again. */
  owner: string
  /** `Deployment/web`: what has to be scaled; empty when it is not known. */
  workload: string
  /** Volumes, annotations, finalizers: whatever belongs to the cause. */
  names: readonly string[]
  /** ISO 8601; since when, or when its grace ends for a pod that is ending. */
  since: string | undefined
  until: string | undefined
}

/** A volume that is still attached although no pod of the node needs it. */
export interface WhyVolume {
  volume: string
  /** Empty when only the node's status tells of it. */
  attachment: string
  /** `namespace/name`; empty when it has none. */
  claim: string
  since: string | undefined
  isDetaching: boolean
  error: string | undefined
}

/** A cause with everything that it holds. */
export interface WhyBlocker {
  cause: WhyCause
  /** What the cause is about: a budget, the holder of the lease; empty when the cause says all. */
  subject: string
  /** ISO 8601: the oldest that is known. */
  since: string | undefined
  pods: readonly WhyPod[]
  volumes: readonly WhyVolume[]
  budget: WhyBudget | undefined
}

/** The numbers of a budget, and who keeps it closed. */
export type WhyBudget = Pick<
  DrainBudget,
  'namespace' | 'name' | 'rule' | 'allowed' | 'currentHealthy' | 'desiredHealthy' | 'expectedPods'
> & {
  /** The operator that opens it, when it is a known one. */
  operator: string | undefined
  unhealthy: readonly PodTrouble[]
}

/** Oldest first; what has no known age comes last, in the order of the causes. */
export function sortBlockers(blockers: readonly WhyBlocker[]): WhyBlocker[] {
  const timeOf = ({ since }: WhyBlocker): number => {
    const ms = Date.parse(since ?? '')
    return Number.isNaN(ms) ? Number.POSITIVE_INFINITY : ms
  }
  return [...blockers].sort((a, b) => {
    const [one, other] = [timeOf(a), timeOf(b)]
    if (one !== other) return one < other ? -1 : 1
    return whyCauses.indexOf(a.cause) - whyCauses.indexOf(b.cause) || (a.subject < b.subject ? -1 : 1)
  })
}

/** The earliest of some times; undefined when none is known. */
export function oldest(times: readonly (string | undefined)[]): string | undefined {
  return times
    .filter((time) => time !== undefined)
    .filter((time) => !Number.isNaN(Date.parse(time)))
    .sort((a, b) => Date.parse(a) - Date.parse(b))[0]
}
