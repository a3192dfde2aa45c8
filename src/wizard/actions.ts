import type { Assessment, CheckInfo, HostAssessment, TargetSummary } from '../model/assessment.ts'
import type { AssessmentScope } from '../model/assessment-scope.ts'
import type { HostFailure } from '../model/facts.ts'
import type { Prompter } from '../model/ports.ts'
import type { Target } from '../model/target.ts'
import type { Language, Text } from '../model/text.ts'
import type { Waiver } from '../model/waivers.ts'
import type { ClusterActions, ReadKinds } from './cluster.ts'
import type { MoveActions, PlanWish } from './move.ts'
import type { WizardSession } from './session.ts'

/** Where hosts can come from, as found on this machine or typed by the user. */
export interface HostSource {
  kind: 'inventory' | 'ansible' | 'ssh-config' | 'csv'
  path: string
  /** How many hosts it names; null when it cannot be read, and then `problem` says why. */
  hosts: number | null
  problem?: string
}

/** A loaded source. Foreign sources have been imported, and `inventoryPath` is where the inventory was written. */
export interface Fleet {
  inventoryPath: string
  hosts: readonly FleetHost[]
  /** Things to know, for example hosts left out by an import. */
  notes: readonly Text[]
}

interface FleetHost {
  name: string
  groups: readonly string[]
  labels: Readonly<Record<string, string>>
}

/** Counts while many hosts are worked on; `running` names a few that are being worked on now. */
export interface FleetProgress {
  total: number
  complete: number
  partial: number
  failed: number
  running: readonly string[]
}

/** How far work is: on hosts, or on kinds of objects that are read one after the other. */
export type WorkProgress = FleetProgress | ReadKinds

/** How one host answered. */
export interface HostResult {
  host: string
  status: 'complete' | 'partial' | 'failed'
  privilege?: 'root' | 'sudo' | 'user'
  /** For `failed` (and `partial`, where there is one): code, message, what to do. */
  failure?: HostFailure
}

/** Work on several hosts. On abort it rejects with the signal's reason, keeping what is complete. */
export interface FleetRun {
  /** Names of the hosts to work on. */
  hosts: readonly string[]
  onProgress(progress: FleetProgress): void
  /** Asks for a passphrase or password in the middle of the work. */
  prompter: Prompter
  signal: AbortSignal
}

interface AssessRun {
  targets: readonly Target[]
  /** Called for every host, in order of name; hosts without facts too. */
  onHost(host: HostAssessment): void
  signal: AbortSignal
}

interface AssessResult extends AssessmentScope {
  createdAt: string
  checks: readonly CheckInfo[]
  byTarget: readonly TargetSummary[]
  /** What the checks of nodes rest on; null when the cluster was not looked at. */
  cluster?: Assessment['cluster']
}

export interface WrittenFile {
  path: string
  /** `html`, `json`, ... */
  format: string
}

/** The stages of the wizard, in order. */
export const wizardStages = [
  'sources',
  'access',
  'collect',
  'assess',
  'report',
  'targets',
  'data',
  'waves',
  'review',
  'run',
  'end',
] as const
export type WizardStage = (typeof wizardStages)[number]

/** What a screen shows or a row does, for the command line that does the same. */
export type WizardTask =
  | { do: 'load'; source?: Pick<HostSource, 'kind' | 'path'> }
  | { do: 'test' }
  /** `without`: hosts to leave out beside those that were left out before. */
  | { do: 'collect'; onlyMissing?: boolean; without?: readonly string[] }
  /** `waiving`: with the waivers file, even when it does not exist yet. */
  | { do: 'assess'; waiving?: boolean }
  | { do: 'snapshot' }
  | { do: 'explain'; check: string }
  | { do: 'report' }
  /** `file` = of one of the team, which is to be looked at. */
  | { do: 'playbooks'; file?: string }
  /** The plan as it is wished; `choices.wish` says how. */
  | { do: 'plan' }
  | { do: 'apply'; digest: string }
  | { do: 'approve'; digest: string }
  | { do: 'count-approvals' }
  | { do: 'show-run'; run: string }

/** What the equivalent command is built from. */
export interface WizardChoices {
  task: WizardTask
  inventoryPath: string | undefined
  targets: readonly Target[]
  /** Hosts that the user left out of test and collection; they are judged all the same. */
  skipped: readonly string[]
  /** The plan under way. */
  wish?: PlanWish
}

/** The equivalent command of a task, as things stand. */
export type CommandFor = (task: WizardTask) => string

/** What an error code means, for readers of other languages than the message's. */
export interface ErrorWords {
  title: Text
  /** What happened and what to do, in Chinese. */
  adviceZh: string
}

/** Everything that the wizard can do; it has no other way to touch files, hosts or the network. */
export interface WizardActions extends MoveActions, ClusterActions {
  /** Sources of hosts on this machine, the most likely first. */
  discover(options: { signal: AbortSignal }): Promise<readonly HostSource[]>
  /** Reads (or imports) a source. Throws MigrationError, which the wizard shows. */
  load(source: Pick<HostSource, 'kind' | 'path'>, options: { signal: AbortSignal }): Promise<Fleet>
  /** Connects and checks rights, without collecting. Failures of hosts are results. */
  testAccess(run: FleetRun): Promise<readonly HostResult[]>
  /** Collects and saves facts of each host as it answers. Failures of hosts are results. */
  collect(run: FleetRun): Promise<readonly HostResult[]>
  /** Hosts that already have complete facts, by name. */
  collected(): Promise<ReadonlySet<string>>
  /** Judges all hosts of the inventory from saved facts and waivers, and saves the assessment. */
  assess(run: AssessRun): Promise<AssessResult>
  /** Writes the reports of the saved assessment. */
  writeReports(options: { signal: AbortSignal }): Promise<readonly WrittenFile[]>
  /** Appends to the waivers file and returns its path. */
  addWaiver(waiver: Waiver): Promise<string>
  /** The saved session, if there is one that can be read; an unreadable one is reported and left alone. */
  readSession(): Promise<WizardSession | undefined>
  /** Returns the path written. */
  saveSession(session: WizardSession): Promise<string>
  clearSession(): Promise<void>
  /** The batch command that does the same. */
  command(choices: WizardChoices): string
  /** The reader chose another language: it counts for errors, reports and commands from now on. */
  speak(language: Language): void
  /** What an error code means; undefined for one that is not known. */
  errorWords(code: string): ErrorWords | undefined
  /** Today, `YYYY-MM-DD`, and now, ISO 8601 UTC. */
  now(): string
}
