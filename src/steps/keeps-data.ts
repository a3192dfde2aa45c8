import type { PlannedNode } from '../model/plan.ts'
import { keptPaths } from './kept-data.ts'
import { claimsToReattach } from './reattached-volumes.ts'

/** True when the plan keeps something of a node of which two looks tell whether it was kept. */
export function keepsData(node: Pick<PlannedNode, 'data' | 'target'>): boolean {
  return keptPaths(node).length > 0 || claimsToReattach(node).length > 0
}
