import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { RunResult } from '../../src/migrate/run-outcome.ts'
import type { Cluster } from '../../src/model/cluster-port.ts'
import type { Plan, PlannedStep } from '../../src/model/plan.ts'
import type { StepName } from '../../src/model/step-names.ts'
import { defineStep, type AnyStep } from '../../src/model/step.ts'
import { StepError } from '../../src/model/step-error.ts'
import type { NodeRecords } from '../../src/model/node-record.ts'
import { sleep } from '../../src/cli/sleep.ts'
import { cordonStep } from '../../src/steps/step-cordon.ts'
import type { ClusterStepPorts } from '../../src/steps/step-ports.ts'
import { restoreMetadataStep } from '../../src/steps/step-restore-metadata.ts'
import { uncordonStep } from '../../src/steps/step-uncordon.ts'
import { z } from 'zod'
import { modelPlan } from '../migrate/model-plan.ts'
import { memoryRecords } from '../steps/memory-records.ts'
import { mergePatch, type ApiClient } from '../support/control-plane/api.ts'
import type { TestedRelease } from '../support/control-plane/releases.ts'
import { serveCluster, type ServedCluster } from '../support/control-plane/served-cluster.ts'
import { memoryJournal, type JournalDisk } from '../support/memory-journal.ts'
import { runAlone } from '../support/run-alone.ts'

const path = '/api/v1/nodes/node-1'
const nothing = z.object({})

/** A step in the middle, in which the world is changed, or which fails. */
function middle(act: () => Promise<void>): AnyStep<ClusterStepPorts> {
  let isDone = false
  return defineStep<typeof nothing, ClusterStepPorts>({
    uses: 'host.provision',
    with: nothing,
    observe: async () => await Promise.resolve(isDone ? 'done' : 'todo'),
    async act() {
      await act()
      isDone = true
    },
    verify: async () => await Promise.resolve({}),
  })
}

