import type { Finding, HostAssessment } from '../model/assessment.ts'
import type { Target } from '../model/target.ts'
import { isWaiverOver } from '../model/waivers.ts'

/** A waiver that counted when a host was judged, and does not any more. */
export interface EndedWaiver {
  /** Key of the finding that it was for. */
  finding: string
  owner: string
  /** Its last day, `YYYY-MM-DD` in UTC. */
  expires: string
}

/** A finding as it counts on a day (`YYYY-MM-DD` in UTC): without its waiver when that is over, and then it says so. */
export function findingOn(finding: Finding, today: string): Finding {
  const { waiver, ...open } = finding
  if (finding.status !== 'waived' || waiver === undefined || !isWaiverOver(waiver, today)) return finding
  const { was, owner, expires } = waiver
  return {
    ...open,
    status: was,
    here: {
      en: `${open.here.en} (its waiver, of ${owner}, ended on ${expires})`,
      zh: `${open.here.zh}（${owner} 的豁免已于 ${expires} 到期）`,
    },
  }
}

/** The waivers of a host for a target that were used when it was judged, and are over on a day. */
export function endedWaivers(host: HostAssessment, target: Target, today: string): EndedWaiver[] {
  const findings = host.targets.find((one) => one.target === target)?.findings ?? []
  return findings.flatMap(({ key, status, waiver }) =>
    status === 'waived' && waiver !== undefined && isWaiverOver(waiver, today)
      ? [{ finding: key, owner: waiver.owner, expires: waiver.expires }]
      : [],
  )
}
