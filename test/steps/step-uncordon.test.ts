import { expect, it } from 'vitest'
import { z } from 'zod'
import { createRunControl } from '../../src/migrate/run-control.ts'
import type { RunResult } from '../../src/migrate/run-outcome.ts'
import { runPlan } from '../../src/migrate/run-plan.ts'
import { cordonAnnotation } from '../../src/model/cordon-annotation.ts'
import { defineStep, type AnyStep } from '../../src/model/step.ts'
import { cordonStep } from '../../src/steps/step-cordon.ts'
import type { ClusterStepPorts } from '../../src/steps/step-ports.ts'
import { uncordonStep } from '../../src/steps/step-uncordon.ts'
import { planOf, planStep } from '../support/engine-run.ts'
import { memoryJournal } from '../support/memory-journal.ts'
import { memoryCluster, type MemoryCluster } from './memory-cluster.ts'
import { merged } from './memory-objects.ts'
import { memoryRecords } from './memory-records.ts'
import { virtualClock } from './virtual-clock.ts'

const anything = z.object({})

/** A run over one node that is cordoned and uncordoned; in between somebody else is at work on it. */
async function runWith(
  others: (cluster: MemoryCluster) => void,
  before: (cluster: MemoryCluster) => void = () => undefined,
): Promise<{ result: RunResult; isCordoned: boolean }> {
  const clock = virtualClock()
  const cluster = memoryCluster(clock, { nodes: ['node-1'], apps: [] })
  before(cluster)
  const middle: AnyStep<ClusterStepPorts> = defineStep<typeof anything, ClusterStepPorts>({
    uses: 'host.provision',
    with: anything,
    observe: async () => await Promise.resolve('todo'),
    act: async () => await Promise.resolve(others(cluster)),
    verify: async () => await Promise.resolve({}),
  })
  const steps = [planStep('cluster.cordon'), planStep('host.provision'), planStep('cluster.uncordon')]
  const working = runPlan(planOf([{ name: 'node-1', uid: 'uid-node-1' }], steps), {
    engine: {
      journal: memoryJournal({ runs: [], events: [] }, { clock }),
      clock,
      wait: clock.wait,
      steps: [cordonStep, middle, uncordonStep],
      ports: { cluster, clock, wait: clock.wait, records: memoryRecords() },
    },
    run: { id: 'run-1', holder: 'me@here' },
    control: createRunControl(),
    gates: { ask: async () => await Promise.resolve([]), pollMs: 1000, mostMs: 1000 },
    windows: { mayStart: () => ({ open: true }) },
    selection: {},
    lost: new AbortController().signal,
    onEvent: () => undefined,
    onHold: () => undefined,
  })
  await clock.run(working, 3_600_000)
  const isCordoned = cluster.object('nodes', 'node-1')?.spec?.['unschedulable'] === true
  return { result: await working, isCordoned }
}

function change(cluster: MemoryCluster, patch: Record<string, unknown>): void {
  const node = cluster.object('nodes', 'node-1')
  if (node !== undefined) cluster.put('nodes', merged(node, patch))
}

const withoutMark = { metadata: { annotations: { [cordonAnnotation]: null } } }

it('uncordons a node that it has cordoned, and has nothing to tell', async () => {
  const { result, isCordoned } = await runWith(() => undefined)
  expect([result.exitCode, isCordoned, result.nodes[0]?.notes]).toEqual([0, false, []])
})

it('leaves a node cordoned whose mark is gone, says so, and is no plain success', async () => {
  const { result, isCordoned } = await runWith((cluster) => change(cluster, withoutMark))
  expect([result.exitCode, isCordoned]).toEqual([2, true])
  expect(result.nodes[0]).toMatchObject({
    state: 'done',
    notes: [{ kind: 'left-cordoned', why: 'mark-gone' }],
  })
})

it('leaves a node cordoned that was made anew and cordoned by somebody else', async () => {
  const { result, isCordoned } = await runWith((cluster) =>
    change(cluster, { metadata: { uid: 'uid-anew', annotations: { [cordonAnnotation]: null } } }),
  )
  expect([result.exitCode, isCordoned]).toEqual([2, true])
  expect(result.nodes[0]?.notes).toEqual([{ kind: 'left-cordoned', why: 'new-object' }])
})

it('tells nothing of a node that was found cordoned: so it is given back', async () => {
  const { result, isCordoned } = await runWith(
    () => undefined,
    (cluster) => change(cluster, { spec: { unschedulable: true } }),
  )
  expect([result.exitCode, isCordoned, result.nodes[0]?.notes]).toEqual([0, true, []])
})

it('is content when somebody has uncordoned the node meanwhile', async () => {
  const { result, isCordoned } = await runWith((cluster) =>
    change(cluster, { spec: { unschedulable: null }, ...withoutMark }),
  )
  expect([result.exitCode, isCordoned, result.nodes[0]?.notes]).toEqual([0, false, []])
})