describe.each<TestedRelease>(['oldest', 'newest', 'lab'])(
  'steps about a node on the %s control plane',
  (release) => {
    let served: ServedCluster
    let api: ApiClient
    let cluster: Cluster
    let uid: string

    beforeAll(async () => {
      served = await serveCluster({ version: release, controllers: false })
      ;({ api, cluster } = served)
    })
    afterAll(async () => await served.stop())
    beforeEach(async () => {
      const body = { metadata: { name: 'node-1', labels: { team: 'red' } } }
      uid = (await api.request('POST', '/api/v1/nodes', { body })).metadata.uid
      await change({ spec: { taints: [{ key: 'gpu', effect: 'NoSchedule' }] } })
    })
    afterEach(async () => await api.request('DELETE', path))

    async function change(body: object): Promise<void> {
      await api.request('PATCH', path, { body, contentType: mergePatch })
    }

    /** What people see of the node. */
    async function look(): Promise<unknown> {
      const { metadata, spec } = await api.request('GET', path)
      const { unschedulable, taints = [] } = spec as { unschedulable?: boolean; taints?: { key: string }[] }
      // The server itself taints a node that is cordoned only with controllers, and new ones as not ready.
      const keys = taints.map(({ key }) => key).filter((key) => !key.startsWith('node.kubernetes.io/'))
      return { unschedulable, keys, labels: metadata.labels, annotations: metadata.annotations }
    }

    const asMade = {
      unschedulable: undefined,
      keys: ['gpu'],
      labels: { team: 'red' },
      annotations: undefined,
    }

    function plan(): Plan {
      const made = modelPlan([{ nodes: ['node-1'] }])
      const node = made.nodes[0]!
      const [any] = node.steps
      const steps = (
        ['cluster.cordon', 'host.provision', 'cluster.restore-metadata', 'cluster.uncordon'] as const
      ).map((uses: StepName): PlannedStep => ({
        ...any!,
        uses,
        with: uses === 'host.provision' ? { machine: 'as-listed' } : {},
      }))
      return { ...made, nodes: [{ ...node, uid, steps }] }
    }

    interface World {
      disk: JournalDisk
      records: NodeRecords
      steps: readonly AnyStep<ClusterStepPorts>[]
    }

    const world = (act: () => Promise<void> = async () => await Promise.resolve()): World => ({
      disk: { runs: [], events: [] },
      records: memoryRecords(),
      steps: [cordonStep, middle(act), restoreMetadataStep, uncordonStep],
    })

    /** A process that ends at a record: what it has sent is done, and nothing follows. */
    async function run(
      world: World,
      killAt?: { seq: number; moment: 'before' | 'after' },
    ): Promise<RunResult> {
      const clock = { now: () => new Date().toISOString(), monotonicMs: () => performance.now() }
      return await runAlone(plan(), {
        engine: {
          journal: memoryJournal(world.disk, {
            clock,
            around(moment, seq) {
              if (killAt?.seq === seq && killAt.moment === moment) throw new Error('killed')
            },
          }),
          clock,
          wait: sleep,
          steps: world.steps,
          ports: { cluster, clock, wait: sleep, records: world.records },
        },
      })
    }

    it('cordons, puts back what people had, and leaves no mark', async () => {
      let during: unknown
      const one = world(async () => {
        during = await look()
        await change({ metadata: { labels: { team: null } }, spec: { taints: null } })
      })
      // The label is missing on the same node object: somebody has removed it, and it is told, not put back.
      expect(await run(one)).toMatchObject({ exitCode: 0 })
      expect(during).toMatchObject({
        unschedulable: true,
        annotations: { 'osferry.io/cordon': expect.stringContaining('"run":"run-1"') as string },
      })
      expect(await look()).toMatchObject({ unschedulable: undefined, annotations: undefined })
      expect((await one.records.read('node-1'))?.restoredAt).not.toBeNull()
    })

    it('puts everything back on a node object that was created anew', async () => {
      const one = world(async () => {
        await api.request('DELETE', path)
        await api.request('POST', '/api/v1/nodes', { body: { metadata: { name: 'node-1' } } })
      })
      expect(await run(one)).toMatchObject({ exitCode: 0 })
      expect(await look()).toEqual(asMade)
    })

    it('leaves a cordon of somebody else, on the same node object and on a new one', async () => {
      await change({ spec: { unschedulable: true } })
      expect(await run(world())).toMatchObject({ exitCode: 0 })
      expect(await look()).toEqual({ ...asMade, unschedulable: true })
      const again = world(async () => {
        await api.request('DELETE', path)
        await api.request('POST', '/api/v1/nodes', { body: { metadata: { name: 'node-1' } } })
      })
      expect(await run(again)).toMatchObject({ exitCode: 0 })
      expect(await look()).toEqual({ ...asMade, unschedulable: true })
    })

    it.each([false, true])(
      'gives a node back as it was found when a later step fails; cordoned: %s',
      async (cordoned) => {
        if (cordoned) await change({ spec: { unschedulable: true } })
        const one = world(async () => {
          await Promise.resolve()
          throw new StepError('config', 'no disk', { code: 'TEST' })
        })
        expect(await run(one)).toMatchObject({ exitCode: 8, nodes: [{ state: 'returned' }] })
        expect(await look()).toEqual({ ...asMade, unschedulable: cordoned || undefined })
        expect((await one.records.read('node-1'))?.restoredAt).not.toBeNull()
      },
    )

    it('refuses a node that is another one than was planned', async () => {
      await api.request('DELETE', path)
      await api.request('POST', '/api/v1/nodes', { body: { metadata: { name: 'node-1' } } })
      const one = world()
      expect(await run(one)).toMatchObject({
        exitCode: 8,
        nodes: [{ failed: { failure: { code: 'NODE_REPLACED' } } }],
      })
      expect(await look()).toMatchObject({ unschedulable: undefined, annotations: undefined })
    })

    it.each([true, false])(
      'ends the same when it is killed at any record; a step fails: %s',
      async (fails) => {
        const act = async (): Promise<void> => {
          await Promise.resolve()
          if (fails) throw new StepError('config', 'no disk', { code: 'TEST' })
        }
        const undisturbed = world(act)
        const { exitCode } = await run(undisturbed)
        for (let seq = 1; seq <= undisturbed.disk.events.length; seq += 1)
          for (const moment of ['before', 'after'] as const) {
            const one = world(act)
            await run(one, { seq, moment })
            const where = `${moment} ${seq}`
            expect([where, await run(one)]).toEqual([where, expect.objectContaining({ exitCode })])
            expect([where, await look()]).toEqual([where, asMade])
            const restoredAt = (await one.records.read('node-1'))?.restoredAt
            expect([where, restoredAt]).not.toEqual([where, null])
          }
      },
    )
  },
)
