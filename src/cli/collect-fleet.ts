import type { HostFacts } from '../model/facts.ts'
import type { ResolvedHost } from '../model/inventory.ts'
import { summaryOf, type HostSummary } from './host-summary.ts'

/** What happens while a fleet is worked on. */
export type FleetEvent =
  | { event: 'started'; host: string }
  | { event: 'finished'; host: string; summary: HostSummary; durationMs: number }

export interface FleetOptions {
  concurrency: number
  work(host: ResolvedHost): Promise<HostFacts>
  /** Called for every host as it is done, before its slot is given on; what it throws ends the run. */
  save(facts: HostFacts): Promise<unknown>
  onEvent(event: FleetEvent): void
  monotonicMs(): number
  /** Aborted: no further host is started; those in work finish. */
  stop: AbortSignal
}

/**
 * Works on all hosts with bounded concurrency; a host that hangs holds one slot only. Returns the names of the hosts
 * that were never started.
 */
export async function collectFleet(hosts: readonly ResolvedHost[], options: FleetOptions): Promise<string[]> {
  let next = 0
  let broken = false
  const slot = async (): Promise<void> => {
    while (next < hosts.length && !options.stop.aborted && !broken) {
      const host = hosts[next]
      next += 1
      if (host === undefined) return
      try {
        await workOn(host, options)
      } catch (error) {
        broken = true
        throw error
      }
    }
  }
  const slots = Array.from({ length: Math.min(options.concurrency, hosts.length) }, slot)
  const ended = await Promise.allSettled(slots)
  const failed = ended.find((end) => end.status === 'rejected')
  if (failed !== undefined) throw failed.reason
  return hosts.slice(next).map(({ name }) => name)
}

async function workOn(host: ResolvedHost, options: FleetOptions): Promise<void> {
  options.onEvent({ event: 'started', host: host.name })
  const startedMs = options.monotonicMs()
  const { summary, saved } = await options.work(host).then((facts) => startSaving(facts, options))
  await saved
  const durationMs = options.monotonicMs() - startedMs
  options.onEvent({ event: 'finished', host: host.name, summary, durationMs })
}

/** Facts are large, and an async function holds all that it has named: the only one that names them ends at once. */
function startSaving(
  facts: HostFacts,
  options: FleetOptions,
): { summary: HostSummary; saved: Promise<unknown> } {
  return { summary: summaryOf(facts), saved: options.save(facts) }
}
