import type { Cluster } from '../model/cluster-port.ts'
import { parseDrainNode, type DrainNode } from '../model/drain-node.ts'
import type { NodeRecord, NodeRecords } from '../model/node-record.ts'
import type { PlannedNode } from '../model/plan.ts'
import type { Clock } from '../model/ports.ts'
import type { StepName } from '../model/step-names.ts'
import type { StepContext } from '../model/step.ts'
import { StepError } from '../model/step-error.ts'
import { nodeRef } from './core-objects.ts'
import type { Wait } from './wake.ts'

/** What steps about a node of the cluster are given. The cluster should be the fenced one of the run. */
export interface ClusterStepPorts {
  cluster: Cluster
  clock: Clock
  records: NodeRecords
  wait: Wait
}

/** The node as it is now; throws NODE_GONE. */
export async function nodeNow(cluster: Cluster, name: string, signal: AbortSignal): Promise<DrainNode> {
  const object = await cluster.get(nodeRef(name), signal)
  if (object !== undefined) return parseDrainNode(object)
  throw nodeGone(name)
}

/** There is no such node. */
export function nodeGone(name: string): StepError {
  return new StepError('config', `the cluster has no node ${name}`, { code: 'NODE_GONE' })
}

/** The record of a node that a run has made; throws NODE_NOT_RECORDED. */
export async function recordOf(records: NodeRecords, name: string): Promise<NodeRecord> {
  const record = await records.read(name)
  if (record !== undefined) return record
  const message = `nobody has recorded how ${name} was found, so it cannot be given back as it was`
  throw new StepError('config', message, { code: 'NODE_NOT_RECORDED' })
}

/** The node as it is now; throws NODE_UNCORDONED when pods may come to it at any time. */
export async function cordonedNode(cluster: Cluster, name: string, signal: AbortSignal): Promise<DrainNode> {
  const now = await nodeNow(cluster, name, signal)
  if (now.isUnschedulable) return now
  throw new StepError('config', `somebody has uncordoned ${name}`, { code: 'NODE_UNCORDONED' })
}

/** A step's own end comes before the engine's, so that it can say what was in the way. */
const mostMarginMs = 10_000
const marginShare = 0.1

/** How long a step of the plan may take, less the margin. */
export function stepTimeMs({ name, steps }: PlannedNode, uses: StepName): number {
  const timeMs = Math.max(...steps.filter((step) => step.uses === uses).map(({ timeoutMs }) => timeoutMs))
  if (!Number.isFinite(timeMs)) throw new Error(`${name} has no step ${uses}`)
  return timeMs - marginMs(timeMs)
}

function marginMs(timeMs: number): number {
  return Math.min(mostMarginMs, timeMs * marginShare)
}

/** When a step that waits ends by itself, on the clock that never jumps. */
export function ownEndMs(
  { node, deadlineMs }: Pick<StepContext<unknown, unknown>, 'node' | 'deadlineMs'>,
  uses: StepName,
  clock: Clock,
): number {
  const timeMs = stepTimeMs(node, uses)
  const latestMs = clock.monotonicMs() + timeMs
  return deadlineMs === undefined ? latestMs : Math.min(latestMs, deadlineMs - marginMs(timeMs))
}
