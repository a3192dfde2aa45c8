import { z } from 'zod'
import { Domain, Effort, Remedy } from './check.ts'
import { ClusterGap } from './cluster.ts'
import { GapReason, HostFailure } from './facts.ts'
import { kernelLines } from './kernel.ts'
import { Confidence, Severity, Target, Verdict } from './target.ts'
import { Text } from './text.ts'

/** What was seen: the fact's command, the deciding lines, and the sha256 (hex) of the command's whole output. */
export const Evidence = z.object({
  fact: z.string(),
  command: z.string(),
  excerpt: z.string(),
  sha256: z.string().nullable(),
  collectedAt: z.iso.datetime().nullable(),
})
export type Evidence = z.infer<typeof Evidence>

/** `fail` = the rule is broken; `unknown` = we could not tell; `error` = the check itself crashed. */
export const FindingStatus = z.enum(['fail', 'unknown', 'error', 'waived'])
export type FindingStatus = z.infer<typeof FindingStatus>

/**
 * What a host's reader must know about one check that did not simply pass. Title, what, sources and effort of the
 * check are in `checks` of the document, under the same id.
 */
export const Finding = z.object({
  /** The check's id: stable. */
  key: z.string(),
  status: FindingStatus,
  severity: Severity,
  here: Text,
  evidence: z.array(Evidence),
  remedies: z.array(Remedy),
  /** For `waived`: which entry of the waiver file, with its reason, owner and end. */
  waiver: z
    .object({
      index: z.int(),
      reason: z.string(),
      owner: z.string(),
      expires: z.string(),
      ticket: z.string().optional(),
      /** Status that the waiver covers. */
      was: z.enum(['fail']),
    })
    .optional(),
  /** For `unknown`: the facts that were missing, and why. */
  missing: z.array(z.object({ fact: z.string(), reason: GapReason, message: z.string() })).optional(),
})
export type Finding = z.infer<typeof Finding>

export const ResultCounts = z.object({
  pass: z.int(),
  fail: z.int(),
  unknown: z.int(),
  error: z.int(),
  waived: z.int(),
  notApplicable: z.int(),
})
export type ResultCounts = z.infer<typeof ResultCounts>

/** One host x one target. For `anolis-anck` the kernel line judged, with the verdict under the other line beside it. */
export const TargetAssessment = z.object({
  target: Target,
  kernelLine: z.enum(kernelLines),
  verdict: Verdict,
  confidence: Confidence,
  /** Share of the facts that this target's checks needed and got, 0 to 1. */
  confidenceRatio: z.number(),
  counts: ResultCounts,
  findings: z.array(Finding),
  /** Ids of checks that passed, and that had nothing to say. */
  passed: z.array(z.string()),
  notApplicable: z.array(z.object({ key: z.string(), reason: Text })),
  alternatives: z.array(
    z.object({
      kernelLine: z.enum(kernelLines),
      verdict: Verdict,
      counts: ResultCounts,
      findings: z.array(Finding),
    }),
  ),
})
export type TargetAssessment = z.infer<typeof TargetAssessment>

export const HostAssessment = z.object({
  host: z.object({
    name: z.string(),
    address: z.string(),
    groups: z.array(z.string()),
    labels: z.record(z.string(), z.string()),
  }),
  /** What was known: collection status, when, with which rights; failure for hosts that gave nothing. */
  facts: z.object({
    status: z.enum(['complete', 'partial', 'failed', 'missing']),
    set: z.enum(['basic', 'full', 'deep']).nullable(),
    collectedAt: z.iso.datetime().nullable(),
    privilege: z.enum(['root', 'sudo', 'user']).nullable(),
    failure: HostFailure.optional(),
    gaps: z.array(z.object({ fact: z.string(), reason: GapReason, message: z.string() })),
  }),
  /** A few lines that name the host's system for people. */
  system: z.object({
    os: z.string().nullable(),
    kernel: z.string().nullable(),
    arch: z.string().nullable(),
    role: z.string().nullable(),
  }),
  targets: z.array(TargetAssessment),
})
export type HostAssessment = z.infer<typeof HostAssessment>

/** The catalogue entry of a check, as `osferry checks list -o json` prints it. */
export const CheckInfo = z.object({
  id: z.string(),
  domain: Domain,
  targets: z.array(Target),
  severity: Severity,
  title: Text,
  what: Text,
  needs: z.array(z.string()),
  uses: z.array(z.string()),
  /** Lists of the snapshot of the cluster on which a check of the node rests. */
  lists: z.array(z.string()).optional(),
  remedies: z.array(Remedy),
  effort: Effort,
  sources: z.array(z.string()),
  origin: z.enum(['builtin', 'team']),
})
export type CheckInfo = z.infer<typeof CheckInfo>

/** What became of each waiver: using one is itself reported, and so is one that does nothing. */
export const WaiverReport = z.object({
  index: z.int(),
  check: z.string(),
  selector: z.string(),
  reason: z.string(),
  owner: z.string(),
  expires: z.string(),
  status: z.enum(['used', 'expired', 'unmatched', 'unknown-check']),
  /** Hosts x targets it covered. */
  uses: z.int(),
})
export type WaiverReport = z.infer<typeof WaiverReport>

export const TargetSummary = z.object({
  target: Target,
  kernelLine: z.enum(kernelLines),
  verdicts: z.object({ READY: z.int(), READY_WITH_ACTIONS: z.int(), BLOCKED: z.int(), UNKNOWN: z.int() }),
  /** READY / all hosts in scope; UNKNOWN stays in the denominator. */
  readyRatio: z.number(),
  counts: ResultCounts,
})
export type TargetSummary = z.infer<typeof TargetSummary>

/** The snapshot of the cluster on which the checks of nodes rest. */
export const AssessedCluster = z.object({
  context: z.string(),
  server: z.string(),
  version: z.string(),
  createdAt: z.iso.datetime(),
  /** Null when they could not be listed. */
  nodes: z.int().nullable(),
  /** Hosts that are nodes of it; null when the snapshot was taken without inventory and facts. */
  matched: z.int().nullable(),
  /** Too old to say that something is fine. */
  stale: z.boolean(),
  gaps: z.array(ClusterGap),
})
export type AssessedCluster = z.infer<typeof AssessedCluster>

/** assessment/v1 */
export const Assessment = z.object({
  schema: z.literal('assessment/v1'),
  tool: z.object({ name: z.literal('osferry'), version: z.string() }),
  createdAt: z.iso.datetime(),
  targets: z.array(Target),
  /** `-l` as it was given, when one was; then hosts of the inventory may be missing here. */
  selector: z.string().optional(),
  /** Hosts of the whole inventory; left out when there was none and the facts alone said which hosts there are. */
  inventoryHosts: z.int().optional(),
  /** Null when the cluster was not looked at: then no check of a node was run. Older assessments do not say. */
  cluster: AssessedCluster.nullable().optional(),
  checks: z.array(CheckInfo),
  hosts: z.array(HostAssessment),
  waivers: z.array(WaiverReport),
  summary: z.object({ hosts: z.int(), byTarget: z.array(TargetSummary) }),
})
export type Assessment = z.infer<typeof Assessment>
