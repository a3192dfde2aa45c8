import { z } from 'zod'
import { defineStep, type Step, type StepContext } from '../model/step.ts'
import { StepError } from '../model/step-error.ts'
import { isNothing } from './merge-node.ts'
import { refuseOtherCluster } from './restore-node.ts'
import { writeBack } from './restore-write.ts'
import { recordOf, type ClusterStepPorts } from './step-ports.ts'

const Parameters = z.strictObject({})
type Context = StepContext<z.infer<typeof Parameters>, ClusterStepPorts>

/** Puts back the labels, annotations and taints that people had on the node, and their cordon when the object is a new one. */
export const restoreMetadataStep: Step<typeof Parameters, ClusterStepPorts> = defineStep<
  typeof Parameters,
  ClusterStepPorts
>({
  uses: 'cluster.restore-metadata',
  with: Parameters,

  async observe(context) {
    return (await missing(context)) === undefined ? 'done' : 'todo'
  },

  async act({ node: { name }, ports, signal }) {
    const record = await recordOf(ports.records, name)
    await writeBack(ports.cluster, { record, name, dryRun: undefined }, signal)
  },

  async verify(context) {
    const left = await missing(context)
    if (left === undefined) return {}
    const message = `${context.node.name} does not keep what was put back: ${left}`
    throw new StepError('config', message, { code: 'METADATA_NOT_KEPT' })
  },
})

/** What people had on the node and is not there, by its keys; undefined when nothing is. */
async function missing({ node: { name }, ports, signal }: Context): Promise<string | undefined> {
  const record = await recordOf(ports.records, name)
  refuseOtherCluster(ports, record)
  const { merge, isCordonedAgain } = await writeBack(
    ports.cluster,
    { record, name, dryRun: 'client' },
    signal,
  )
  if (isNothing(merge) && !isCordonedAgain) return undefined
  const { labels, annotations, taints } = merge
  return [
    ...Object.keys(labels),
    ...Object.keys(annotations),
    ...taints.map(({ key }) => key),
    ...(isCordonedAgain ? ['cordon'] : []),
  ].join(', ')
}
