import { expect, it } from 'vitest'
import { z } from 'zod'
import type { RunResult } from '../../src/migrate/run-outcome.ts'
import type { RunSelection } from '../../src/migrate/run-selection.ts'
import { cordonAnnotation } from '../../src/model/cordon-annotation.ts'
import type { Plan } from '../../src/model/plan.ts'
import { defineStep, type AnyStep } from '../../src/model/step.ts'
import { cordonStep, type CordonStepPorts } from '../../src/steps/step-cordon.ts'
import { uncordonStep } from '../../src/steps/step-uncordon.ts'
import { planOf, planStep } from '../support/engine-run.ts'
import { memoryJournal, type JournalDisk } from '../support/memory-journal.ts'
import { runAlone } from '../support/run-alone.ts'
import { memoryCluster, type MemoryCluster } from './memory-cluster.ts'
import { merged } from './memory-objects.ts'
import { memoryRecords } from './memory-records.ts'
import { virtualClock, type VirtualClock } from './virtual-clock.ts'

const anything = z.object({})
const machineOf: CordonStepPorts['machineOf'] = async ({ name }) =>
  await Promise.resolve({ machineId: null, by: `the node ${name}` })

/** A run over one node that is cordoned and uncordoned; in between somebody else is at work on it. */
async function runWith(
  others: (cluster: MemoryCluster) => void,
  before: (cluster: MemoryCluster) => void = () => undefined,
): Promise<{ result: RunResult; isCordoned: boolean }> {
  const world = openWorld(['node-1'])
  before(world.cluster)
  const result = await runOn(world, others)
  return { result, isCordoned: world.cluster.object('nodes', 'node-1')?.spec?.['unschedulable'] === true }
}

interface World {
  clock: VirtualClock
  cluster: MemoryCluster
  plan: Plan
  disk: JournalDisk
}

function openWorld(nodes: readonly string[]): World {
  const clock = virtualClock()
  const steps = [planStep('cluster.cordon'), planStep('host.provision'), planStep('cluster.uncordon')]
  const named = nodes.map((name) => ({ name, uid: `uid-${name}` }))
  return {
    clock,
    cluster: memoryCluster(clock, { nodes: [...nodes], apps: [] }),
    plan: planOf(named, steps),
    disk: { runs: [], events: [] },
  }
}

/** One process. */
async function runOn(
  { clock, cluster, plan, disk }: World,
  others: (cluster: MemoryCluster) => void,
  selection: RunSelection = {},
): Promise<RunResult> {
  const middle: AnyStep<CordonStepPorts> = defineStep<typeof anything, CordonStepPorts>({
    uses: 'host.provision',
    with: anything,
    observe: async () => await Promise.resolve('todo'),
    act: async () => await Promise.resolve(others(cluster)),
    verify: async () => await Promise.resolve({}),
  })
  const working = runAlone(plan, {
    engine: {
      journal: memoryJournal(disk, { clock }),
      clock,
      wait: clock.wait,
      steps: [cordonStep, middle, uncordonStep],
      ports: { cluster, clock, wait: clock.wait, records: memoryRecords(), machineOf },
    },
    selection,
  })
  await clock.run(working, clock.monotonicMs() + 3_600_000)
  return await working
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

it('counts only the nodes of the part that was asked for', async () => {
  const world = openWorld(['node-1', 'node-2'])
  const takeMark = (cluster: MemoryCluster): void => change(cluster, withoutMark)
  expect(await runOn(world, takeMark, { only: ['node-1'] })).toMatchObject({ exitCode: 2 })
  expect(await runOn(world, () => undefined, { only: ['node-2'] })).toMatchObject({
    exitCode: 0,
    nodes: [{ notes: [{ kind: 'left-cordoned' }] }, { state: 'done', notes: [] }],
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
