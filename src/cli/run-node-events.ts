import type { JournalEvent, NodeOutcome } from '../model/journal-record.ts'
import type { PlannedNode } from '../model/plan.ts'
import { createNodeEvents, type NodeEventReason } from '../steps/node-events.ts'
import type { RunSink } from './run-webhooks.ts'
import type { RunWorld } from './run-world.ts'
import { sleep } from './sleep.ts'

/** Events on the nodes of the cluster, for `kubectl describe node`: started, point of no return, how it ended. */
export function runNodeEvents({ cluster, context, plan, run }: RunWorld): RunSink {
  if (cluster === undefined) return { onEvent: () => undefined, finish: async () => await Promise.resolve() }
  const { clock, log } = context
  const events = createNodeEvents({ cluster, clock, log, wait: sleep }, run)
  // A host that is no node has no Events.
  const nodes = new Map(plan.nodes.filter(({ uid }) => uid !== null).map((node) => [node.name, node]))
  return {
    onEvent({ seq, node: name, body }): void {
      const node = name === null ? undefined : nodes.get(name)
      const told = node === undefined ? undefined : wordsOf(node, body)
      if (node === undefined || told === undefined) return
      const [reason, note] = told
      events.tell({ name: node.name, occurrence: seq }, reason, `${note} (run ${run.id} of ${run.holder})`)
    },
    finish: async () => await events.finish(),
  }
}

/** Events are in English, as all of Kubernetes' own are. */
function wordsOf(
  { target, rollback }: PlannedNode,
  body: JournalEvent['body'],
): readonly [NodeEventReason, string] | undefined {
  switch (body.type) {
    case 'node-started':
      return ['OsferryMoveStarted', `osferry begins to move the node to ${target}`]
    case 'point-of-no-return':
      return [
        'OsferrySystemReplaced',
        `osferry replaces the system by ${target}; from here on the way back is: ${rollback.means}`,
      ]
    case 'node-rolling-back':
      return ['OsferryRollbackStarted', `osferry brings the old system back: ${body.means}`]
    case 'node-ended':
      return endOf(body.outcome, target)
    default:
      return undefined
  }
}

function endOf(outcome: NodeOutcome, target: string): readonly [NodeEventReason, string] | undefined {
  switch (outcome) {
    case 'done':
      return ['OsferryMoved', `osferry has moved the node to ${target}`]
    case 'returned':
      return ['OsferryReturned', 'osferry has given the node back as it was found']
    case 'rolled-back':
      return ['OsferryRolledBack', 'osferry has brought the old system back']
    case 'failed':
      return [
        'OsferryMoveFailed',
        'osferry has failed and left the node as it is: osferry runs show tells why',
      ]
    case 'skipped':
      return undefined
    default:
      return outcome satisfies never
  }
}
