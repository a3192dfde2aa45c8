import type { Estimate, StepEstimate } from '../model/plan.ts'
import type { StepName } from '../model/step-names.ts'

const second = 1000
const minute = 60_000

/** Where a row of the table comes from: a measurement of ours or of others, or nothing better than experience. */
interface Prior {
  p50Ms: number
  p90Ms: number
  source: string
}

/**
 * How long steps take where this project has not measured any yet; every estimate made of them says `assumed`. What depends on
 * amounts (pods, bytes) is added to it.
 */
export const stepPriors: Readonly<Record<StepName, Prior>> = {
  'cluster.snapshot': prior(5 * second, 15 * second, 'facts: speed.md 3'),
  'cluster.cordon': prior(second, 3 * second, 'facts: nodes.md 2.6'),
  'data.park': prior(10 * second, 30 * second, 'experience: connecting and looking'),
  'images.park': prior(20 * second, 2 * minute, 'experience'),
  'cluster.drain': prior(30 * second, 5 * minute, 'facts: nodes.md 2.6, 30 s of grace'),
  'cluster.wait-detach': prior(10 * second, minute, 'facts: nodes.md 2.9'),
  'ignition.render': prior(second, 2 * second, 'experience'),
  'host.provision': prior(6 * minute, 20 * minute, 'facts: ignition.md, boot of real machines'),
  'node.wait-ready': prior(90 * second, 5 * minute, 'experience: kubelet, network plugin'),
  'node.verify-os': prior(3 * second, 15 * second, 'facts: speed.md 1'),
  'data.restore': prior(10 * second, 30 * second, 'experience: connecting and looking'),
  'images.restore': prior(30 * second, 3 * minute, 'experience'),
  'cluster.restore-metadata': prior(2 * second, 10 * second, 'facts: nodes.md 2.6'),
  'cluster.uncordon': prior(second, 3 * second, 'facts: nodes.md 2.6'),
  'workloads.verify': prior(30 * second, 5 * minute, 'experience: pods becoming ready'),
}

/** Bytes a second of `tar | zstd` over one SSH connection; assumed: a 1 Gbit/s network. */
const bytesPerSecond = { p50: 100e6, p90: 30e6 }

export interface StepAmounts {
  /** Pods that have to go. */
  evictions: number
  /** To be parked, as far as somebody has measured them. */
  parkedBytes: number
}

/** What a project has measured of its own, by step. */
export type MeasuredSteps = Readonly<Partial<Record<StepName, Omit<StepEstimate, 'basis'>>>>

/** P50 and P90 of one step: `measured` where the project has a figure of its own, else our table. */
export function estimateStep(
  uses: StepName,
  amounts: StepAmounts,
  measured: MeasuredSteps = {},
): StepEstimate {
  const own = measured[uses]
  if (own !== undefined) return { ...own, basis: 'measured' }
  const { p50Ms, p90Ms } = stepPriors[uses]
  const extra = extraMs(uses, amounts)
  return { p50Ms: Math.round(p50Ms + extra.p50), p90Ms: Math.round(p90Ms + extra.p90), basis: 'assumed' }
}

function extraMs(uses: StepName, { evictions, parkedBytes }: StepAmounts): { p50: number; p90: number } {
  if (uses === 'data.park' || uses === 'data.restore')
    return {
      p50: (parkedBytes / bytesPerSecond.p50) * second,
      p90: (parkedBytes / bytesPerSecond.p90) * second,
    }
  // Pods of one node end beside each other; what is added is waiting for budgets.
  if (uses === 'cluster.drain') return { p50: evictions * 0.2 * second, p90: evictions * 2 * second }
  return { p50: 0, p90: 0 }
}

/** Steps one after the other. The sum of P90s is above the P90 of the sum: what is promised is rather too long. */
export function sumEstimates(parts: readonly Estimate[]): Estimate {
  return {
    p50Ms: parts.reduce((sum, { p50Ms }) => sum + p50Ms, 0),
    p90Ms: parts.reduce((sum, { p90Ms }) => sum + p90Ms, 0),
    basis: parts.length > 0 && parts.every(({ basis }) => basis === 'measured') ? 'measured' : 'assumed',
  }
}

function prior(p50Ms: number, p90Ms: number, source: string): Prior {
  return { p50Ms, p90Ms, source }
}
