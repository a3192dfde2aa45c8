import { rewritesDisk, type PlannedNode } from '../model/plan.ts'
import { keptPaths } from './kept-data.ts'
import { claimsToReattach } from './reattached-volumes.ts'

/** True when the plan keeps something of a node of which two looks tell whether it was kept. */
export function keepsData(node: Pick<PlannedNode, 'data' | 'target'>): boolean {
  return keptPaths(node).length > 0 || claimsToReattach(node).length > 0
}

/** True when the way back writes the disk anew on which a system that is changed in place has its data. */
export function backOnNewDisk({ target, rollback }: Pick<PlannedNode, 'target' | 'rollback'>): boolean {
  return target !== 'containeros' && rewritesDisk(rollback.means)
}
