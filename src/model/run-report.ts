import { z } from 'zod'
import { NodeOutcome, RunOutcome } from './journal-record.ts'
import { NodeNote } from './node-note.ts'
import { Estimate, PlannedWave, RollbackMeans } from './plan.ts'
import { stepNames } from './step-names.ts'
import { Target } from './target.ts'
import { Text } from './text.ts'

const ms = z.int().min(0)
const time = z.iso.datetime().nullable()

/** What was moved of a node, as far as its steps have told; null = they have told nothing. */
const Moved = z.object({ count: z.int().min(0), bytes: z.int().min(0).nullable() }).nullable()

export const RunReportNode = z.object({
  name: z.string(),
  host: z.string(),
  /** Null for a node of no wave. */
  wave: z.int().nullable(),
  state: z.enum(['planned', 'running', ...NodeOutcome.options]),
  isPastPointOfNoReturn: z.boolean(),
  /** The way back, by the plan. */
  rollback: RollbackMeans,
  startedAt: time,
  endedAt: time,
  /** From its first start to its end, or to the last record of one that has not ended. */
  durationMs: ms.nullable(),
  /** Time in which a step of the phase was at work; null = none was begun. `back` = on the way back. */
  phases: z.object({
    migrate: ms.nullable(),
    replace: ms.nullable(),
    restore: ms.nullable(),
    back: ms.nullable(),
  }),
  estimate: Estimate,
  /** Attempts after the first, of all steps. */
  retries: z.int().min(0),
  /** The longest first. */
  waits: z.array(z.object({ uses: z.enum(stepNames), waitsFor: Text, forMs: ms })),
  /** In the order in which they happened; `isUndo` = it was to be given back. */
  failures: z.array(
    z.object({
      at: z.iso.datetime(),
      uses: z.enum(stepNames),
      isUndo: z.boolean(),
      code: z.string(),
      message: z.string(),
    }),
  ),
  /** Why it went back; null = it did not. */
  returnedBecause: Text.nullable(),
  parked: Moved,
  restored: Moved,
  images: Moved,
  /** Pods that were deleted past their budget or their grace because the plan allowed it. */
  escalations: z.int().min(0),
  /** What is to be known of it although its steps are done. */
  notes: z.array(NodeNote),
})
export type RunReportNode = z.infer<typeof RunReportNode>

/** run-report/v1: what became of a run, by its journal and its plan; nothing else is asked. */
export const RunReport = z.object({
  schema: z.literal('run-report/v1'),
  tool: z.object({ name: z.literal('osferry'), version: z.string() }),
  createdAt: z.iso.datetime(),
  run: z.object({
    id: z.string(),
    actor: z.string(),
    version: z.string(),
    /** Digest. */
    plan: z.string(),
    startedAt: z.iso.datetime(),
    /** Of the last record. */
    lastAt: time,
    /** Null while it has not ended. */
    outcome: RunOutcome.nullable(),
    /** How often it went on after a pause, a kill or an end. */
    resumed: z.int().min(0),
    /** The last record is sealed by this. */
    lastHash: z.string().nullable(),
  }),
  playbook: z.object({ name: z.string(), title: Text, target: Target }),
  /** From its first record to its last. */
  durationMs: ms.nullable(),
  estimate: Estimate,
  /** Nodes that were begun and had not ended, at the moment at which they were most. */
  mostAtOnce: z.int().min(0),
  waves: z.array(
    z.object({
      index: z.int().min(0),
      kind: PlannedWave.shape.kind,
      nodes: z.int().min(0),
      startedAt: time,
      endedAt: time,
      durationMs: ms.nullable(),
      estimate: Estimate,
      /** By the simulation of the plan; the journal does not count them. */
      plannedEvictions: z.int().min(0),
    }),
  ),
  nodes: z.array(RunReportNode),
  /** Times at which a gate did not open, the first of each gate and message. */
  gates: z.array(
    z.object({
      at: z.iso.datetime(),
      gate: z.string(),
      outcome: z.enum(['closed', 'unknown']),
      message: z.string(),
    }),
  ),
})
export type RunReport = z.infer<typeof RunReport>
