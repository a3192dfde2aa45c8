import { z } from 'zod'
import { LocalData } from './data-decision.ts'
import { DataRule, maxDataRules } from './data-rules.ts'
import { Phase } from './playbook.ts'
import { stepNames } from './step-names.ts'
import { Target } from './target.ts'
import { Text } from './text.ts'

const sha256 = z.string().regex(/^[0-9a-f]{64}$/)
const ms = z.int().min(0)

/** The way back once a node is past its point of no return; `none` must be accepted by name. */
export const rollbackMeans = ['old-deployment', 'old-disk', 'snapshot', 'image', 'reinstall', 'none'] as const
export const RollbackMeans = z.enum(rollbackMeans)
export type RollbackMeans = z.infer<typeof RollbackMeans>

const rewriting: ReadonlySet<RollbackMeans> = new Set(['image', 'reinstall'])

/** True when the way back by these means writes the disk of the system anew. */
export function rewritesDisk(means: RollbackMeans): boolean {
  return rewriting.has(means)
}

/** How long something takes. `measured` = from the runs of this project, `assumed` = from our own table of priors. */
export const Estimate = z.object({ p50Ms: ms, p90Ms: ms, basis: z.enum(['measured', 'assumed']) })
export type Estimate = z.infer<typeof Estimate>

/** The same of a step; of a measured one with how many attempts it rests on. */
export const StepEstimate = Estimate.extend({ samples: z.int().min(1).exactOptional() })
export type StepEstimate = z.infer<typeof StepEstimate>

/** A step with every parameter that it will run with: what is approved is what runs. */
export const PlannedStep = z.object({
  phase: Phase,
  uses: z.enum(stepNames),
  with: z.record(z.string(), z.unknown()),
  pointOfNoReturn: z.boolean(),
  timeoutMs: ms,
  estimate: StepEstimate,
})
export type PlannedStep = z.infer<typeof PlannedStep>

export const PlannedNode = z.object({
  /** Name of the node in the cluster, or of the host when it is no node. */
  name: z.string(),
  /** Name of the host in the inventory. */
  host: z.string(),
  /** Null for a host that is no node of the cluster. */
  uid: z.string().nullable(),
  role: z.enum(['control-plane', 'worker', 'host']),
  zone: z.string().nullable(),
  target: Target,
  /** Why this target. */
  why: Text,
  steps: z.array(PlannedStep),
  rollback: z.object({ means: RollbackMeans, acceptedBy: z.string().nullable() }),
  data: z.array(LocalData),
  estimate: Estimate,
})
export type PlannedNode = z.infer<typeof PlannedNode>

/** What the simulation of a wave found. */
export const SimulatedWave = z.object({
  evictions: z.int().min(0),
  /** Free after the wave's pods were placed on the other nodes, as a share of what is allocatable there; null = not known. */
  headroom: z.object({ cpu: z.number().nullable(), memory: z.number().nullable() }),
  /** Budgets that hold the wave up most: what they allow at full health, and how many pods of theirs must go. */
  budgets: z.array(
    z.object({ namespace: z.string(), name: z.string(), allowed: z.int().nullable(), evictions: z.int() }),
  ),
  warnings: z.array(Text),
})
export type SimulatedWave = z.infer<typeof SimulatedWave>

export const PlannedWave = z.object({
  /** 0, 1, 2: the order in which they run. */
  index: z.int().min(0),
  kind: z.enum(['canary', 'workers', 'control-plane', 'hosts']),
  /** Names in the order in which they start. */
  nodes: z.array(z.string()).min(1),
  /** How many of them may be away at a time. */
  maxUnavailable: z.int().min(1),
  /** Rest after the wave before the next may start. */
  soakMs: ms,
  simulated: SimulatedWave,
  estimate: Estimate,
  /** No order of events can make it shorter. */
  lowerBoundMs: ms,
})
export type PlannedWave = z.infer<typeof PlannedWave>

/** A time in which nodes may start: days and hours of a zone. */
export const Window = z.strictObject({
  days: z.array(z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'])).min(1),
  /** `22:00`, wall clock of the zone. */
  start: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/),
  lengthMs: ms.min(60_000).max(7 * 24 * 3_600_000),
  /** IANA name: `Asia/Shanghai`. */
  timeZone: z.string().min(1).max(64),
})
export type Window = z.infer<typeof Window>

/** A time in which no node starts, whatever the windows say. */
export const Freeze = z.strictObject({
  from: z.iso.datetime(),
  until: z.iso.datetime(),
  reason: z.string().max(200),
})
export type Freeze = z.infer<typeof Freeze>

/** What makes the plan stale when it is no longer so. */
export const PlanInputs = z.object({
  /** Facts of each planned host: sha256 of what checks and plan rest on, and when they were read. */
  facts: z.array(z.object({ host: z.string(), sha256, collectedAt: z.iso.datetime().nullable() })),
  /** Verdicts and open findings of each planned host for its target. */
  assessment: z.array(z.object({ host: z.string(), sha256 })),
  /** Null for a plan without a cluster. `sha256` is over what a change of generation would change, not over status that moves. */
  cluster: z
    .object({
      uid: z.string().nullable(),
      context: z.string(),
      server: z.string(),
      createdAt: z.iso.datetime(),
      sha256,
    })
    .nullable(),
  playbook: z.object({ name: z.string(), sha256 }),
})
export type PlanInputs = z.infer<typeof PlanInputs>

/**
 * plan/v1: what will be done, as data. It holds no time of its own making and no secret: the same inputs and options give the
 * same bytes. Its digest is the sha256 of its canonical JSON (RFC 8785).
 */
export const Plan = z.object({
  schema: z.literal('plan/v1'),
  tool: z.object({ name: z.literal('osferry'), version: z.string() }),
  playbook: z.object({ name: z.string(), title: Text, target: Target }),
  inputs: PlanInputs,
  limits: z.object({
    maxUnavailable: z.int().min(1),
    /** Nodes that may fail before no further one is started. */
    failureBudget: z.int().min(0),
    windows: z.array(Window),
    freezes: z.array(Freeze),
  }),
  /** What becomes of data that is not among that of a node: a pod may come there after the plan was made. */
  dataRules: z.array(DataRule).min(1).max(maxDataRules).optional(),
  nodes: z.array(PlannedNode),
  waves: z.array(PlannedWave),
  /** Hosts that were asked for and are not planned, each with every reason. */
  leftOut: z.array(z.object({ host: z.string(), reasons: z.array(Text).min(1) })),
  bounds: z.object({ waves: z.int().min(0), makespanMs: ms, evictions: z.int().min(0) }),
  estimate: Estimate,
})
export type Plan = z.infer<typeof Plan>
