import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openClusterView } from '../../src/steps/cluster-view.ts'
import type { DrainChoices } from '../../src/steps/drain-choices.ts'
import { drainNodes, type DrainNodesResult, type NodeStatus } from '../../src/steps/drain-nodes.ts'
import { preflight } from '../../src/steps/drain-preflight.ts'
import { noChoices, noSurroundings } from './make-drain.ts'
import { memoryCluster, type MemoryApp, type MemoryCluster } from './memory-cluster.ts'
import { memoryRecords } from './memory-records.ts'
import { virtualClock } from './virtual-clock.ts'

const nodes = ['node-1', 'node-2', 'node-3']
const seconds = fc.integer({ min: 0, max: 40 }).map((count) => count * 1000)
const none = fc.constant(undefined)

const app = fc.record({
  nodes: fc.array(fc.constantFrom(...nodes), { minLength: 1, maxLength: 4 }),
  kind: fc.oneof({ weight: 5, arbitrary: fc.constant('ReplicaSet' as const) }, fc.constant('naked' as const)),
  graceSeconds: fc.integer({ min: 1, max: 30 }),
  endMs: seconds,
  readyMs: fc.oneof({ weight: 3, arbitrary: seconds }, none),
  keeps: fc.oneof(none, fc.integer({ min: 1, max: 3 })),
  hangs: fc.oneof({ weight: 8, arbitrary: fc.constant(false) }, fc.constant(true)),
  completesMs: fc.oneof(none, seconds),
  critical: fc.boolean(),
})
const apps = fc.array(app, { minLength: 1, maxLength: 5 }).map((list) =>
  list.map(({ keeps, ...one }, index): MemoryApp => {
    // Seldom a budget that never opens: the preflight refuses it.
    const minAvailable = keeps === undefined ? undefined : Math.max(0, one.nodes.length - keeps)
    return { ...one, minAvailable, name: `app-${index}` }
  }),
)

const rule = fc.record(
  {
    behavior: fc.constantFrom('Drain' as const, 'Skip' as const, 'WaitCompleted' as const, 'Delete' as const),
    order: fc.integer({ min: -2, max: 2 }),
  },
  { requiredKeys: ['behavior'] },
)
const choices = fc
  .record({
    rules: fc.dictionary(fc.constantFrom('app-0', 'app-1', 'app-2'), rule, { maxKeys: 3 }),
    timeoutMs: fc.oneof(
      none,
      fc.integer({ min: 35, max: 200 }).map((count) => count * 1000),
    ),
    escalate: fc.constantFrom('none' as const, 'delete' as const, 'force' as const),
    settle: fc.oneof(none, seconds),
    noSoftTaint: fc.boolean(),
  })
  .map(({ rules, timeoutMs, escalate, settle, noSoftTaint }): DrainChoices => {
    const list = Object.entries(rules).map(([name, rule]) => {
      const { behavior, order } = rule as { behavior: 'Drain'; order?: number }
      return { name, match: { pods: [`${name}-*`] }, behavior, ...(order === undefined ? {} : { order }) }
    })
    return {
      ...noChoices,
      naked: 'force',
      rules: list,
      deleteByRules: list.map(({ name }) => name),
      timeoutMs,
      escalate: timeoutMs === undefined ? 'none' : escalate,
      ...(settle === undefined ? {} : { loadBalancerSettleMs: settle }),
      noSoftTaint,
    }
  })

/** Runs are bounded by their count; a slow machine has other work beside them. */
const enoughMs = 240_000

const world = fc.record({
  apps,
  choices,
  chosen: fc.uniqueArray(fc.constantFrom(...nodes), { minLength: 1 }),
  maxNodes: fc.integer({ min: 1, max: 3 }),
})
type World = typeof world extends fc.Arbitrary<infer T> ? T : never

interface Run {
  cluster: MemoryCluster
  /** Undefined = it waits. */
  result: DrainNodesResult | undefined
  statuses: readonly NodeStatus[]
  stopped: DrainNodesResult
}

