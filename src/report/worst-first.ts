import type { HostSheet, Report } from '../model/report.ts'
import type { Verdict } from '../model/target.ts'

const order: readonly Verdict[] = ['BLOCKED', 'UNKNOWN', 'READY_WITH_ACTIONS', 'READY']

/** The hosts as a reader needs them: blocked on the leading line first, then unknown, then the rest, as found. */
export function worstFirst(report: Report): HostSheet[] {
  const ranks = new Map(report.hosts.map((host) => [host, rankOf(host, report)]))
  return [...report.hosts].sort((a, b) => (ranks.get(a) ?? 0) - (ranks.get(b) ?? 0))
}

/** The verdict of a host on the leading line; UNKNOWN when it was not judged for it. */
export function leadingVerdict(host: HostSheet, report: Report): Verdict {
  return host.judgements.find(({ kernelLine }) => kernelLine === report.leading)?.verdict ?? 'UNKNOWN'
}

/** The leading line decides; among equals, the more findings fail, the earlier. */
function rankOf(host: HostSheet, report: Report): number {
  const broken = host.findings.filter(({ status }) => status !== 'waived').length
  return order.indexOf(leadingVerdict(host, report)) * 100_000 - Math.min(broken, 99_999)
}
