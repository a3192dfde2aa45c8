import { isMigrationError } from '../model/errors.ts'
import { microTime } from '../model/micro-time.ts'
import type { Log } from '../model/ports.ts'
import type { DrainPorts, DrainRun } from './drain-ports.ts'

/** What happens to a node, in one word, for `kubectl describe node`. */
const reasons = {
  OsferryDrainStarted: { type: 'Normal', action: 'Drain' },
  OsferryDrained: { type: 'Normal', action: 'Drain' },
  OsferryGivenBack: { type: 'Normal', action: 'Drain' },
  OsferryMoveStarted: { type: 'Normal', action: 'Move' },
  OsferrySystemReplaced: { type: 'Warning', action: 'Move' },
  OsferryMoved: { type: 'Normal', action: 'Move' },
  OsferryMoveFailed: { type: 'Warning', action: 'Move' },
  OsferryReturned: { type: 'Normal', action: 'Move' },
  OsferryRollbackStarted: { type: 'Warning', action: 'Rollback' },
  OsferryRolledBack: { type: 'Normal', action: 'Rollback' },
} as const
export type NodeEventReason = keyof typeof reasons

/** Writes Events about nodes; one that cannot be written is logged and passed over, and nobody waits for it. */
export interface NodeEvents {
  /** `occurrence` tells one apart from an earlier one of the same reason in the run. */
  tell(node: { name: string; occurrence?: number }, reason: NodeEventReason, note: string): void
  /** Waits a moment for what is on its way. */
  finish(): Promise<void>
}

/** Of what is in no namespace, 1.20 takes such an Event in kube-system only; kubectl describe looks into all of them. */
const place = { group: 'events.k8s.io', version: 'v1', resource: 'events', namespace: 'kube-system' }
const finishMs = 3000
/** After one that could not be written, what is told within so long is passed over: an outage costs nothing. */
const quietMs = 60_000
/** Source: validation of events.k8s.io/v1: a note has at most 1 kB. */
const mostNote = 1000

export interface NodeEventPorts extends Pick<DrainPorts, 'cluster' | 'clock' | 'wait'> {
  log: Pick<Log, 'info' | 'warn'>
}

/** Events of one run. Without the right to write them there are none. */
export function createNodeEvents({ cluster, clock, wait, log }: NodeEventPorts, run: DrainRun): NodeEvents {
  const end = new AbortController()
  let last = Promise.resolve()
  let isForbidden = false
  let quietUntilMs = clock.monotonicMs()

  async function write(event: { metadata: { name: string } }): Promise<void> {
    if (isForbidden || end.signal.aborted || clock.monotonicMs() < quietUntilMs) return
    try {
      await cluster.create(place, event, { signal: end.signal })
    } catch (error) {
      // No drain fails for want of an Event.
      if (end.signal.aborted) return
      const fields = { event: event.metadata.name, error: error instanceof Error ? error.message : error }
      isForbidden = isMigrationError(error, 'CLUSTER_FORBIDDEN')
      quietUntilMs = clock.monotonicMs() + quietMs
      // The right is one that a team need not give.
      if (isForbidden) log.info('no Events are written about nodes', fields)
      else log.warn('an Event about a node could not be written', fields)
    }
  }

  return {
    tell({ name, occurrence }, reason, note): void {
      const { type, action } = reasons[reason]
      const which = occurrence === undefined ? '' : `.${occurrence}`
      const event = {
        apiVersion: 'events.k8s.io/v1',
        kind: 'Event',
        metadata: {
          name: `${name.slice(0, 180)}.osferry-${run.id}.${reason.toLowerCase()}${which}`,
          namespace: place.namespace,
        },
        eventTime: microTime(clock.now()),
        reportingController: 'osferry.io/osferry',
        reportingInstance: run.id,
        action,
        reason,
        type,
        note: note.slice(0, mostNote),
        // The name for the UID, as the kubelet does: kubectl describe finds events of nodes by it.
        regarding: { apiVersion: 'v1', kind: 'Node', name, uid: name },
      }
      last = last.then(() => write(event))
    },
    async finish(): Promise<void> {
      const timer = new AbortController()
      const late = wait(finishMs, timer.signal).catch(() => undefined)
      await Promise.race([last, late])
      end.abort()
      timer.abort()
      await last
    },
  }
}