/** Undefined when the preflight refuses; a run that waits for ever is stopped like by Ctrl-C. */
async function drained({ apps, choices, chosen, maxNodes }: World): Promise<Run | undefined> {
  const clock = virtualClock()
  const cluster = memoryCluster(clock, { nodes, apps })
  const [stop, watching] = [new AbortController(), new AbortController()]
  const signal = watching.signal
  const view = await openClusterView({ cluster, clock, wait: clock.wait, nodes: chosen, signal })
  const around = noSurroundings
  const plans = chosen.map((node) => {
    const pods = [...view.pods.values()].filter((pod) => pod.node === node)
    return preflight({ node, pods, budgets: view.ledger.all(), ...around }, choices)
  })
  if (plans.some(({ refusals }) => refusals.length > 0)) return watching.abort() as undefined
  let ask: () => NodeStatus[] = () => []
  const working = drainNodes({
    ports: {
      cluster,
      clock,
      wait: clock.wait,
      saveManifest: async () => await Promise.resolve(),
      records: memoryRecords(),
    },
    run: { id: 'run-1', holder: 'me' },
    view,
    around,
    choices,
    nodes: chosen,
    maxNodes,
    stop: stop.signal,
    force: new AbortController().signal,
    log: { info: () => undefined, warn: () => undefined },
    onPhase: () => undefined,
    onStep: () => undefined,
    onWarning: () => undefined,
    onStart: (statuses) => (ask = statuses),
  })
  const hasEnded = await clock.run(working, 3 * 3_600_000)
  const statuses = ask()
  stop.abort()
  expect(await clock.run(working, 4 * 3_600_000)).toBe(true)
  watching.abort()
  const stopped = await working
  return { cluster, result: hasEnded ? stopped : undefined, statuses, stopped }
}

/** With a ladder only a finalizer, a rule that waits, or too long a settle time keep a node from being drained in time. */
function mustBeDrained({ apps, choices }: World): boolean {
  const { escalate = 'none', timeoutMs = 0, loadBalancerSettleMs = 0, rules } = choices
  return (
    escalate !== 'none' &&
    loadBalancerSettleMs < timeoutMs * 0.8 &&
    apps.every(({ hangs }) => !hangs) &&
    rules.every(({ behavior }) => behavior !== 'WaitCompleted')
  )
}

/** A node that is at work names pods, and only a run without a time may wait for ever. */
function saysWhy({ choices }: World, statuses: readonly NodeStatus[]): boolean {
  const waiting = statuses.filter(({ phase }) => phase === 'evicting')
  const areNamed = waiting.every(({ blockers, podsTotal, podsGone }) =>
    podsTotal > podsGone ? blockers.length >= podsTotal - podsGone : blockers.length > 0,
  )
  return choices.timeoutMs === undefined && waiting.length > 0 && areNamed
}

describe('a drain', () => {
  it(
    'always ends or says what it waits for, keeps budgets, and leaves no mark on a node that it gives back',
    async () => {
      let [begun, ended, escalated] = [0, 0, 0]
      const property = fc.asyncProperty(world, async (input) => {
        const run = await drained(input)
        if (run === undefined) return
        const { cluster, result, statuses, stopped } = run
        begun += 1
        if (result !== undefined) ended += 1
        expect([stopped.error, result !== undefined || saysWhy(input, statuses)]).toEqual([undefined, true])

        const areDrained = stopped.outcomes.every((outcome) => outcome.result === 'drained')
        expect(areDrained || !mustBeDrained(input)).toBe(true)

        const { escalate = 'none', rules } = input.choices
        const deleting = rules.filter(({ behavior }) => behavior === 'Delete').map(({ name }) => name)
        expect(cluster.sent.filter(({ outcome }) => outcome === 'budget')).toEqual([])
        const deletions = cluster.sent.filter(({ how, outcome }) => how === 'delete' && outcome === 'done')
        const records = stopped.outcomes.flatMap(({ escalations }) => escalations)
        escalated += records.filter(({ reason }) => reason !== 'rule').length
        // Every deletion is told, and none happens that nobody has chosen.
        const taken = records.filter(({ step }) => step !== 'not-forced')
        expect(taken.length).toBeGreaterThanOrEqual(deletions.length)
        expect(taken.filter(({ isAnswered }) => isAnswered).length).toBeLessThanOrEqual(deletions.length)
        expect(escalate !== 'none' || deletions.every(({ app }) => deleting.includes(app))).toBe(true)
        const graces = new Map(input.apps.map(({ name, graceSeconds }) => [name, graceSeconds]))
        for (const { app, grace } of cluster.sent) {
          expect(grace ?? 1).toBeGreaterThanOrEqual(1)
          expect(grace ?? 1).toBeLessThanOrEqual(Math.max(1, graces.get(app) ?? 0))
        }

        for (const { node, result } of stopped.outcomes) {
          const { metadata, spec } = cluster.object('nodes', node) ?? { metadata: { name: '' } }
          expect(result).not.toBe('left')
          expect(spec?.['taints'] ?? []).toEqual([])
          expect(spec?.['unschedulable']).toBe(result === 'drained' ? true : undefined)
          const marks = Object.keys((metadata as { annotations?: object }).annotations ?? {})
          const ofDrained = [
            'osferry.io/cordon',
            ...(input.choices.loadBalancerSettleMs === undefined ? [] : ['osferry.io/load-balancer']),
          ]
          expect(marks.sort()).toEqual(result === 'drained' ? ofDrained : [])
        }
      })
      await fc.assert(property, { numRuns: 1000 })
      expect(Math.min(begun, ended, escalated)).toBeGreaterThan(10)
    },
    enoughMs,
  )
})
