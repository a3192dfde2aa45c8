import type { BlockedHost } from '../model/blocker-ranking.ts'
import type { HostFailure } from '../model/facts.ts'
import type { Severity, Target } from '../model/target.ts'
import { isAtLeast, severities } from '../model/target.ts'
import { isUnreadable, type HostDigest, type TargetDigest } from './judge.ts'

/** One check that failed somewhere, on a deciding kernel line. */
export interface FindingCount {
  key: string
  severity: Severity
  hosts: number
  targets: Set<Target>
}

export interface TroubledHost {
  host: string
  status: string
  failure: HostFailure | undefined
}

/** What the summary needs of a fleet, counted host by host: small whatever the fleet's size. */
export interface AssessTally {
  readonly blocked: ReadonlyMap<Target, BlockedHost[]>
  readonly findings: ReadonlyMap<string, FindingCount>
  readonly troubled: readonly TroubledHost[]
  /** Those of them that have a facts file which cannot be read. */
  readonly unreadable: readonly TroubledHost[]
  /** Hosts that nobody has collected from. */
  readonly neverCollected: number
  /** Hosts that are UNKNOWN for some target. */
  readonly unknownHosts: number
  readonly worst: Severity | undefined
  add(host: HostDigest): void
}

/** Starts an empty tally. */
export function createAssessTally(): AssessTally {
  const blocked = new Map<Target, BlockedHost[]>()
  const findings = new Map<string, FindingCount>()
  const troubled: TroubledHost[] = []
  const unreadable: TroubledHost[] = []
  let neverCollected = 0
  let unknownHosts = 0
  let worst: Severity | undefined
  return {
    blocked,
    findings,
    troubled,
    unreadable,
    get neverCollected(): number {
      return neverCollected
    },
    get unknownHosts(): number {
      return unknownHosts
    },
    get worst(): Severity | undefined {
      return worst
    },
    add(host): void {
      const { status, failure } = host.facts
      const trouble = { host: host.host.name, status, failure }
      if (status !== 'complete') troubled.push(trouble)
      if (status === 'missing') neverCollected += 1
      if (isUnreadable({ failure })) unreadable.push(trouble)
      if (host.targets.some(({ verdict }) => verdict === 'UNKNOWN')) unknownHosts += 1
      const counted = new Set<string>()
      for (const assessed of host.targets) {
        if (assessed.verdict === 'BLOCKED') {
          const list = blocked.get(assessed.target) ?? []
          blocked.set(assessed.target, list)
          list.push(blockedHost(assessed))
        }
        for (const { key, status: result, severity } of assessed.findings) {
          if (result !== 'fail') continue
          if (worst === undefined || isAtLeast(severity, worst)) worst = severity
          countFinding(findings, {
            key,
            severity,
            target: assessed.target,
            first: !counted.has(`${key} ${severity}`),
          })
          counted.add(`${key} ${severity}`)
        }
      }
    },
  }
}

/** Findings at least as grave as asked for, gravest and most frequent first. */
export function shownFindings(tally: AssessTally, show: Severity): FindingCount[] {
  const chosen = [...tally.findings.values()].filter(({ severity }) => isAtLeast(severity, show))
  return chosen.sort(
    (a, b) =>
      severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
      b.hosts - a.hosts ||
      (a.key < b.key ? -1 : 1),
  )
}

function blockedHost({ findings }: TargetDigest): BlockedHost {
  return {
    blockers: findings
      .filter(({ status, severity }) => status === 'fail' && severity === 'block')
      .map(({ key }) => key),
    unknownOtherwise: findings.some(
      ({ status, severity }) => status === 'error' || (status === 'unknown' && isAtLeast(severity, 'high')),
    ),
  }
}

function countFinding(
  findings: Map<string, FindingCount>,
  found: { key: string; severity: Severity; target: Target; first: boolean },
): void {
  const id = `${found.key} ${found.severity}`
  const known = findings.get(id) ?? { key: found.key, severity: found.severity, hosts: 0, targets: new Set() }
  findings.set(id, known)
  if (found.first) known.hosts += 1
  known.targets.add(found.target)
}
