import type {
  Assessment,
  CheckInfo,
  Finding,
  HostAssessment,
  TargetAssessment,
  TargetSummary,
} from '../model/assessment.ts'
import type { AssessmentScope } from '../model/assessment-scope.ts'
import { fixOrder, type BlockedHost, type FixRow } from '../model/blocker-ranking.ts'
import { isAtLeast, severities, targets, type Severity, type Target } from '../model/target.ts'

/** A finding on one host, kept as an example for the finding's page. */
interface FindingExample {
  host: string
  target: Target
  finding: Finding
}

/** One check that did not pass somewhere, over all hosts and targets. */
export interface FindingTotal {
  key: string
  severity: Severity
  /** Worst status seen. */
  status: Finding['status']
  targets: readonly Target[]
  hosts: readonly string[]
  examples: readonly FindingExample[]
}

/** What to fix first for one target, in the order of fixing. */
export interface TargetFixes {
  target: Target
  blockedHosts: number
  rows: readonly FixRow[]
}

/** The assessment as the wizard shows it. */
export interface AssessView extends AssessmentScope {
  hosts: number
  complete: number
  createdAt: string
  byTarget: readonly TargetSummary[]
  cluster?: Assessment['cluster']
  checks: ReadonlyMap<string, CheckInfo>
  /** Targets on which a host is blocked. */
  fixes: readonly TargetFixes[]
  /** Gravest first, then the most frequent. */
  findings: readonly FindingTotal[]
}

interface Counted {
  severity: Severity
  status: Finding['status']
  targets: Set<Target>
  hosts: Set<string>
  examples: FindingExample[]
}

export interface AssessTally {
  addHost(host: HostAssessment): void
  finish(
    end: AssessmentScope & {
      createdAt: string
      checks: readonly CheckInfo[]
      byTarget: readonly TargetSummary[]
      cluster?: Assessment['cluster']
    },
  ): AssessView
}

const keptExamples = 20
const statusOrder = ['fail', 'error', 'unknown', 'waived'] as const

/** Counts findings host by host; keeps names and a few examples, never whole assessments. */
export function createTally(): AssessTally {
  const counted = new Map<string, Counted>()
  const blocked = new Map<Target, BlockedHost[]>()
  let hosts = 0
  let complete = 0
  return {
    addHost(host) {
      hosts += 1
      if (host.facts.status === 'complete') complete += 1
      const hasFacts = host.facts.status === 'complete' || host.facts.status === 'partial'
      for (const judged of host.targets) {
        if (judged.verdict === 'BLOCKED') append(blocked, judged)
        for (const finding of judged.findings)
          if (hasFacts || finding.status !== 'unknown')
            count(counted, { host: host.host.name, target: judged.target, finding })
      }
    },
    finish({ checks, ...end }) {
      const findings = [...counted].map(([key, found]): FindingTotal => {
        const { severity, status, examples } = found
        return { key, severity, status, examples, targets: [...found.targets], hosts: [...found.hosts] }
      })
      const byId = new Map(checks.map((check) => [check.id, check]))
      const fixes = targets.flatMap((target): TargetFixes[] => {
        const hosts = blocked.get(target)
        return hosts === undefined ? [] : [{ target, ...fixOrder(hosts) }]
      })
      return { ...end, hosts, complete, checks: byId, fixes, findings: findings.sort(byGravity) }
    },
  }
}

function count(counted: Map<string, Counted>, example: FindingExample): void {
  const { host, target, finding } = example
  const known = counted.get(finding.key) ?? {
    severity: finding.severity,
    status: finding.status,
    targets: new Set<Target>(),
    hosts: new Set<string>(),
    examples: [],
  }
  counted.set(finding.key, known)
  known.targets.add(target)
  known.hosts.add(host)
  if (statusOrder.indexOf(finding.status) < statusOrder.indexOf(known.status)) known.status = finding.status
  if (!isAtLeast(known.severity, finding.severity)) known.severity = finding.severity
  const isNew = !known.examples.some((other) => other.host === host)
  if (isNew && known.examples.length < keptExamples) known.examples.push(example)
}

function append(blocked: Map<Target, BlockedHost[]>, judged: TargetAssessment): void {
  const list = blocked.get(judged.target) ?? []
  blocked.set(judged.target, list)
  list.push(blockedHost(judged))
}

function blockedHost({ findings }: TargetAssessment): BlockedHost {
  return {
    blockers: findings
      .filter(({ status, severity }) => status === 'fail' && severity === 'block')
      .map(({ key }) => key),
    unknownOtherwise: findings.some(
      ({ status, severity }) => status === 'error' || (status === 'unknown' && isAtLeast(severity, 'high')),
    ),
  }
}

function byGravity(a: FindingTotal, b: FindingTotal): number {
  return (
    statusOrder.indexOf(a.status) - statusOrder.indexOf(b.status) ||
    severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
    b.hosts.length - a.hosts.length ||
    (a.key < b.key ? -1 : 1)
  )
}
