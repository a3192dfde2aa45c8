import type { PlannedNode } from '../model/plan.ts'

/** For steps after which nobody needs the bootstrap token of a node any more. */
export interface JoinTokenPort {
  /** Deletes the token that the run has minted for the node, if it has; when that fails it is told, and the token expires by itself. */
  endToken(node: PlannedNode, signal: AbortSignal): Promise<void>
}
