import { plainPath } from '../model/plain-path.ts'
import type { PlannedNode } from '../model/plan.ts'
import { isBelow } from '../model/space-of-path.ts'
import type { StepName } from '../model/step-names.ts'
import type { MissingDaemon } from './daemon-sets.ts'

/**
 * Those of the missing DaemonSets for which a node that comes back has to be waited for: not those that were not whole there before, nor
 * those that need what a later step of its plan puts back. `workloads.verify` looks at them again.
 */
export function expectedDaemons(
  missing: readonly MissingDaemon[],
  { node, missingBefore }: { node: PlannedNode; missingBefore: readonly string[] },
): MissingDaemon[] {
  const after = node.steps.slice(node.steps.findLastIndex(({ uses }) => uses === 'node.wait-ready') + 1)
  const comes = (uses: StepName): boolean => after.some((step) => step.uses === uses)
  const parked = node.data.filter(({ action }) => action === 'park')
  const getsImages = comes('images.restore') && parked.some(({ kind }) => kind === 'images')
  const paths = comes('data.restore') ? parked.flatMap(({ path }) => path ?? []) : []
  const needsData = (hostPath: string): boolean => {
    const used = plainPath(hostPath) ?? hostPath
    return paths.some((path) => isBelow(used, path) || isBelow(path, used))
  }
  return missing.filter(
    ({ name, hostPaths, cannotPull }) =>
      !missingBefore.includes(name) && !(getsImages && cannotPull) && !hostPaths.some(needsData),
  )
}
