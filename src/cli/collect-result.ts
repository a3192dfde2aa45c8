import type { HostFacts } from '../model/facts.ts'
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
  durationMs: number
  code: string | null
  message: string | null
  hint: string | null
}

/** The line of a host that is done. */
export function collectedHost({ facts, durationMs }: FleetEvent & { event: 'finished' }): CollectedHost {
  const values = Object.values(facts.facts)
  return {
    host: facts.host.name,
    address: facts.host.address,
    status: facts.status,
    set: facts.collection.set,
    privilege: facts.collection.privilege,
    facts: values.filter((fact) => fact?.status === 'ok').length,
    gaps: values.filter((fact) => fact?.status === 'unavailable' && fact.reason !== 'not-collected').length,
    durationMs: Math.round(durationMs),
    code: facts.failure?.code ?? null,
    message: facts.failure?.message ?? null,
    hint: facts.failure?.hint ?? null,
  }
}

export interface CollectCounts {
  total: number
  complete: number
  partial: number
  failed: number
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
    left,
    byCode,
  }
}
