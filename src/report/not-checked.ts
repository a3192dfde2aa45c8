import type { FindingGroup, HostSheet, NotChecked } from '../model/report.ts'
import { tellingFindings } from './tally.ts'

/** What the verdicts do not rest on; nothing that failed to run is ever left out of the report. */
export function collectNotChecked(hosts: readonly HostSheet[]): NotChecked {
  const gaps = new Map<string, NotChecked['gaps'][number]>()
  const unreached: NotChecked['hosts'] = []
  let partialHosts = 0
  for (const { host, facts } of hosts) {
    if (facts.status === 'partial') partialHosts += 1
    if (facts.status === 'failed' || facts.status === 'missing') {
      const { code, message, hint } = facts.failure ?? notCollected
      unreached.push({ host: host.name, code, message, ...(hint === undefined ? {} : { hint }) })
      continue
    }
    const seen = new Set<string>()
    for (const { fact, reason, message } of facts.gaps) {
      const id = JSON.stringify([fact, reason])
      if (seen.has(id)) continue
      seen.add(id)
      const note = reason === 'degraded' ? { note: message } : {}
      const gap = gaps.get(id) ?? { fact, reason, hosts: 0, ...note }
      gap.hosts += 1
      gaps.set(id, gap)
    }
  }
  return {
    hosts: unreached,
    partialHosts,
    gaps: [...gaps.values()].sort((a, b) => b.hosts - a.hosts || (a.fact < b.fact ? -1 : 1)),
    unknownChecks: checksWith(hosts, 'unknown'),
    crashedChecks: checksWith(hosts, 'error'),
  }
}

const notCollected = {
  code: 'NOT_COLLECTED',
  message: 'No facts of this host have been collected.',
  hint: 'Run: osferry collect --only-missing',
}

function checksWith(
  hosts: readonly HostSheet[],
  status: FindingGroup['status'],
): { key: string; hosts: number }[] {
  const counts = new Map<string, number>()
  for (const host of hosts) {
    const found = tellingFindings(host).filter((finding) => finding.status === status)
    const keys = new Set(found.map(({ key }) => key))
    for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return [...counts]
    .map(([key, hosts]) => ({ key, hosts }))
    .sort((a, b) => b.hosts - a.hosts || (a.key < b.key ? -1 : 1))
}
