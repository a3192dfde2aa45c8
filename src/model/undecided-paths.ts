import type { DataKind } from './data-decision.ts'
import { isRuleFor, type DataRule } from './data-rules.ts'
import { holdsData } from './host-path-data.ts'
import { whoMakesAgain } from './made-again.ts'
import { plainPath } from './plain-path.ts'
import { rewritesDisk, type PlannedNode } from './plan.ts'
import { isBelow } from './space-of-path.ts'
import { wipesDisk } from './target.ts'

const ofDirectories: ReadonlySet<DataKind> = new Set(['host-path', 'local-volume', 'etcd'])

/**
 * Those of the directories in which pods write on a node that would be lost with its disk, and of which its plan says nothing:
 * a pod may have come since the snapshot, or have been moved there by the plan itself. `rules` are those of the plan; of what was
 * not there when it was made, only discarding is decided by them, and by a path only: nothing of it would be archived or mounted,
 * and who discards a kind has decided about what was found.
 */
export function undecidedPaths(
  paths: readonly string[],
  node: Pick<PlannedNode, 'data' | 'host' | 'rollback' | 'steps' | 'target'>,
  rules: readonly DataRule[],
): string[] {
  if (paths.length === 0 || !mayLoseData(node)) return []
  return paths.filter((path) => holdsData(path) && !isDecided(path, node, rules))
}

function mayLoseData({
  steps,
  target,
  rollback,
}: Pick<PlannedNode, 'rollback' | 'steps' | 'target'>): boolean {
  const isReplaced = steps.some(({ uses }) => uses === 'host.provision')
  return isReplaced && (wipesDisk(target) || rewritesDisk(rollback.means))
}

function isDecided(
  path: string,
  { data, host }: Pick<PlannedNode, 'data' | 'host'>,
  rules: readonly DataRule[],
): boolean {
  const plain = plainPath(path)
  if (plain === undefined) return false
  if (whoMakesAgain(plain) !== undefined) return true
  const isKnown = data.some(
    ({ kind, path, action }) =>
      ofDirectories.has(kind) && action !== null && path !== null && isBelow(plain, path),
  )
  const rule = ruleFor(plain, host, rules)
  return isKnown || (rule?.action === 'discard' && rule.path !== undefined)
}

/** As when a plan is made the first counts. What kind of directory it would have been is not known here: a rule of either kind is about it. */
function ruleFor(path: string, host: string, rules: readonly DataRule[]): DataRule | undefined {
  const kinds = ['host-path', 'local-volume'] as const
  return rules.find((rule) =>
    kinds.some((kind) => isRuleFor(rule, { id: `${kind}:${path}`, kind, path }, host)),
  )
}
