import type { DrainNode } from '../model/drain-node.ts'
import { fewNames } from '../model/few-names.ts'
import { DrainParameters } from '../model/parameters-migrate.ts'
import type { PlannedNode, PlannedStep } from '../model/plan.ts'
import type { StepName } from '../model/step-names.ts'
import { StepError } from '../model/step-error.ts'
import { leftOnNode } from './drain-in-room.ts'
import { volumesOfNode } from './node-volumes.ts'
import { choicesOf, type DrainStepPorts } from './step-drain.ts'
import { cordonedNode } from './step-ports.ts'

/** Tells whether a drain still holds. */
export interface EmptyNodePort {
  /**
   * For a step before which the plan drains the node: throws NODE_REPLACED, NODE_UNCORDONED or PODS_CAME when what the drain has
   * reached is no more so, and DATA_UNDECIDED when pods that stay write where nobody has decided, or a local volume lies there before
   * the system is replaced. Hours may lie between the two, and a run that was paused or killed.
   */
  requireEmpty(node: PlannedNode, before: StepName, signal: AbortSignal): Promise<void>
  /**
   * For what is done to a node after its system was replaced: throws PODS_CAME when pods are there that its drain would take away,
   * whoever has let them come.
   */
  requireLeft(node: PlannedNode, signal: AbortSignal): Promise<void>
}

/** Looks at the cluster by the rules of the drain of the plan. */
export function emptyNodePort({
  cluster,
  drains,
}: Pick<DrainStepPorts, 'cluster' | 'drains'>): EmptyNodePort {
  const leftBy = (
    { with: given }: PlannedStep,
    node: PlannedNode,
    signal: AbortSignal,
  ): ReturnType<typeof leftOnNode> => {
    const choices = choicesOf({ node, parameters: DrainParameters.parse(given) })
    return leftOnNode(drains, { node: node.name, choices }, signal)
  }
  return {
    async requireEmpty(node, before, signal) {
      const drain = drainBefore(node, before)
      if (node.uid === null || drain === undefined) return
      const { name } = node
      const now = await cordonedNode(cluster, name, signal)
      if (now.uid !== node.uid)
        throw new StepError('config', `${name} is another node than the one that was planned`, {
          code: 'NODE_REPLACED',
        })
      const { toGo, undecided } = await leftBy(drain, node, signal)
      if (toGo.length > 0)
        throw new StepError('config', `pods have come to ${name} since it was drained: ${fewNames(toGo)}`, {
          code: 'PODS_CAME',
        })
      if (undecided.length > 0)
        throw new StepError(
          'config',
          `pods write on ${name} where its plan has decided nothing: ${fewNames(undecided)}; collect, take a snapshot and plan again`,
          { code: 'DATA_UNDECIDED' },
        )
      if (before === 'host.provision') await refuseVolumes({ cluster, drains }, now, signal)
    },
    async requireLeft(node, signal) {
      const drain = node.steps.find(({ uses }) => uses === 'cluster.drain')
      if (node.uid === null || drain === undefined) return
      const { name } = node
      const { toGo } = await leftBy(drain, node, signal)
      if (toGo.length === 0) return
      throw new StepError(
        'config',
        `pods have come to ${name} since its system was replaced: ${fewNames(toGo)}; look at what they have written here, then empty it: osferry drain ${name}`,
        { code: 'PODS_CAME' },
      )
    },
  }
}

/** A volume that no pod uses just now has data all the same. */
async function refuseVolumes(
  { cluster, drains }: Pick<DrainStepPorts, 'cluster' | 'drains'>,
  node: DrainNode,
  signal: AbortSignal,
): Promise<void> {
  const { around } = await drains.session(signal)
  if (around.undecided === undefined) return
  const volumes = await volumesOfNode(cluster, node, signal)
  const undecided = new Set(
    around.undecided(
      node.name,
      volumes.map(({ path }) => path),
    ),
  )
  const names = volumes.filter(({ path }) => undecided.has(path)).map(({ name, path }) => `${name}: ${path}`)
  if (names.length > 0)
    throw new StepError(
      'config',
      `local volumes lie on ${node.name} where its plan has decided nothing: ${fewNames(names)}; collect, take a snapshot and plan again`,
      { code: 'DATA_UNDECIDED' },
    )
}

function drainBefore({ steps }: PlannedNode, before: StepName): PlannedStep | undefined {
  const place = steps.findIndex(({ uses }) => uses === before)
  return steps.slice(0, Math.max(0, place)).findLast(({ uses }) => uses === 'cluster.drain')
}
