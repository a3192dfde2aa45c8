import type { Estimate } from '../model/plan.ts'

/** A wave as its length is estimated: its nodes start together, and it ends with the last of them. */
export interface TimedWave {
  nodes: readonly Estimate[]
  /** Budgets and the pace of evictions let it be no shorter. */
  atLeastMs: number
  /** Rest before the next one. */
  soakMs: number
}

const samples = 1000
/** Any number does; it is the same always, so that the same plan has the same bytes. */
const seed = 0x05fe_2291
/** The 90th percentile of the normal distribution. */
const z90 = 1.2816

/**
 * P50 and P90 of each wave and of all in a row, by a simulation with a fixed seed: nodes are independent, each log-normal
 * through its own P50 and P90. The rest after the last wave is not counted. In whole seconds.
 */
export function estimateWaves(waves: readonly TimedWave[]): { waves: Estimate[]; total: Estimate } {
  const next = normals()
  const lengths = waves.map(() => new Float64Array(samples))
  const totals = new Float64Array(samples)
  for (const [index, { nodes, atLeastMs, soakMs }] of waves.entries()) {
    const parameters = nodes.map(({ p50Ms, p90Ms }) => [p50Ms, spreadOf(p50Ms, p90Ms)] as const)
    const rest = index === waves.length - 1 ? 0 : soakMs
    for (let sample = 0; sample < samples; sample += 1) {
      let longest = atLeastMs
      for (const [median, spread] of parameters)
        longest = Math.max(longest, median * Math.exp(spread * next()))
      ;(lengths[index] ?? totals)[sample] = longest
      totals[sample] = (totals[sample] ?? 0) + longest + rest
    }
  }
  const basis = waves.some(({ nodes }) => nodes.some((node) => node.basis === 'assumed'))
    ? 'assumed'
    : 'measured'
  const all = waves.flatMap(({ nodes }) => nodes)
  return {
    waves: waves.map(({ nodes }, index) => ({
      ...percentiles(lengths[index] ?? totals),
      basis: nodes.some((node) => node.basis === 'assumed') ? 'assumed' : 'measured',
    })),
    total: { ...percentiles(totals), basis: all.length === 0 ? 'assumed' : basis },
  }
}

function spreadOf(p50Ms: number, p90Ms: number): number {
  return p50Ms > 0 && p90Ms > p50Ms ? Math.log(p90Ms / p50Ms) / z90 : 0
}

function percentiles(values: Float64Array): { p50Ms: number; p90Ms: number } {
  const sorted = values.toSorted()
  const at = (share: number): number => Math.ceil((sorted[Math.floor(samples * share)] ?? 0) / 1000) * 1000
  return { p50Ms: at(0.5), p90Ms: at(0.9) }
}

/** Normal numbers by Box and Muller, of mulberry32; cut where one in a thousand lies. */
function normals(): () => number {
  let state = seed
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  return () => {
    const radius = Math.sqrt(-2 * Math.log(1 - uniform()))
    const normal = radius * Math.cos(2 * Math.PI * uniform())
    return Math.min(3, Math.max(-3, normal))
  }
}
