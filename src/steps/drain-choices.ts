import type { DrainRule } from '../model/drain-rules.ts'

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
}
