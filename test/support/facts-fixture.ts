import { degradedNames, runCheck as runOnFacts, type CheckResult } from '../../src/assess/run-check.ts'
import { builtinKernelProfile } from '../../src/kernel/profiles.ts'
import { worstSeverityFor, type AnyCheck } from '../../src/model/check.ts'
import { factNames, HostFacts, type FactName, type FactValue, type GapReason } from '../../src/model/facts.ts'
import type { KernelLine, KernelProfile } from '../../src/model/kernel.ts'
import { isAtLeast, type Target } from '../../src/model/target.ts'
import type { NodeInput } from '../../src/model/node-view.ts'
import { healthyNodeInput } from './cluster-fixture.ts'
import { healthyWorker } from './healthy-worker.ts'

/** New values by fact; each is laid over the healthy worker's value, key by key. */
export type FactOverrides = { [F in FactName]?: Partial<FactValue<F>> }

export interface RunCheckOptions {
  target: Target
  /** The target's usual line when left out (`anck-5.10` for `anolis-anck`). */
  kernelLine?: KernelLine
  kernel?: KernelProfile
  now?: string
  labels?: Readonly<Record<string, string>>
  /** For checks of the node; a healthy one when left out. */
  node?: NodeInput
}

const collectedAt = '2026-11-20T08:00:00.000Z'
const usualLine: Readonly<Record<Target, KernelLine>> = {
  'anolis-rhck': 'rhck-4.18',
  'anolis-anck': 'anck-5.10',
  containeros: 'containeros',
}

/** The healthy CentOS 8.5 worker as a complete facts/v1 document, with parts of the document replaced. */
export function hostFacts(overrides: Partial<Omit<HostFacts, 'schema'>> = {}): HostFacts {
  return {
    schema: 'facts/v1',
    tool: { name: 'osferry', version: '0.1.0' },
    host: { name: 'worker-1', address: '10.0.0.11', groups: ['workers'], labels: { role: 'worker' } },
    collection: {
      startedAt: '2026-11-20T08:00:00.000Z',
      finishedAt: '2026-11-20T08:00:02.000Z',
      via: 'ssh2',
      set: 'deep',
      privilege: 'root',
    },
    status: 'complete',
    facts: Object.fromEntries(factNames.map((name) => [name, okFact(name, healthyWorker[name])])),
    ...overrides,
  }
}

/** The healthy worker with some facts changed: `factsWith({ cgroup: { mode: 'v2' } })`. */
export function factsWith(overrides: FactOverrides, base: HostFacts = hostFacts()): HostFacts {
  const facts: Record<string, unknown> = { ...base.facts }
  for (const name of factNames) {
    const override = overrides[name]
    if (override === undefined) continue
    facts[name] = okFact(name, { ...healthyWorker[name], ...override })
  }
  return HostFacts.parse({ ...base, facts })
}

/** The healthy worker with one or more facts unavailable, for the given reason. */
export function without(
  names: FactName | readonly FactName[],
  reason: GapReason = 'failed',
  base: HostFacts = hostFacts(),
): HostFacts {
  const facts: Record<string, unknown> = { ...base.facts }
  for (const name of typeof names === 'string' ? [names] : names) {
    facts[name] = {
      status: 'unavailable',
      reason,
      message: `${name}: ${reason}`,
      source: { command: `read ${name}`, collectedAt, sha256: null, bytes: 0 },
    }
  }
  return { ...base, status: 'partial', facts }
}

/** A host with one or more facts of which a part is missing, for the given reason. */
export function degraded(
  names: FactName | readonly FactName[],
  note = 'not allowed to read a part of it',
  base: HostFacts = hostFacts(),
): HostFacts {
  const facts: Record<string, unknown> = { ...base.facts }
  for (const name of typeof names === 'string' ? [names] : names) {
    if (base.facts[name]?.status === 'ok') facts[name] = { ...base.facts[name], degraded: note }
  }
  return { ...base, facts }
}

/** Runs one check as the engine does: missing needed facts give `unknown` with `missing`, a crash gives `error`. */
export function runCheck(check: AnyCheck, facts: HostFacts, options: RunCheckOptions): CheckResult {
  const kernelLine = options.kernelLine ?? usualLine[options.target]
  const running = facts.facts.kernel
  const arch = running?.status === 'ok' ? running.value.arch : 'x86_64'
  const context = {
    target: options.target,
    kernelLine,
    kernel: options.kernel ?? builtinKernelProfile(kernelLine, arch),
    now: options.now ?? '2026-11-21T00:00:00.000Z',
    degraded: degradedNames(facts.facts),
    host: { name: facts.host.name, labels: options.labels ?? facts.host.labels },
  }
  const result = runOnFacts(check, facts.facts, { context, node: options.node ?? healthyNodeInput() })
  const worst = worstSeverityFor(check, options.target)
  if (result.status === 'fail' && !isAtLeast(worst, result.severity ?? check.severity)) {
    throw new Error(
      `${check.id} says ${result.severity} for ${options.target}: its worstSeverity is ${worst}`,
    )
  }
  return result
}

function okFact(name: FactName, value: unknown): unknown {
  return {
    status: 'ok',
    value,
    source: { command: `read ${name}`, collectedAt, sha256: 'ab'.repeat(32), bytes: 100 },
  }
}
