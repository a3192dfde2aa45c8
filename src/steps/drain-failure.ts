import type { Blocker } from './drain-blockers.ts'
import type { Notice } from './drain-preflight.ts'

/** Why a node was not drained; it is given back as it was found then. */
export type DrainFailure =
  | {
      reason: 'timeout'
      blockers: readonly Blocker[]
      /** ISO 8601; since when its kubelet is not heard of: it ends no pod then. Undefined while it is ready. */
      notReadySince: string | undefined
    }
  | { reason: 'detach-timeout'; volumes: readonly string[] }
  /** Somebody has uncordoned it, so that pods may come back at any time. */
  | { reason: 'uncordoned' }
  | { reason: 'node-gone' }
  /** A pod that came after the preflight must not be touched. */
  | { reason: 'refused-pod'; notices: readonly Notice[] }
  /** Its controller creates it again on this node, cordoned or not. */
  | { reason: 'pod-comes-back'; pod: string }
  /** The server refuses the eviction for good. */
  | { reason: 'eviction-refused'; pod: string; message: string }

/** Ends the drain of one node. Not an Error of the user: its caller makes an outcome of it. */
export class NodeDrainError extends Error {
  readonly failure: DrainFailure

  constructor(failure: DrainFailure) {
    super(`the node was not drained: ${failure.reason}`)
    this.name = 'NodeDrainError'
    this.failure = failure
  }
}
