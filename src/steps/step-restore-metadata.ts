import { z } from 'zod'
import { defineStep, type Step, type StepContext } from '../model/step.ts'
import type { NodeNote } from '../model/node-note.ts'
import { StepError } from '../model/step-error.ts'
import { isNothing, type MergeConflict } from './merge-node.ts'
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
    return (await look(context)).left === undefined ? 'done' : 'todo'
  },

  async act({ node: { name }, ports, signal }) {
    const record = await recordOf(ports.records, name)
    await writeBack(ports.cluster, { record, name, dryRun: undefined }, signal)
  },

  async verify(context) {
    const { left, notes } = await look(context)
    if (left === undefined) return notes.length === 0 ? {} : { notes }
    const message = `${context.node.name} does not keep what was put back: ${left}`
    throw new StepError('config', message, { code: 'METADATA_NOT_KEPT' })
  },
})

interface Look {
  /** What people had on the node and is not there, by its keys; undefined when nothing is. */
  left: string | undefined
  notes: NodeNote[]
}

async function look({ node: { name }, ports, signal }: Context): Promise<Look> {
  const record = await recordOf(ports.records, name)
  refuseOtherCluster(ports, record)
  const { merge, node, isCordonedAgain } = await writeBack(
    ports.cluster,
    { record, name, dryRun: 'client' },
    signal,
  )
  // Of the same object people have decided so; a new one was registered so by its kubelet, or who has made it.
  const conflicts = node.uid === record.node.uid ? [] : merge.conflicts
  const { labels, annotations, taints } = merge
  const keys = [
    ...Object.keys(labels),
    ...Object.keys(annotations),
    ...taints.map(({ key }) => key),
    ...(isCordonedAgain ? ['cordon'] : []),
  ]
  const isLeft = !isNothing(merge) || isCordonedAgain
  return { left: isLeft ? keys.join(', ') : undefined, notes: notesOf(conflicts) }
}

const mostKeys = 10

function notesOf(conflicts: readonly MergeConflict[]): NodeNote[] {
  if (conflicts.length === 0) return []
  const keys = conflicts.slice(0, mostKeys).map(({ kind, key }) => `${kind} ${key}`)
  return [{ kind: 'registered-otherwise', keys, count: conflicts.length }]
}
