import { z } from 'zod'
import type { NodeNote } from '../model/node-note.ts'
import { defineStep, type Step, type StepContext } from '../model/step.ts'
import { StepError } from '../model/step-error.ts'
import { closeRecord } from './node-records.ts'
import { endingMs } from './drain-node.ts'
import { isSettled, podWaitText, recreatePods, refusePodsMissing } from './recreate-pods.ts'
import { refuseOtherCluster } from './restore-node.ts'
import { isMarked, liftCordon, takeMarks } from './restore-write.ts'
import { nodeNow, recordOf, type ClusterStepPorts } from './step-ports.ts'

const Parameters = z.strictObject({})
type Context = StepContext<z.infer<typeof Parameters>, ClusterStepPorts>

/**
 * Creates the pods again that nobody else creates, and takes every mark of the run off the node; one that somebody else had
 * cordoned stays cordoned.
 */
export const uncordonStep: Step<typeof Parameters, ClusterStepPorts> = defineStep<
  typeof Parameters,
  ClusterStepPorts
>({
  uses: 'cluster.uncordon',
  with: Parameters,

  async observe(context) {
    return (await isGivenBack(context)) ? 'done' : 'todo'
  },

  async act({ node: { name }, ports, signal, onWait }) {
    const record = await recordOf(ports.records, name)
    const outcomes = await recreatePods(ports, record.pods, {
      signal,
      waitMs: endingMs,
      onWait: (wait) => onWait(podWaitText(wait)),
    })
    const settled = outcomes.filter(isSettled).map(({ uid }) => uid)
    await closeRecord(ports.records, name, { settled, restoredAt: undefined })
    const target = { record, name, dryRun: undefined }
    // Pods may come when the cordon goes: the load balancers should know the node by then.
    await takeMarks(ports.cluster, target, signal)
    await liftCordon(ports.cluster, target, signal)
    await closeRecord(ports.records, name, { settled: [], restoredAt: ports.clock.now() })
    // Last: for the node itself nothing is missing.
    refusePodsMissing(outcomes)
  },

  async verify(context) {
    const { name } = context.node
    if (!(await isGivenBack(context)))
      throw new StepError('config', `somebody has marked ${name} again`, { code: 'NODE_MARKED' })
    const note = await leftCordoned(context)
    return note === undefined ? {} : { notes: [note] }
  },
})

const Cordoned = z.object({ isOurs: z.boolean() })

/** A cordon without our mark stays, whoever has made it; undefined when there is none, or it was found so. */
async function leftCordoned({
  node: { name },
  ports,
  signal,
  remembered,
}: Context): Promise<NodeNote | undefined> {
  const record = await recordOf(ports.records, name)
  const { isUnschedulable, uid } = await nodeNow(ports.cluster, name, signal)
  if (!isUnschedulable || record.unschedulable) return undefined
  if (uid !== record.node.uid) return { kind: 'left-cordoned', why: 'new-object' }
  const isOurs = Cordoned.safeParse(remembered('cluster.cordon')).data?.isOurs ?? true
  return { kind: 'left-cordoned', why: isOurs ? 'mark-gone' : 'of-others' }
}

async function isGivenBack({ node: { name }, ports, signal }: Context): Promise<boolean> {
  const record = await recordOf(ports.records, name)
  refuseOtherCluster(ports, record)
  const fate = await liftCordon(ports.cluster, { record, name, dryRun: 'client' }, signal)
  if (fate === 'of-another-run')
    throw new StepError('config', `another run has cordoned ${name}: whoever has its record restores it`, {
      code: 'NODE_OF_ANOTHER_RUN',
    })
  return fate !== 'uncordoned' && record.restoredAt !== null && !(await isMarked(ports.cluster, name, signal))
}
