import { describe, expect, it } from 'vitest'
import { planWaves } from '../../src/plan/plan-waves.ts'
import {
  boundClaim,
  budgetStatus,
  clusterBudget,
  clusterNode,
  clusterPod,
  controller,
} from '../support/cluster-fixture.ts'
import { movedHost, nodeNames, planAll, podsOn, waveOptions, waveSnapshot } from '../support/wave-fixture.ts'

const minuteMs = 60_000
const minutes = (p50: number, p90 = p50): { p50Ms: number; p90Ms: number; basis: 'assumed' } => ({
  p50Ms: p50 * minuteMs,
  p90Ms: p90 * minuteMs,
  basis: 'assumed',
})
const nodes = (count: number): ReturnType<typeof clusterNode>[] =>
  nodeNames(count).map((name) => clusterNode(name))
const budget = (app: string, allowed: number, expectedPods: number): ReturnType<typeof clusterBudget> =>
  clusterBudget(app, {
    selector: { matchLabels: { app } },
    status: budgetStatus({
      expectedPods,
      currentHealthy: expectedPods,
      desiredHealthy: expectedPods - allowed,
    }),
  })

/** Plans nodes whose moves take these minutes, for certain. */
function timed(
  lengths: readonly number[],
  more: Parameters<typeof waveOptions>[0] = {},
): ReturnType<typeof planWaves> {
  const cluster = waveSnapshot({ nodes: nodes(lengths.length) })
  const hosts = lengths.map((length, index) => movedHost(`n${index + 1}`, { estimate: minutes(length) }))
  return planWaves({ cluster, hosts, options: waveOptions(more) })
}

describe('lower bounds', () => {
  it('of time are all moves over those that run side by side, or the longest, with the rests between', () => {
    expect(timed([10, 20, 30]).bounds).toEqual({ waves: 3, makespanMs: 60 * minuteMs, evictions: 0 })
    expect(timed([10, 20, 30], { maxUnavailable: 2 }).bounds.makespanMs).toBe(30 * minuteMs)
    expect(timed([10, 10, 10], { maxUnavailable: 3, soakMs: minuteMs }).bounds.makespanMs).toBe(10 * minuteMs)
    expect(timed([10, 20, 30], { soakMs: minuteMs }).bounds.makespanMs).toBe(62 * minuteMs)
  })

  it('of time count pods that cannot run elsewhere for as long as their nodes are away', () => {
    const names = nodeNames(4)
    const bound = names.map((name) => boundClaim(`data-${name}`, { kind: 'local' }, [name]))
    const pods = names.map((name) =>
      clusterPod(`db-${name}`, {
        node: name,
        labels: { app: 'db' },
        owner: controller('StatefulSet/db'),
        volumes: [{ name: 'data', kind: 'persistentVolumeClaim', claim: `data-${name}` }],
      }),
    )
    const plan = planAll(
      {
        nodes: nodes(4),
        pods,
        budgets: [budget('db', 1, 4)],
        claims: bound.map(({ claim }) => claim),
        volumes: bound.map(({ volume }) => volume),
      },
      { maxUnavailable: 4 },
    )
    expect(plan.bounds).toEqual({ waves: 4, makespanMs: 40 * minuteMs, evictions: 4 })
    expect(plan.waves).toHaveLength(4)
  })

  it('of a wave are what its budgets let go at a time', () => {
    const replacementMs = 10 * minuteMs
    const evictions = { perSecond: 40, replacementMs, terminationMs: 1000 }
    const plan = planAll(
      { nodes: nodes(2), pods: podsOn('web', ['n1', 'n1', 'n1']), budgets: [budget('web', 1, 3)] },
      { evictions },
    )
    expect(plan.waves[0]).toMatchObject({ nodes: ['n1'], lowerBoundMs: 20 * minuteMs + 1000 })
    expect(plan.waves[0]?.estimate.p50Ms).toBeGreaterThanOrEqual(20 * minuteMs + 1000)
  })

  it('of a wave are the pace of evictions', () => {
    const evictions = { perSecond: 0.001, replacementMs: 0, terminationMs: 0 }
    const plan = planAll({ nodes: nodes(2), pods: podsOn('web', ['n1', 'n1']) }, { evictions })
    expect(plan.waves[0]?.lowerBoundMs).toBe(2_000_000)
  })

  it('of evictions are every pod once where there is a node to spare, and those of the first node twice where not', () => {
    const pods = podsOn('web', ['n1', 'n2', 'n2'])
    expect(planAll({ nodes: nodes(2), pods }).bounds.evictions).toBe(4)
    const cluster = waveSnapshot({ nodes: nodes(3), pods })
    const some = planWaves({ cluster, hosts: [movedHost('n1'), movedHost('n2')], options: waveOptions() })
    expect(some.bounds.evictions).toBe(3)
  })
})

describe('estimates', () => {
  it('are the longest of each wave, one after the other, when nothing is left to chance', () => {
    const plan = timed([10, 20, 30, 5], { maxUnavailable: 2, soakMs: minuteMs })
    expect(plan.waves.map(({ estimate }) => estimate)).toEqual([minutes(20), minutes(30)])
    // The rest after the last wave is nobody's.
    expect(plan.estimate).toEqual(minutes(51))
  })

  it('go through P50 and P90 of a single node, and are the same every time', () => {
    const cluster = waveSnapshot({ nodes: nodes(1) })
    const hosts = [movedHost('n1', { estimate: { ...minutes(10, 20), basis: 'measured' } })]
    const plan = planWaves({ cluster, hosts, options: waveOptions() })
    expect(plan.estimate.p50Ms / minuteMs).toBeCloseTo(10, 0)
    expect(plan.estimate.p90Ms / (20 * minuteMs)).toBeGreaterThan(0.9)
    expect(plan.estimate.p90Ms / (20 * minuteMs)).toBeLessThan(1.1)
    expect(plan.estimate.basis).toBe('measured')
    expect(planWaves({ cluster, hosts, options: waveOptions() })).toEqual(plan)
  })

  it('are assumed as soon as one part is', () => {
    const cluster = waveSnapshot({ nodes: nodes(2) })
    const hosts = [movedHost('n1', { estimate: { ...minutes(10), basis: 'measured' } }), movedHost('n2')]
    const plan = planWaves({ cluster, hosts, options: waveOptions() })
    expect(plan.waves.map(({ estimate }) => estimate.basis)).toEqual(['measured', 'assumed'])
    expect(plan.estimate.basis).toBe('assumed')
  })

  it('of nothing are nothing', () => {
    const plan = planWaves({ cluster: undefined, hosts: [], options: waveOptions() })
    expect(plan).toEqual({
      maxUnavailable: 1,
      nodes: [],
      waves: [],
      leftOut: [],
      bounds: { waves: 0, makespanMs: 0, evictions: 0 },
      estimate: minutes(0),
    })
  })
})
