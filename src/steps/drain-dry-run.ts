import type { Cluster, WriteAnswer } from '../model/cluster-port.ts'
import { podName } from '../model/drain-pod.ts'
import { inTurns } from '../model/in-turns.ts'
import { cordonNode, stateFound, type CordonOwner } from './cluster-cordon.ts'
import type { DrainNode } from '../model/drain-node.ts'
import { podRef } from './core-objects.ts'
import { goes, type DrainPlan, type PlannedPod } from './drain-preflight.ts'

/** A pod whose eviction the server would refuse for good. */
export interface DryRefusal {
  pod: string
  message: string
}

export interface DryRunInput {
  cluster: Cluster
  plan: DrainPlan
  node: DrainNode
  owner: CordonOwner
}

/**
 * Asks the server for every write without doing it: rights, webhooks and validation are told. A budget that is empty is no
 * refusal: each pod is judged against the whole budget, so its answers say nothing about many pods.
 */
export async function dryRunNode(
  { cluster, plan, node, owner }: DryRunInput,
  signal: AbortSignal,
): Promise<DryRefusal[]> {
  await cordonNode(cluster, stateFound(node), { owner, known: undefined, signal, dryRun: true })
  const refused: DryRefusal[] = []
  await inTurns(plan.pods.filter(goes), async (planned) => {
    const answer = await ask(cluster, planned, signal)
    if (answer.outcome === 'refused' || answer.outcome === 'misconfigured')
      refused.push({ pod: podName(planned.pod), message: answer.message })
  })
  return refused.sort((a, b) => (a.pod < b.pod ? -1 : 1))
}

async function ask(cluster: Cluster, { pod, action }: PlannedPod, signal: AbortSignal): Promise<WriteAnswer> {
  const { namespace, name, uid } = pod
  if (action === 'evict') return await cluster.evict({ namespace, name, uid, dryRun: true, signal })
  return await cluster.remove(podRef(pod), { uid, dryRun: true, signal })
}
