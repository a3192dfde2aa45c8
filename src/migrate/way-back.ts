import type { LocalData } from '../model/data-decision.ts'
import { isOfTheHost } from '../model/made-again.ts'
import type { PlannedNode, RollbackMeans } from '../model/plan.ts'
import type { StepName } from '../model/step-names.ts'
import { wipesDisk } from '../model/target.ts'
import { keepsData } from '../steps/keeps-data.ts'
import type { NodeState } from './node-state.ts'

/** One act of the way back; `isUndo` = what the step replaced is put back by the plan's rollback means. */
export interface BackAct {
  index: number
  isUndo: boolean
}

/** Before the old system comes back to a node that has pods again. */
const emptying: readonly StepName[] = ['cluster.cordon', 'cluster.drain', 'cluster.wait-detach']
const restoringData: readonly StepName[] = ['data.restore', 'images.restore']
/** Proves what was to be kept; the system itself `node.wait-ready` knows. */
const proving: StepName = 'node.verify-os'
const givingBack: readonly StepName[] = [
  'node.wait-ready',
  proving,
  ...restoringData,
  'cluster.restore-metadata',
  'cluster.uncordon',
]

/**
 * Whether what was parked must be put back: the old disk has its data, and so has a file system that both systems share unless
 * the new one has begun to write there.
 */
const needsData: Readonly<Record<Exclude<RollbackMeans, 'none'>, 'never' | 'when-begun' | 'always'>> = {
  'old-disk': 'never',
  'old-deployment': 'when-begun',
  snapshot: 'always',
  image: 'always',
  reinstall: 'always',
}

/** Everything that brings a node back that is past its point of no return, in its order; steps that the plan has not are left out. */
export function wayBack({ steps }: Pick<NodeState, 'steps'>, node: PlannedNode): BackAct[] {
  const { means } = node.rollback
  const data = means === 'none' ? 'never' : needsData[means]
  const isBegun = (uses: StepName): boolean =>
    node.steps.some((step, index) => step.uses === uses && (steps.get(index)?.attempts ?? 0) > 0)
  const isWanted = (uses: StepName): boolean =>
    givingBack.includes(uses) &&
    (uses !== proving || keepsData(node)) &&
    (!restoringData.includes(uses) || data === 'always' || (data === 'when-begun' && isBegun(uses)))
  const acts = (isAsked: (uses: StepName) => boolean): BackAct[] =>
    node.steps.flatMap(({ uses }, index) => (isAsked(uses) ? [{ index, isUndo: false }] : []))
  return [
    ...(hasPodsAgain(steps, node) ? acts((uses) => emptying.includes(uses)) : []),
    { index: pointIndex(node), isUndo: true },
    ...acts(isWanted),
  ]
}

/** Why a node cannot be brought back by its plan; undefined = it can, as far as the plan tells. */
export function whyNoWayBack({ steps }: Pick<NodeState, 'steps'>, node: PlannedNode): string | undefined {
  const { means, acceptedBy } = node.rollback
  if (means === 'none')
    return `its plan has no way back (rollback: none), which ${acceptedBy ?? 'nobody'} has accepted`
  if (pointIndex(node) === -1) return 'its plan has no point of no return'
  if (!hasPodsAgain(steps, node)) return undefined
  const since = 'it was uncordoned, so that pods may have written to its local data since'
  const parked = node.data.filter(({ action }) => action === 'park')
  if (parked.length > 0) return `${since} that was parked: ${idsOf(parked)}`
  const turnedBack = turnsDiskBack(node) ? node.data.filter(isKeptOnDisk) : []
  if (turnedBack.length > 0)
    return `${since}, and its disk would be turned back by ${means}, with what they have written: ${idsOf(turnedBack)}`
  return undefined
}

/** True when the system comes back with the disk as it was, and its data lie on that disk still. */
function turnsDiskBack({ target, rollback: { means } }: PlannedNode): boolean {
  return !wipesDisk(target) && means !== 'old-deployment' && means !== 'none'
}

/** Data of pods or of etcd that stay where they are; on which disk that is no plan says. */
function isKeptOnDisk(data: LocalData): boolean {
  return data.action === 'preserve' && data.path !== null && isOfTheHost(data)
}

function idsOf(data: readonly LocalData[]): string {
  return data
    .slice(0, 5)
    .map(({ id }) => id)
    .join(', ')
}

/** True for steps before the point of no return: what they have done is about the old system. */
export function isOfOldSystem(node: PlannedNode, index: number): boolean {
  return index < pointIndex(node)
}

/** The step that replaces the system; -1 = the plan has none. */
export function pointIndex(node: PlannedNode): number {
  return node.steps.findIndex(({ pointOfNoReturn }) => pointOfNoReturn)
}

/** True when the node was uncordoned, or may have been, since its system was replaced. */
export function hasPodsAgain(steps: NodeState['steps'], node: PlannedNode): boolean {
  return node.steps.some(({ uses }, index) => {
    const { status, attempts = 0 } = steps.get(index) ?? {}
    return uses === 'cluster.uncordon' && (attempts > 0 || status === 'done')
  })
}
