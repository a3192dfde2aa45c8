import { expect, it } from 'vitest'
import { z } from 'zod'
import { createRunControl } from '../../src/migrate/run-control.ts'
import type { RunResult } from '../../src/migrate/run-outcome.ts'
import { runPlan } from '../../src/migrate/run-plan.ts'
import type { JournalEvent } from '../../src/model/journal-record.ts'
import { StepError } from '../../src/model/step-error.ts'
import { defineStep, type AnyStep } from '../../src/model/step.ts'
import { proveBeforehand } from '../../src/steps/prove-beforehand.ts'
import { cordonStep, type CordonStepPorts } from '../../src/steps/step-cordon.ts'
import { planOf, planStep } from '../support/engine-run.ts'
import { memoryJournal } from '../support/memory-journal.ts'
import { etcdPod } from './etcd-pod.ts'
import { memoryCluster, type MemoryCluster } from './memory-cluster.ts'
import { memoryRecords } from './memory-records.ts'
import { virtualClock } from './virtual-clock.ts'

const anything = z.looseObject({})
const isAnother: CordonStepPorts['machineOf'] = async ({ name }) => {
  await Promise.resolve()
  throw new StepError('config', `${name}: another machine answers at its address`, {
    code: 'HOST_IS_ANOTHER',
  })
}

interface Outcome {
  result: RunResult
  cluster: MemoryCluster
  events: JournalEvent[]
}

interface Preparation {
  role?: 'worker' | 'control-plane'
  prepare?: (cluster: MemoryCluster) => void
}

/** A run over one node that is cordoned, and whose system is replaced as `machine` says. */
async function runWith(
  machine: string,
  machineOf: CordonStepPorts['machineOf'],
  { role = 'worker', prepare = () => undefined }: Preparation = {},
): Promise<Outcome> {
  const clock = virtualClock()
  const cluster = memoryCluster(clock, { nodes: ['node-1'], apps: [] })
  prepare(cluster)
  const replace: AnyStep<CordonStepPorts> = defineStep<typeof anything, CordonStepPorts>({
    uses: 'host.provision',
    with: anything,
    observe: async () => await Promise.resolve('todo'),
    act: async () => await Promise.resolve(),
    verify: async () => await Promise.resolve({}),
  })
  const steps = [planStep('cluster.cordon'), planStep('host.provision', { with: { machine } })]
  const events: JournalEvent[] = []
  const plan = planOf([{ name: 'node-1', uid: 'uid-node-1' }], steps)
  const working = runPlan(
    { ...plan, nodes: plan.nodes.map((node) => ({ ...node, role })) },
    {
      engine: {
        journal: memoryJournal({ runs: [], events: [] }, { clock }),
        clock,
        wait: clock.wait,
        steps: [cordonStep, replace],
        ports: { cluster, clock, wait: clock.wait, records: memoryRecords(), machineOf },
      },
      run: { id: 'run-1', holder: 'me@here' },
      control: createRunControl(),
      gates: { ask: async () => await Promise.resolve([]), pollMs: 1000, mostMs: 1000 },
      windows: { mayStart: () => ({ open: true }) },
      selection: {},
      lost: new AbortController().signal,
      onEvent: (event) => void events.push(event),
      onHold: () => undefined,
    },
  )
  await clock.run(working, 3_600_000)
  return { result: await working, cluster, events }
}

it('does not touch a node whose system is to be replaced when another machine answers for it', async () => {
  const { result, cluster, events } = await runWith('proven', isAnother)
  expect(result).toMatchObject({
    exitCode: 8,
    nodes: [{ state: 'returned', failed: { uses: 'cluster.cordon', failure: { code: 'HOST_IS_ANOTHER' } } }],
  })
  expect(events.map(({ body }) => body.type)).not.toContain('step-started')
  expect(cluster.object('nodes', 'node-1')?.spec?.['unschedulable']).toBeUndefined()
})

it('does not touch a member of etcd when another one has failed since the plan was made', async () => {
  const { result, cluster, events } = await runWith('as-listed', isAnother, {
    role: 'control-plane',
    prepare(cluster) {
      for (const name of ['node-1', 'elsewhere', 'third'])
        cluster.put('pods', etcdPod(name, name !== 'third'))
    },
  })
  expect(result).toMatchObject({
    exitCode: 8,
    nodes: [
      {
        state: 'returned',
        failed: { uses: 'cluster.cordon', failure: { class: 'quorum', code: 'ETCD_QUORUM' } },
      },
    ],
  })
  expect(events.map(({ body }) => body.type)).not.toContain('step-started')
  expect(cluster.object('nodes', 'node-1')?.spec?.['unschedulable']).toBeUndefined()
})

it('cordons it when the machine is proven, keeps the host key that was accepted, and asks nobody for one that is as listed', async () => {
  const { result, events } = await runWith('proven', async (...[, , after]) => {
    after?.onNewKey('SHA256:new')
    return await Promise.resolve({ machineId: null, by: 'the node node-1' })
  })
  expect(result.exitCode).toBe(0)
  const started = events.find(({ body }) => body.type === 'step-started' && body.uses === 'cluster.cordon')
  expect(started?.body).toMatchObject({ found: { wasUnschedulable: false, hostKey: 'SHA256:new' } })
  expect((await runWith('as-listed', isAnother)).result.exitCode).toBe(0)
})

it('asks no machine on the way back: the one whose system is put back may well answer nobody', async () => {
  const node = planOf([{ name: 'node-1', uid: 'uid-node-1' }], [planStep('host.provision')]).nodes[0]
  const context = { node, isPastPointOfNoReturn: true, ports: { machineOf: isAnother } }
  expect(await proveBeforehand(context as never)).toEqual({})
  const before = { ...context, isPastPointOfNoReturn: false }
  await expect(proveBeforehand(before as never)).rejects.toMatchObject({ code: 'HOST_IS_ANOTHER' })
})
