import { z } from 'zod'
import { cordonAnnotation } from '../model/cordon-annotation.ts'
import { CordonParameters } from '../model/parameters-migrate.ts'
import { defineStep, type Step } from '../model/step.ts'
import { StepError } from '../model/step-error.ts'
import { cordonNode, isOurs, restoreNode, stateFound, type StateFound } from './cluster-cordon.ts'
import type { MachinePort } from './data-ports.ts'
import { closeRecord, recordNode } from './node-records.ts'
import { proveBeforehand } from './prove-beforehand.ts'
import { requireQuorum } from './require-quorum.ts'
import { nodeNow, type ClusterStepPorts } from './step-ports.ts'

/** What was found before the first act, as the journal has it. */
const Found = z.object({
  node: z.string(),
  uid: z.string(),
  wasUnschedulable: z.boolean(),
  annotation: z.string().nullable(),
})

/** What the step that cordons is given: hosts are asked only where their system is to be replaced. */
export interface CordonStepPorts extends ClusterStepPorts, MachinePort {}

/** Writes down how the node was found, and cordons it unless somebody has already. */
export const cordonStep: Step<typeof CordonParameters, CordonStepPorts> = defineStep<
  typeof CordonParameters,
  CordonStepPorts
>({
  uses: 'cluster.cordon',
  with: CordonParameters,

  async observe(context) {
    const { node, run, ports, signal } = context
    const { name, uid } = node
    const now = await nodeNow(ports.cluster, name, signal)
    if (uid !== null && now.uid !== uid)
      throw new StepError('config', `${name} is another node than the one that was planned`, {
        code: 'NODE_REPLACED',
      })
    const record = await ports.records.read(name)
    const isRecorded = record?.restoredAt === null && record.runs.some(({ id }) => id === run.id)
    if (now.isUnschedulable && isRecorded) return 'done'
    await requireQuorum(context)
    const proof = await proveBeforehand(context)
    const found = stateFound(now)
    return { state: 'todo', found: { ...found, annotation: found.annotation ?? null, ...proof } }
  },

  async act({ node: { name }, run, ports, signal }) {
    // As it is now: since it was found somebody may have changed it.
    const now = await nodeNow(ports.cluster, name, signal)
    if (!(await recordNode(ports, { name, uid: now.uid, run }, signal)))
      throw new StepError('config', `${name} was deleted while it was recorded`, { code: 'NODE_GONE' })
    const owner = { run: run.id, holder: run.holder, at: ports.clock.now() }
    await cordonNode(ports.cluster, stateFound(now), { owner, known: now, signal })
  },

  async verify({ node: { name }, run, ports, signal }) {
    const { isUnschedulable, annotations } = await nodeNow(ports.cluster, name, signal)
    if (isUnschedulable) return { isOurs: isOurs(annotations[cordonAnnotation], run.id) }
    throw new StepError('config', `somebody has uncordoned ${name}`, { code: 'NODE_UNCORDONED' })
  },

  async undo({ node: { name }, run, ports, found, signal }) {
    const now = await nodeNow(ports.cluster, name, signal)
    await restoreNode(ports.cluster, stateToGive(found, stateFound(now), run.id), { run: run.id, signal })
    const record = await ports.records.read(name)
    if (record?.restoredAt !== null || record.runs.every(({ id }) => id !== run.id)) return
    // With a mark of an earlier run that record is still needed.
    const isFree = Found.safeParse(found).data?.annotation === null
    await closeRecord(ports.records, name, {
      settled: [],
      restoredAt: isFree ? ports.clock.now() : undefined,
    })
  },
})

/** A cordon of ours is taken off in any case: where there is one, nobody had cordoned the node when it was made. */
function stateToGive(found: unknown, now: StateFound, run: string): StateFound {
  const { data } = Found.safeParse(found)
  const wasUnschedulable = now.wasUnschedulable && !isOurs(now.annotation, run)
  return { ...now, wasUnschedulable, annotation: data?.annotation ?? undefined }
}
