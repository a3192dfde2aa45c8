import type { LocalData } from '../model/data-decision.ts'
import type { JournalEvent } from '../model/journal-record.ts'
import type { Plan } from '../model/plan.ts'
import type { PlanOptions } from '../model/plan-options.ts'
import type { Playbook } from '../model/playbook.ts'
import type { RunState } from '../model/run-state.ts'
import type { Target, Verdict } from '../model/target.ts'
import type { Text } from '../model/text.ts'

/** A check that keeps hosts of a group from being ready. */
export interface GroupReason {
  key: string
  title: Text
  hosts: number
}

/** How a group was judged for one target. */
export interface GroupTarget {
  target: Target
  verdicts: Readonly<Record<Verdict, number>>
  /** The most frequent first. */
  reasons: readonly GroupReason[]
}

/** Hosts that are decided about together; every assessed host is in one group only. */
export interface HostGroup {
  /** As a selector says it: `group=web`, `role=worker`; '' for hosts with neither. */
  id: string
  hosts: number
  byTarget: readonly GroupTarget[]
}

/** A journey that changes hosts. */
export interface MovingPlaybook extends Playbook {
  target: Target
  /** What `--playbook` takes: the name of a built-in one, or the path of a file, which is never such a name. */
  id: string
}

/** A playbook that was chosen before, and why it cannot be read any more. */
export interface LostPlaybook {
  id: string
  problem: string
}

/** What a move is chosen from. */
export interface MoveBasis {
  groups: readonly HostGroup[]
  /** Built-in ones, then those of the team, in the order in which they were asked for. */
  playbooks: readonly MovingPlaybook[]
  lost: readonly LostPlaybook[]
  /** Names of the stores of parked data. */
  stores: readonly string[]
}

/** One plan as it is wished: one playbook, and the groups that go with it. */
export interface PlanWish {
  /** Of the files: `plan`, or `plan-containeros` where there are several. */
  name: string
  /** Its id. */
  playbook: string
  groups: readonly string[]
  options: PlanOptions
}

/** One piece of local data of one host, with what the options say about it. */
export interface HostData {
  host: string
  /** What can be decided depends on it. */
  target: Target
  data: LocalData
}

/** When a wave would run when the first began now; ISO 8601. */
export interface WaveSlot {
  index: number
  startsAt: string
  p50At: string
  p90At: string
  /** With bad luck it is still at work when its window ends. */
  mayPassEnd: boolean
}

/** A plan that is not written yet; the answers it was made of are. */
export interface PlanDraft {
  plan: Plan
  /** sha256, hex. */
  digest: string
  slots: readonly WaveSlot[]
  /** Things to know, for example that the snapshot of the cluster is old. */
  notes: readonly string[]
}

/** The approvals of a plan, as far as the signers file lets us tell. */
export interface PlanApprovals {
  /** How many `osferry apply` asks for; null where nothing says so. */
  required: number | null
  /** Who has approved this very plan; `counts` null = nobody could verify it, there is no signers file. */
  given: readonly { identity: string; counts: boolean | null; reason: string }[]
}

/** A plan that is on disk. */
export interface SavedPlan extends PlanDraft {
  /** By which the plan was made: name or file. */
  playbook: string
  path: string
  optionsPath: string
  approvals: PlanApprovals
}

/** How one node ended, or where it is. */
export interface EndedNode {
  node: string
  state:
    | 'not-started'
    | 'under-way'
    | 'going-back'
    | 'done'
    | 'returned'
    | 'failed'
    | 'rolled-back'
    | 'skipped'
  isPastPointOfNoReturn: boolean
  /** Why: the step, its code and what it said. */
  because: string | undefined
  /** For one that failed past its point of no return: the way back, by the plan. */
  rollback: string | undefined
}

/** How a run ended. */
export interface EndedRun {
  run: string
  exitCode: number
  /** What the exit code means in general, and why it is this one. */
  meaning: Text
  reason: string
  nodes: readonly EndedNode[]
  /** Commands, the first to do first. */
  next: readonly string[]
  /** Where what is to be kept is. */
  files: readonly { what: Text; path: string }[]
}

/** What the run screen hears. */
export interface RunHooks {
  /** First: which run it is, and what the journal had of it before, when it is gone on with. */
  onStart: (id: string, before: RunState) => void
  /** When it is on disk; `words` = the event for people. */
  onEvent: (event: JournalEvent, words: Text) => void
  /** What the next start waits for. */
  onHold: (hold: Text) => void
  /** Something to know that is no record. */
  onWarning: (message: string) => void
}

/** A run that is at work, and what a person may want of it. */
export interface RunInHand {
  isPaused: () => boolean
  pause: () => void
  resume: () => void
  /** Nodes before their point of no return go back, the others finish. */
  abort: () => void
  /** The first time the steps in hand are finished, the second time everything is left as it is. */
  interrupt: () => void
  /** It was told to stop, by `interrupt` or by the signal that it was begun with. */
  isStopping: () => boolean
  ended: Promise<EndedRun>
}

/** The second half of what the wizard can do: plan the move, and do it. */
export interface MoveActions {
  /** Groups and how they were judged, from the saved assessment; `own` = paths of playbooks of the team. */
  basis: (own: readonly string[], options: { signal: AbortSignal }) => Promise<MoveBasis>
  /** Reads a playbook as `--playbook` does; its id is how it is to be asked for again. Throws PLAYBOOK_*, and USAGE for one that moves nothing. */
  readPlaybook: (nameOrPath: string) => Promise<MovingPlaybook>
  /** Data that live on the hosts of a wish only, with the decisions of its options. */
  localData: (wish: PlanWish, options: { signal: AbortSignal }) => Promise<readonly HostData[]>
  /** Writes the options and makes the plan of the file that was written, as `osferry plan create` does. */
  draft: (wish: PlanWish, options: { signal: AbortSignal }) => Promise<PlanDraft>
  /** The same, and writes the plan. */
  save: (wish: PlanWish, options: { signal: AbortSignal }) => Promise<SavedPlan>
  /**
   * Runs the plan that was written, or goes on with its run. Throws what refuses it before anything is begun: approvals that are
   * missing, a plan that is stale, another digest than the one that was typed.
   */
  startRun: (
    saved: SavedPlan,
    digest: string,
    options: { hooks: RunHooks; signal: AbortSignal },
  ) => Promise<RunInHand>
}
