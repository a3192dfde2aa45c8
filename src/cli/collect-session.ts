import { composeScript } from '../facts/script.ts'
import { ensureStateDirectory } from '../inventory/atomic-file.ts'
import type { FactSet } from '../model/collector.ts'
import type { ResolvedHost } from '../model/inventory.ts'
import type { Prompter } from '../model/ports.ts'
import { collectFleet } from './collect-fleet.ts'
import type { FleetEvent } from './collect-fleet.ts'
import { collectHost, probeHost } from './collect-host.ts'
import { connectorFor } from './connector-for.ts'
import type { CommandContext } from './context.ts'
import { keepHeapSmall } from './small-heap.ts'
import { factsDirectory } from './state-paths.ts'

export interface CollectRun {
  hosts: readonly ResolvedHost[]
  set: FactSet
  prompter: Prompter
  onEvent(event: FleetEvent): void
  /** No new hosts after this. */
  stop: AbortSignal
  /** Ends the hosts in work too. */
  signal: AbortSignal
}

/** Tries to reach every host, without collecting; nothing is saved. */
export async function probeOverSsh(context: CommandContext, run: CollectRun): Promise<string[]> {
  const { settings, clock, version } = context
  const connector = connectorFor(context, run.prompter)
  try {
    return await collectFleet(run.hosts, {
      concurrency: settings.number('collect.concurrency') ?? 50,
      work: (host) =>
        probeHost(host, {
          connector,
          set: run.set,
          timeoutMs: Math.min(30, settings.number('collect.timeoutSeconds') ?? 30) * 1000,
          clock,
          version,
          signal: run.signal,
        }),
      save: () => Promise.resolve(),
      onEvent: (event) => run.onEvent(event),
      monotonicMs: () => clock.monotonicMs(),
      stop: run.stop,
    })
  } finally {
    await connector.close()
  }
}

/** Collects from a fleet over SSH and saves every host's facts as they arrive; returns the hosts never started. */
export async function collectOverSsh(context: CommandContext, run: CollectRun): Promise<string[]> {
  const { settings, clock, version } = context
  keepHeapSmall()
  const { writeFacts } = await import('../inventory/facts-store.ts')
  const connector = connectorFor(context, run.prompter)
  const marker = '0123456789abcdef'.repeat(2)
  const template = composeScript({ set: run.set, nonce: marker })
  const directory = factsDirectory(context)
  ensureStateDirectory(settings.required('state'))
  try {
    return await collectFleet(run.hosts, {
      concurrency: settings.number('collect.concurrency') ?? 50,
      work: (host) =>
        collectHost(host, {
          connector,
          script: (nonce) => template.replaceAll(marker, nonce),
          set: run.set,
          timeoutMs: (settings.number('collect.timeoutSeconds') ?? 120) * 1000,
          clock,
          version,
          signal: run.signal,
        }),
      save: (facts) => writeFacts(directory, facts),
      onEvent: (event) => run.onEvent(event),
      monotonicMs: () => clock.monotonicMs(),
      stop: run.stop,
    })
  } finally {
    await connector.close()
  }
}
