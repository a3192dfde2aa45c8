import { microTime } from '../model/micro-time.ts'
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

/** Writes Events about nodes; one that cannot be written is passed over, and nobody waits for it. */
export interface NodeEvents {
  /** `occurrence` tells one apart from an earlier one of the same reason in the run. */
  tell(node: { name: string; occurrence?: number }, reason: NodeEventReason, note: string): void
  /** Waits a moment for what is on its way. */
  finish(): Promise<void>
}

/** Of what is in no namespace, 1.20 takes such an Event in kube-system only; kubectl describe looks into all of them. */
const place = { group: 'events.k8s.io', version: 'v1', resource: 'events', namespace: 'kube-system' }
const finishMs = 3000
/** Source: validation of events.k8s.io/v1: a note has at most 1 kB. */
const mostNote = 1000

/** Events of one run. */
export function createNodeEvents(
  { cluster, clock, wait }: Pick<DrainPorts, 'cluster' | 'clock' | 'wait'>,
  run: DrainRun,
): NodeEvents {
  const end = new AbortController()
  let last = Promise.resolve()
  let isRefused = false

  async function write(event: { metadata: { name: string } }): Promise<void> {
    if (isRefused || end.signal.aborted) return
    try {
      await cluster.create(place, event, { signal: end.signal })
    } catch {
      // Whatever it is: a right that is missing stays missing, and no drain fails for want of an Event.
      isRefused = true
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
