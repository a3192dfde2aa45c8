import { cordonAnnotation } from '../model/cordon-annotation.ts'
import type { Cluster } from '../model/cluster-port.ts'
import { parseDrainNode } from '../model/drain-node.ts'
import { MigrationError } from '../model/errors.ts'
import { isRunId } from '../model/run-id.ts'
import { cordonMark } from '../steps/cluster-cordon.ts'
import { visibleLine } from '../model/visible-text.ts'
import { nodeRef } from '../steps/core-objects.ts'
import type { CommandContext } from './context.ts'
import { allRuns } from './known-runs.ts'
import { shellWord } from './shell-word.ts'

/**
 * Throws NODE_OF_OTHER_RUN for a node that a run has cordoned of which this project knows nothing: its system may be half replaced, and
 * its data may be in a store only.
 */
export async function refuseMarkOfRun(
  context: CommandContext,
  cluster: Cluster,
  node: string,
): Promise<void> {
  const found = await cluster.get(nodeRef(node), context.signal)
  const mark =
    found === undefined ? undefined : cordonMark(parseDrainNode(found).annotations[cordonAnnotation])
  if (mark === undefined || !isRunId(mark.run)) return
  if (allRuns(context).some(({ run }) => run.id === mark.run)) return
  const by = mark.holder === '' ? '' : ` of ${mark.holder}`
  const name = shellWord(node)
  throw new MigrationError(
    'NODE_OF_OTHER_RUN',
    visibleLine(`the run ${mark.run}${by} has cordoned ${node}, and this project knows nothing of it`),
    {
      hint: `go on in the project where it was begun: osferry restore ${name}; only when that is lost and the data of the node is in its place: kubectl uncordon ${name} && kubectl annotate node ${name} ${cordonAnnotation}-`,
      details: { run: mark.run, holder: mark.holder },
    },
  )
}
