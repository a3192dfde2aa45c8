import type { Finding, TargetAssessment } from '../model/assessment.ts'
import type { AnyCheck, CheckContext } from '../model/check.ts'
import type { FactMap, FactName, HostFacts } from '../model/facts.ts'
import type { KernelLine } from '../model/kernel.ts'
import type { NodeInput } from '../model/node-view.ts'
import type { Target } from '../model/target.ts'
import type { AssessOptions } from './assess-host.ts'
import { answerRatio, factRatio, gradeConfidence } from './confidence.ts'
import { toFinding, toWaived } from './finding.ts'
import { degradedNames, runCheck, type CheckResult } from './run-check.ts'
import { countResults, judge } from './verdict.ts'

/** One host, with its facts document when there is one, and the target it is judged for. */
export interface TargetInput {
  host: HostFacts['host']
  document: HostFacts | undefined
  facts: FactMap
  /** What the snapshot of the cluster knows about the host; undefined when the cluster was not looked at. */
  node: NodeInput | undefined
  target: Target
  /** Results that hold for every target and line of this host. */
  shared: Map<AnyCheck, CheckResult>
}

type LineResult = Pick<TargetAssessment, 'verdict' | 'counts' | 'findings' | 'passed' | 'notApplicable'>

/** Judges one host for one target: its deciding kernel line, and for ANCK the other line beside it. */
export function judgeTarget(input: TargetInput, options: AssessOptions): TargetAssessment {
  const { target, facts, document } = input
  const { checks, needed } = checksFor(options.checks, target)
  const [kernelLine, ...others] = linesOf(target, options.anck)
  const collectedAt = document?.collection.finishedAt ?? null
  const result = judgeLine(input, { ...options, checks }, kernelLine)
  const ratio = Math.min(factRatio(needed, facts), answerRatio(result.counts))
  for (const { waiver } of result.findings) if (waiver !== undefined) options.waivers.use(waiver.index)
  return {
    target,
    kernelLine,
    confidence: gradeConfidence(ratio, collectedAt, options.now),
    confidenceRatio: ratio,
    ...result,
    alternatives: others.map((line) => {
      const { verdict, counts, findings } = judgeLine(input, { ...options, checks }, line)
      return { kernelLine: line, verdict, counts, findings }
    }),
  }
}

/** The deciding line first. */
export function linesOf(target: Target, anck: AssessOptions['anck']): [KernelLine, ...KernelLine[]] {
  if (target === 'anolis-rhck') return ['rhck-4.18']
  if (target === 'containeros') return ['containeros']
  return anck === '5.10' ? ['anck-5.10', 'anck-4.19'] : ['anck-4.19', 'anck-5.10']
}

function judgeLine(input: TargetInput, options: AssessOptions, line: KernelLine): LineResult {
  const context = watchedContext(input, options, line)
  const findings: Finding[] = []
  const passed: string[] = []
  const notApplicable: LineResult['notApplicable'] = []
  for (const check of options.checks) {
    const result = runOnce(check, input, context)
    if (result.status === 'pass') passed.push(check.id)
    else if (result.status === 'not-applicable') notApplicable.push({ key: check.id, reason: result.reason })
    else findings.push(waive(toFinding(check, result, input), input, options))
  }
  const usable = input.document !== undefined && input.document.status !== 'failed'
  const counts = countResults(findings, passed.length, notApplicable.length)
  return { verdict: judge(findings, usable), counts, findings, passed, notApplicable }
}

/** Only what is known to be broken can be accepted; what we could not tell cannot. */
function waive(finding: Finding, { host, target }: TargetInput, options: AssessOptions): Finding {
  if (finding.status !== 'fail') return finding
  const found = options.waivers.find(finding.key, target, host)
  return found === undefined ? finding : toWaived(finding, found)
}

/** A context that notices when a check looks at what differs between targets and lines. */
interface WatchedContext {
  readonly context: CheckContext
  lineRead: boolean
}

function watchedContext(input: TargetInput, options: AssessOptions, kernelLine: KernelLine): WatchedContext {
  const { kernel } = input.facts
  const arch = kernel?.status === 'ok' ? kernel.value.arch : 'unknown'
  const profile = options.kernelProfile(kernelLine, arch)
  const look = <T>(value: T): T => {
    watched.lineRead = true
    return value
  }
  const watched: WatchedContext = {
    lineRead: false,
    context: {
      get target() {
        return look(input.target)
      },
      get kernelLine() {
        return look(kernelLine)
      },
      get kernel() {
        return look(profile)
      },
      now: options.now,
      degraded: degradedNames(input.facts),
      host: { name: input.host.name, labels: input.host.labels },
    },
  }
  return watched
}

/** A check that looked neither at target nor at kernel answers the same for all of them: it runs once a host. */
function runOnce(
  check: AnyCheck,
  { facts, node, shared }: TargetInput,
  watched: WatchedContext,
): CheckResult {
  const known = shared.get(check)
  if (known !== undefined) return known
  watched.lineRead = false
  const result = runCheck(check, facts, { context: watched.context, node })
  if (!watched.lineRead) shared.set(check, result)
  return result
}

interface TargetChecks {
  checks: readonly AnyCheck[]
  /** Facts that lower the confidence when they are missing: those read on request only do not. */
  needed: ReadonlySet<FactName>
}

/** The checks of a target are the same for every host of a run. */
function checksFor(list: readonly AnyCheck[], target: Target): TargetChecks {
  const known = targetChecks.get(list) ?? new Map<Target, TargetChecks>()
  targetChecks.set(list, known)
  const found = known.get(target)
  if (found !== undefined) return found
  const checks = list.filter((check) => check.targets.includes(target))
  const made = { checks, needed: new Set(checks.flatMap(alwaysNeeded)) }
  known.set(target, made)
  return made
}

const targetChecks = new WeakMap<readonly AnyCheck[], Map<Target, TargetChecks>>()

function alwaysNeeded({ needs, onRequest }: AnyCheck): readonly FactName[] {
  return onRequest === undefined ? needs : needs.filter((name) => !onRequest.includes(name))
}
