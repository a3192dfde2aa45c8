import type { z } from 'zod'
import { cordonAnnotation } from '../model/cordon-annotation.ts'
import { durationTextMs } from '../model/duration-text.ts'
import { fewNames } from '../model/few-names.ts'
import { DrainParameters } from '../model/parameters-migrate.ts'
import { defineStep, type Step, type StepContext } from '../model/step.ts'
import { StepError } from '../model/step-error.ts'
import { cordonMark, isOurs } from './cluster-cordon.ts'
import { nodeRef } from './core-objects.ts'
import type { DrainChoices } from './drain-choices.ts'
import { drainInRoom, leftOnNode } from './drain-in-room.ts'
import { endingMs, settleMs } from './drain-node.ts'
import type { DrainRoom } from './drain-room.ts'
import { includeInBalancers } from './load-balancer-mark.ts'
import { closeRecord } from './node-records.ts'
import { isSettled, podWaitText, recreatePods, refusePodsMissing } from './recreate-pods.ts'
import { cutOffMs } from './sends.ts'
import { cordonedNode, nodeNow, ownEndMs, recordOf, stepTimeMs, type ClusterStepPorts } from './step-ports.ts'

/** What the step that drains is given. */
export interface DrainStepPorts extends ClusterStepPorts {
  /** One for all nodes of the run. */
  drains: DrainRoom
}

type Context = StepContext<z.output<typeof DrainParameters>, DrainStepPorts>

/** Of many steps past budgets the journal keeps the first; all were told when they were taken. */
const escalationsKept = 100

/** Evicts the pods of a node that is cordoned, within their budgets. */
export const drainStep: Step<typeof DrainParameters, DrainStepPorts> = defineStep<
  typeof DrainParameters,
  DrainStepPorts
>({
  uses: 'cluster.drain',
  with: DrainParameters,

  async observe(context) {
    const { node, run, ports, signal } = context
    const { annotations } = await cordonedNode(ports.cluster, node.name, signal)
    const mark = annotations[cordonAnnotation]
    // A pod that the scheduler had bound before it saw the cordon may not be there yet.
    if (isOurs(mark, run.id) && !isOlder(cordonMark(mark)?.at, ports.clock.now())) return 'todo'
    return (await left(context)).length === 0 ? 'done' : 'todo'
  },

  async act(context) {
    const { node, run, ports, signal, onWait } = context
    // Pods that nobody else creates are kept there.
    await recordOf(ports.records, node.name)
    const now = await cordonedNode(ports.cluster, node.name, signal)
    const deadlineMs = ownEndMs(context, 'cluster.drain', ports.clock)
    const drain = { now, choices: choicesOf(context), deadlineMs, run, onWait }
    await drainInRoom(ports.drains, drain, signal)
  },

  async verify(context) {
    const { node, ports, signal } = context
    await cordonedNode(ports.cluster, node.name, signal)
    const pods = await left(context)
    if (pods.length > 0)
      throw new StepError('transient', `pods have come to ${node.name} since: ${fewNames(pods)}`, {
        code: 'PODS_CAME',
      })
    const { evictor } = (await ports.drains.session(signal)).pumpFor(choicesOf(context))
    const escalations = evictor.records(node.name)
    return escalations.length === 0 ? {} : { escalations: escalations.slice(0, escalationsKept) }
  },

  async undo({ node: { name }, run, ports, signal, onWait }) {
    const { cluster, records, clock, drains } = ports
    // Where there is no node any more there is no mark either.
    if ((await cluster.get(nodeRef(name), signal)) !== undefined) {
      const { uid } = await nodeNow(cluster, name, signal)
      await includeInBalancers(cluster, { node: name, uid }, { run: run.id, signal })
    }
    const record = await records.read(name)
    // Pods of an earlier run, which has drained the node, stay away until it is restored.
    const pods = record?.pods.filter((pod) => pod.run === run.id) ?? []
    if (pods.length === 0) return
    // What a process that was killed has sent last may be on its way as well.
    const open = drains.openPods(name) ?? {
      uids: new Set(pods.map(({ uid }) => uid)),
      untilMs: clock.monotonicMs() + cutOffMs,
    }
    const outcomes = await recreatePods(ports, pods, {
      signal,
      waitMs: endingMs,
      open,
      onWait: (wait) => onWait(podWaitText(wait)),
    })
    const settled = outcomes.filter(isSettled).map(({ uid }) => uid)
    await closeRecord(records, name, { settled, restoredAt: undefined })
    refusePodsMissing(outcomes)
  },
})

/** True when so much time has gone since the cordon; false when nobody knows. */
function isOlder(at: string | undefined, now: string): boolean {
  return Date.parse(now) - Date.parse(at ?? '') >= settleMs
}

async function left(context: Context): Promise<string[]> {
  const { node, ports, signal } = context
  const { toGo } = await leftOnNode(ports.drains, { node: node.name, choices: choicesOf(context) }, signal)
  return toGo
}

/** The choices of the plan as a drain takes them. */
export function choicesOf({ node, parameters }: Pick<Context, 'node' | 'parameters'>): DrainChoices {
  const { excludeFromLoadBalancers, settle, gracePeriodSeconds, ...same } = parameters
  return {
    ...same,
    gracePeriodSeconds,
    timeoutMs: stepTimeMs(node, 'cluster.drain'),
    ...(excludeFromLoadBalancers ? { loadBalancerSettleMs: durationTextMs(settle) ?? 0 } : {}),
  }
}
