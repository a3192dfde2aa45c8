import type { Hold } from '../migrate/admission.ts'
import type { RunControl } from '../migrate/run-control.ts'
import type { RunResult } from '../migrate/run-outcome.ts'
import type { RunSelection } from '../migrate/run-selection.ts'
import type { Cluster } from '../model/cluster-port.ts'
import type { ResolvedHost } from '../model/inventory.ts'
import type { JournalEvent } from '../model/journal-record.ts'
import type { Plan } from '../model/plan.ts'
import type { CommandContext } from './context.ts'
import type { RunHolder } from './run-holder.ts'

/** What a run of this process has open: of it the ports of steps, gates and sinks are made. */
export interface RunWorld {
  readonly context: CommandContext
  readonly plan: Plan
  readonly run: { readonly id: string; readonly holder: string }
  /** Fenced by the lease of the run; undefined for a plan without a cluster. */
  readonly cluster: Cluster | undefined
  /** Under which name leases are taken; undefined for a plan without a cluster. */
  readonly holder: RunHolder | undefined
  /** By which one cluster is told from another; undefined for a plan without a cluster. */
  readonly clusterUid?: string | undefined
  /** Names of the nodes that are away by the journal: begun and not ended, or failed. */
  readonly nodesAway?: () => readonly string[]
  /** Every host of the inventory, by its name. */
  readonly hosts: ReadonlyMap<string, ResolvedHost>
  /** Aborted when the run is over: what a port has started ends with it. */
  readonly signal: AbortSignal
  /** Called, last first, when the run is over, whatever became of it. */
  onClose(close: () => Promise<void>): void
}

/** A run that is begun, or gone on with when the journal has one of this id. */
export interface RunRequest {
  plan: Plan
  /** Of the plan: sha256. */
  digest: string
  run: { id: string; holder: string }
  selection: RunSelection
  control: RunControl
  /** Told the token of the journal's lock when this process has it; what it gives is called before the lock is let go. */
  onLock?: (token: string) => () => Promise<void>
  /** Told of every event when it is on disk. */
  onEvent: (event: JournalEvent) => void
  /** Told what the next start waits for. */
  onHold: (hold: Hold) => void
}

/** Opens everything that the run needs, runs it, and closes it again; approvals and staleness are the caller's to check. */
export type PerformRun = (context: CommandContext, request: RunRequest) => Promise<RunResult>
