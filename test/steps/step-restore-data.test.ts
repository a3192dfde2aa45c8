import { describe, expect, it } from 'vitest'
import type { StepContext } from '../../src/model/step.ts'
import { StepError } from '../../src/model/step-error.ts'
import type { RestoreDataStepPorts } from '../../src/steps/step-restore-data.ts'
import { restoreDataStep } from '../../src/steps/step-restore-data.ts'
import { modelPlan } from '../migrate/model-plan.ts'
import { planStep } from '../support/engine-run.ts'
import { memoryCluster } from './memory-cluster.ts'
import { virtualClock } from './virtual-clock.ts'

const archive = {
  source: 'host-path:/data',
  id: 'run-1/node-1/data',
  sha256: '0'.repeat(64),
  manifestSha256: '0'.repeat(64),
  entries: 1,
  files: 1,
  bytes: 1,
}

/** One attempt on a node of the cluster in memory; whether a host was asked for. */
async function attempt(
  uses: readonly Parameters<typeof planStep>[0][],
  unschedulable: boolean,
  { hasPods = false }: { hasPods?: boolean } = {},
): Promise<unknown> {
  const clock = virtualClock()
  const cluster = memoryCluster(clock, { nodes: ['node-1'], apps: [] })
  const node = cluster.object('nodes', 'node-1')!
  cluster.put('nodes', { ...node, spec: { unschedulable } })
  const [planned] = modelPlan([{ nodes: ['node-1'] }]).nodes
  const context: StepContext<Record<string, never>, RestoreDataStepPorts> = {
    node: { ...planned!, data: [], steps: uses.map((name) => planStep(name)) },
    parameters: {},
    run: { id: 'run-1', holder: 'me@here' },
    token: 'token',
    attempt: 1,
    isPastPointOfNoReturn: true,
    found: undefined,
    remembered: (name) => (name === 'data.park' ? { store: 'store', archives: [archive] } : undefined),
    signal: new AbortController().signal,
    onWait: () => undefined,
    ports: {
      cluster,
      clock,
      hostOf: async () => await Promise.reject(new Error('the host was asked for')),
      requireLeft: async () => {
        await Promise.resolve()
        if (hasPods) throw new StepError('config', 'pods have come', { code: 'PODS_CAME' })
      },
      get archives(): never {
        throw new Error('no archive is looked at')
      },
    },
  }
  const work = restoreDataStep.act(context).catch((error: unknown) => error)
  // Answers of the cluster take their time.
  await clock.run(work, 60_000)
  return await work
}

describe('data.restore', () => {
  it('refuses a node to which pods may come, before it looks at its host', async () => {
    expect(await attempt(['cluster.cordon', 'data.restore'], false)).toMatchObject({
      failureClass: 'config',
      code: 'NODE_UNCORDONED',
    })
  })

  it('refuses a node to which pods have come, before it looks at its host', async () => {
    const given = attempt(['cluster.cordon', 'data.restore'], true, { hasPods: true })
    expect(await given).toMatchObject({ code: 'PODS_CAME' })
  })

  it('goes on with one that is cordoned, or that the plan has not cordoned', async () => {
    for (const given of [attempt(['cluster.cordon', 'data.restore'], true), attempt(['data.restore'], false)])
      expect(await given).toMatchObject({ message: 'the host was asked for' })
  })
})
