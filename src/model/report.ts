import { z } from 'zod'
import {
  AssessedCluster,
  CheckInfo,
  Evidence,
  FindingStatus,
  HostAssessment,
  ResultCounts,
  WaiverReport,
} from './assessment.ts'
import { Domain, Remedy } from './check.ts'
import { GapReason } from './facts.ts'
import { kernelLines } from './kernel.ts'
import { Confidence, Severity, Target, Verdict } from './target.ts'
import { Text } from './text.ts'

const Line = z.enum(kernelLines)

/** Hosts by verdict; the four add up to the hosts that were judged for the line. */
export const VerdictCounts = z.object({
  READY: z.int(),
  READY_WITH_ACTIONS: z.int(),
  BLOCKED: z.int(),
  UNKNOWN: z.int(),
})
export type VerdictCounts = z.infer<typeof VerdictCounts>

/** One row of the target matrix: a target with one kernel line, so ANCK 4.19 and 5.10 stand apart. */
export const ReportLine = z.object({
  target: Target,
  kernelLine: Line,
  /** For how many hosts this line is the one that decides the target's verdict. */
  decidesFor: z.int(),
  hosts: z.int(),
  verdicts: VerdictCounts,
  /** READY / hosts in scope; UNKNOWN stays in the denominator. */
  readyRatio: z.number(),
  counts: ResultCounts,
  confidences: z.record(Confidence, z.int()),
})
export type ReportLine = z.infer<typeof ReportLine>

/** The executive's five numbers, for the leading line: the first is the sum of the other four. */
export const ReportNumbers = z.object({
  hosts: z.int(),
  ready: z.int(),
  readyWithActions: z.int(),
  blocked: z.int(),
  unknown: z.int(),
})
export type ReportNumbers = z.infer<typeof ReportNumbers>

/** A check that blocks hosts on one line: how many, and for how many it is the only blocker. */
export const BlockerRank = z.object({ key: z.string(), hosts: z.int(), alone: z.int() })
export type BlockerRank = z.infer<typeof BlockerRank>

/** One step of "fix these k things and n hosts are no longer blocked", best first. */
export const FixStep = z.object({
  fixes: z.array(z.string()).min(1),
  fixesSoFar: z.int(),
  hosts: z.int(),
  hostsSoFar: z.int(),
  /** Of `hostsSoFar`, those that would then be UNKNOWN and not ready. */
  unknownSoFar: z.int(),
})
export type FixStep = z.infer<typeof FixStep>

/** The blockers of one line, ranked. */
export const BlockerRanking = z.object({
  blockedHosts: z.int(),
  blockers: z.array(BlockerRank),
  steps: z.array(FixStep),
})
export type BlockerRanking = z.infer<typeof BlockerRanking>

/** All findings of one check with one status and severity, counted. */
export const FindingGroup = z.object({
  key: z.string(),
  domain: Domain.nullable(),
  status: FindingStatus,
  severity: Severity,
  /** Hosts with at least one such finding. */
  hosts: z.int(),
  byLine: z.array(z.object({ kernelLine: Line, hosts: z.int() })),
})
export type FindingGroup = z.infer<typeof FindingGroup>

/** One finding of one host; lines on which it is the same share one entry. */
export const ReportFinding = z.object({
  key: z.string(),
  status: FindingStatus,
  severity: Severity,
  lines: z.array(Line).min(1),
  here: Text,
  evidence: z.array(Evidence),
  /** True when the evidence was left out to keep a large fleet's report small; the assessment has it. */
  evidenceLeftOut: z.boolean().optional(),
  /** Fixes for this host; left out when they are those of the check in the catalogue. */
  remedies: z.array(Remedy).optional(),
  waiver: z
    .object({
      index: z.int(),
      reason: z.string(),
      owner: z.string(),
      expires: z.string(),
      ticket: z.string().optional(),
      was: z.enum(['fail']),
    })
    .optional(),
  missing: z.array(z.object({ fact: z.string(), reason: GapReason, message: z.string() })).optional(),
})
export type ReportFinding = z.infer<typeof ReportFinding>

/** One host on one line. `decides` = the target's verdict is this one; other lines are shown beside it. */
export const Judgement = z.object({
  target: Target,
  kernelLine: Line,
  decides: z.boolean(),
  verdict: Verdict,
  confidence: Confidence,
  counts: ResultCounts,
  /** Index into `resultSets`; null where only the findings are known (a line that does not decide). */
  resultSet: z.int().nullable(),
})
export type Judgement = z.infer<typeof Judgement>

export const HostSheet = HostAssessment.omit({ targets: true }).extend({
  judgements: z.array(Judgement),
  findings: z.array(ReportFinding),
})
export type HostSheet = z.infer<typeof HostSheet>

/** What had nothing wrong, shared by the hosts for which it is the same. */
export const ResultSet = z.object({
  passed: z.array(z.string()),
  notApplicable: z.array(z.object({ key: z.string(), reason: Text })),
})
export type ResultSet = z.infer<typeof ResultSet>

/** What the report does not rest on: hosts that gave nothing, facts not read, checks that could not tell or crashed. */
export const NotChecked = z.object({
  hosts: z.array(
    z.object({ host: z.string(), code: z.string(), message: z.string(), hint: z.string().optional() }),
  ),
  partialHosts: z.int(),
  /** `note`, for facts that are not whole: what is missing, as the first host says it. */
  gaps: z.array(
    z.object({ fact: z.string(), reason: GapReason, hosts: z.int(), note: z.string().optional() }),
  ),
  unknownChecks: z.array(z.object({ key: z.string(), hosts: z.int() })),
  crashedChecks: z.array(z.object({ key: z.string(), hosts: z.int() })),
})
export type NotChecked = z.infer<typeof NotChecked>

/** report/v1: the one source of every rendered format; both languages inside. */
export const Report = z.object({
  schema: z.literal('report/v1'),
  tool: z.object({ name: z.literal('osferry'), version: z.string() }),
  createdAt: z.iso.datetime(),
  /** The assessment it was made from. */
  assessment: z.object({
    createdAt: z.iso.datetime(),
    sha256: z.string().nullable(),
    /** When not all hosts of the inventory were chosen: how, and out of how many. */
    selector: z.string().optional(),
    inventoryHosts: z.int().optional(),
    /** Null when the cluster was not looked at. */
    cluster: AssessedCluster.nullable().optional(),
  }),
  headline: Text,
  /** The worst verdict among the hosts on the leading line: colours the headline. */
  overall: Verdict,
  numbers: ReportNumbers,
  /** The line that most hosts are ready for; null without hosts or targets. */
  leading: Line.nullable(),
  /** Hosts that are READY on at least one line. */
  readySomewhere: z.int(),
  /** Findings that a waiver covers, counted as hosts x lines that decide. */
  acceptedRisks: z.int(),
  lines: z.array(ReportLine),
  blockers: z.array(z.object({ kernelLine: Line, ranking: BlockerRanking })),
  groups: z.array(FindingGroup),
  notChecked: NotChecked,
  waivers: z.array(WaiverReport),
  method: z.array(Text),
  checks: z.array(CheckInfo),
  resultSets: z.array(ResultSet),
  hosts: z.array(HostSheet),
})
export type Report = z.infer<typeof Report>
