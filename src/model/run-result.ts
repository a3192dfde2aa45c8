import { z } from 'zod'
import { NodeOutcome, StepFailure } from './journal-record.ts'
import { NodeNote } from './node-note.ts'
import { RollbackMeans } from './plan.ts'
import { stepNames } from './step-names.ts'

const FailedStep = z.strictObject({ uses: z.enum(stepNames), failure: StepFailure })

/** How one node of a run ended, or where it is. */
const RunResultNode = z.strictObject({
  node: z.string(),
  state: z.enum(['not-started', 'under-way', 'going-back', ...NodeOutcome.options]),
  isPastPointOfNoReturn: z.boolean(),
  /** The step for which it failed or went back. */
  failed: FailedStep.nullable(),
  /** What of it could not be given back. */
  notUndone: z.array(FailedStep),
  /** The way back, by the plan: for one that has failed past its point of no return. */
  rollback: RollbackMeans.nullable(),
  /** What is to be known of it although its steps are done. */
  notes: z.array(NodeNote),
})

/** run-result/v1: what `apply`, `runs resume` and `runs abort` print with `-o json`. */
export const RunResultDocument = z.strictObject({
  schema: z.literal('run-result/v1'),
  run: z.string(),
  /** Digest. */
  plan: z.string(),
  /** True while something of the run is left to do. */
  isResumable: z.boolean(),
  /** Why no further node was started; null when all that was asked for is done. */
  halt: z.enum(['interrupted', 'aborted', 'failures', 'no-room', 'gate', 'window', 'error']).nullable(),
  /** What the gate or the window has said. */
  message: z.string().nullable(),
  /** What made going on impossible. */
  error: z.strictObject({ code: z.string(), message: z.string() }).nullable(),
  nodes: z.array(RunResultNode),
  exit: z.strictObject({ code: z.int(), reason: z.string(), next: z.array(z.string()) }),
})
export type RunResultDocument = z.infer<typeof RunResultDocument>
