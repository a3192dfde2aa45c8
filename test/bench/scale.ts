import { keepHeapSmall } from '../../src/cli/small-heap.ts'
import { runScale } from '../support/scale/run-scale.ts'
import { printTable } from './measure.ts'

/**
 * A whole fleet through its plan, against the embedded lab API in the same process and in simulated time. To reach with 1,000
 * nodes and 20,000 pods: at most 1.1 times the lower bound, no budget violated, less than 1 GiB.
 */
const nodes = Number(process.argv[2] ?? 1000)
const pods = Number(process.argv[3] ?? nodes * 20)

// As a run does.
keepHeapSmall()
const startedMs = performance.now()
const { result, plan, observer, makespanMs, boundMs } = await runScale({ nodes, pods })
const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage()
const hours = (ms: number): string => `${(ms / 3_600_000).toFixed(2)} h`
printTable([
  ['what', 'figure'],
  ['nodes, pods told to go', `${nodes}, ${observer.evictions()}`],
  ['nodes done', String(result.nodes.filter(({ state }) => state === 'done').length)],
  [
    'waves, away at once, allowed',
    `${plan.waves.length}, ${observer.mostAway()}, ${plan.limits.maxUnavailable}`,
  ],
  ['makespan', hours(makespanMs)],
  ['x bound of the plan', (makespanMs / plan.bounds.makespanMs).toFixed(3)],
  ['x bound by an own arithmetic', (makespanMs / boundMs).toFixed(3)],
  ['budgets, looks, exhausted', `${observer.budgets}, ${observer.looks()}, ${observer.exhausted()}`],
  ['violations', String(observer.violations.length)],
  ['CPU s', ((userCPUTime + systemCPUTime) / 1e6).toFixed(0)],
  ['wall s', ((performance.now() - startedMs) / 1000).toFixed(0)],
  ['peak RSS MiB', (maxRSS / 1024).toFixed(0)],
])
for (const violation of observer.violations.slice(0, 10)) console.log(violation)
if (result.exitCode !== 0)
  console.log(
    result.halt,
    result.message,
    result.error,
    result.nodes.filter(({ state }) => state !== 'done').slice(0, 3),
  )
