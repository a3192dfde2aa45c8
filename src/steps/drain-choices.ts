import type { DrainRule } from '../model/drain-rules.ts'

/**
 * What may happen near the end of the time: nothing; pods that a budget still holds back are deleted; and besides, pods that
 * do not end are cut short.
 */
export type Escalation = 'none' | 'delete' | 'force'

/** What a person has decided about a drain; nothing of it is guessed. */
export interface DrainChoices {
  /** Data of emptyDir volumes may be lost. */
  deleteEmptyDirData: boolean
  /** Data in directories and local volumes of the node stay there while the pods go. */
  leaveLocalData: boolean
  /** Pods without a controller: refuse, keep their manifests and evict them, or evict them for good. */
  naked: 'refuse' | 'recreate' | 'force'
  /** Most seconds that a pod gets to end; pods that ask for less get less. */
  gracePeriodSeconds: number | undefined
  /** For one node, from its cordon on; undefined = for ever. */
  timeoutMs: number | undefined
  /** For volumes of the pods that went; undefined = five minutes. */
  detachTimeoutMs?: number
  /** In order; the first that matches a pod counts. */
  rules: readonly DrainRule[]
  /** Names of the Delete rules that are meant: without its name here a rule deletes nothing. */
  deleteByRules?: readonly string[]
  /** Default none; needs `timeoutMs`. */
  escalate?: Escalation
  /** `namespace/name` of pods that may be forced off a node that is not heard of although two copies may run then. */
  forcePods?: readonly string[]
  /** Nodes at work are taken out of external load balancers, and left alone so long before the first eviction. */
  loadBalancerSettleMs?: number
  /** Nodes that wait carry no soft taint. */
  noSoftTaint?: boolean
}
