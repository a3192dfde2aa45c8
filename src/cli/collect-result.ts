import type { HostFacts } from '../model/facts.ts'
import type { Text } from '../model/text.ts'
import type { FleetEvent } from './collect-fleet.ts'

/** One host's line in the result of `collect`. */
export interface CollectedHost {
  host: string
  address: string
  status: HostFacts['status']
  set: string
  privilege: string
  facts: number
  /** Facts asked for that did not come. */
  gaps: number
  /** Facts that came, but not whole. */
  degraded: number
  /** Facts that are missing or not whole because the login may not see everything. */
  lackingRights: number
  durationMs: number
  code: string | null
  message: string | null
  hint: string | null
  /** Better facts of an earlier collection, kept since this one failed. */
  previous?: string
}

/** The line of a host that is done. */
export function collectedHost({ summary, durationMs }: FleetEvent & { event: 'finished' }): CollectedHost {
  const { host, status, collection, failure, facts } = summary
  const { lackingRights } = facts
  const noRights = failure === undefined && lackingRights > 0 ? rightsText(lackingRights) : undefined
  return {
    host: host.name,
    address: host.address,
    status,
    set: collection.set,
    privilege: collection.privilege,
    facts: facts.read,
    gaps: facts.gaps,
    degraded: facts.degraded,
    lackingRights,
    durationMs: Math.round(durationMs),
    code: failure?.code ?? null,
    message: failure?.message ?? noRights?.en ?? null,
    hint: failure?.hint ?? (noRights === undefined ? null : rightsHint.en),
  }
}

/** What is said of a host whose facts are not whole for want of rights. */
export function rightsText(facts: number): Text {
  return {
    en: `read without the rights to see everything: ${facts} facts incomplete`,
    zh: `权限不足，未能读取全部内容：${facts} 项信息不完整`,
  }
}

/** What to do about it. */
export const rightsHint: Text = {
  en: 'log in as root, or become root: --become sudo (ssh.become in the inventory)',
  zh: '使用 root 登录，或通过 --become sudo（清单中的 ssh.become）取得 root 权限',
}

export interface CollectCounts {
  total: number
  complete: number
  partial: number
  failed: number
  /** Hosts, whatever their status, with facts that are not whole; and those where rights were missing. */
  degraded: number
  lackingRights: number
  /** Hosts never started because of Ctrl-C. */
  left: number
  byCode: Readonly<Record<string, number>>
}

/** Counts by status and by failure code. */
export function countCollected(hosts: readonly CollectedHost[], left: number): CollectCounts {
  const byCode: Record<string, number> = {}
  for (const { code } of hosts) if (code !== null) byCode[code] = (byCode[code] ?? 0) + 1
  const of = (status: CollectedHost['status']): number =>
    hosts.filter((host) => host.status === status).length
  return {
    total: hosts.length + left,
    complete: of('complete'),
    partial: of('partial'),
    failed: of('failed'),
    degraded: hosts.filter(({ degraded }) => degraded > 0).length,
    lackingRights: hosts.filter(({ lackingRights }) => lackingRights > 0).length,
    left,
    byCode,
  }
}
