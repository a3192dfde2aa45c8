import { z } from 'zod'
import { RollbackMeans } from './plan.ts'
import { Phase } from './playbook.ts'
import { stepNames } from './step-names.ts'
import { Text } from './text.ts'

/** Failure classes: who can help, and whether another try makes sense. */
export const failureClasses = [
  'transient',
  'budget',
  'config',
  'data',
  'quorum',
  'lost-lock',
  'unknown',
] as const
export type FailureClass = (typeof failureClasses)[number]

/** Why a step was not done, without secrets. */
export const StepFailure = z.object({
  class: z.enum(failureClasses),
  code: z.string(),
  message: z.string(),
})
export type StepFailure = z.infer<typeof StepFailure>

/** What of its plan a run was asked for; nothing left out = all of it. Nodes by their names. */
export const RunPart = z.object({
  only: z.array(z.string()).exactOptional(),
  wave: z.int().min(0).exactOptional(),
  until: z.enum(['migrated', 'replaced', 'restored']).exactOptional(),
  maxUnavailable: z.int().min(1).exactOptional(),
  /** Brought back, and nothing else is done. */
  rollback: z.array(z.string()).exactOptional(),
})
export type RunPart = z.infer<typeof RunPart>

/** How a run ended. */
export const RunOutcome = z.enum(['done', 'failed', 'aborted', 'rolled-back'])
export type RunOutcome = z.infer<typeof RunOutcome>

/** How a node of a run ended. */
export const NodeOutcome = z.enum(['done', 'returned', 'failed', 'rolled-back', 'skipped'])
export type NodeOutcome = z.infer<typeof NodeOutcome>

const step = { uses: z.enum(stepNames), phase: Phase, index: z.int().min(0), attempt: z.int().min(1) }

/**
 * What may happen in a run. `started` is written before an act, `done` after its verification. A `done` without a `started`
 * is of a step that was found done: nothing of it is undone.
 */
export const JournalEventBody = z.discriminatedUnion('type', [
  z.object({ type: z.literal('run-started'), nodes: z.array(z.string()), part: RunPart.exactOptional() }),
  /** With `part` when somebody has gone on with the run; without it after a pause, which changes nothing of what is asked. */
  z.object({ type: z.literal('run-resumed'), part: RunPart.exactOptional() }),
  /** Nothing is left to do of the part that was asked for: what was asked for before it holds again. */
  z.object({ type: z.literal('part-done') }),
  z.object({ type: z.literal('run-paused'), reason: Text }),
  /** From here on no node starts, and those before their point of no return are given back: also after a resume. */
  z.object({ type: z.literal('run-aborting'), reason: Text }),
  z.object({ type: z.literal('run-ended'), outcome: RunOutcome }),
  z.object({ type: z.literal('wave-started'), wave: z.int() }),
  z.object({ type: z.literal('wave-done'), wave: z.int() }),
  /** Again for one that has ended, failed or returned, and is tried once more because somebody said so. */
  z.object({ type: z.literal('node-started') }),
  /** `found` is the state found, and whatever else a step must remember across a kill: small, without secrets. */
  z.object({
    type: z.literal('step-started'),
    ...step,
    token: z.string(),
    found: z.record(z.string(), z.unknown()).optional(),
  }),
  z.object({ type: z.literal('step-waiting'), ...step, waitsFor: Text, since: z.iso.datetime() }),
  z.object({
    type: z.literal('step-done'),
    ...step,
    token: z.string(),
    result: z.record(z.string(), z.unknown()),
  }),
  z.object({ type: z.literal('step-failed'), ...step, token: z.string(), failure: StepFailure }),
  /** From here on the node goes back: what was started is undone, last first. */
  z.object({ type: z.literal('node-returning'), reason: Text }),
  /** `found`, on the way back past the point of no return: what steps have seen of the system that goes, by their names. */
  z.object({
    type: z.literal('undo-started'),
    ...step,
    token: z.string(),
    found: z.record(z.string(), z.unknown()).optional(),
  }),
  z.object({ type: z.literal('undo-done'), ...step, token: z.string() }),
  z.object({ type: z.literal('undo-failed'), ...step, token: z.string(), failure: StepFailure }),
  /**
   * Past the point of no return, also of a node that has ended as failed: from here on the old system is put back by the plan's
   * means (`undo-*` of the step that replaced it), and the steps that give the node back are run again, with tokens of their
   * own. Again for one whose way back has failed.
   */
  z.object({ type: z.literal('node-rolling-back'), means: RollbackMeans, reason: Text }),
  /** After the `started` of the step that is one, before its act. */
  z.object({ type: z.literal('point-of-no-return') }),
  z.object({ type: z.literal('node-ended'), outcome: NodeOutcome }),
  z.object({
    type: z.literal('gate'),
    gate: z.string(),
    outcome: z.enum(['open', 'closed', 'unknown']),
    message: z.string(),
  }),
])
export type JournalEventBody = z.infer<typeof JournalEventBody>

/** One event: `hash` is the sha256 of the canonical JSON of everything else in it, `previous` among it. */
export const JournalEvent = z.object({
  /** 1, 2, 3 over the whole file: the order of what happened, whatever clocks say. */
  seq: z.int().min(1),
  run: z.string(),
  /** Wall clock of the machine that wrote it, ISO 8601. */
  at: z.iso.datetime(),
  /** Null for what concerns the whole run. */
  node: z.string().nullable(),
  body: JournalEventBody,
  previous: z.string(),
  hash: z.string(),
})
export type JournalEvent = z.infer<typeof JournalEvent>

/** One run: who, with which osferry, by which plan. */
export const JournalRun = z.object({
  id: z.string(),
  plan: z.string(),
  actor: z.string(),
  version: z.string(),
  startedAt: z.iso.datetime(),
})
export type JournalRun = z.infer<typeof JournalRun>
