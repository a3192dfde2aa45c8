import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { z } from 'zod'
import type { RunPorts } from '../../src/cli/run-ports.ts'
import type { RunResult } from '../../src/migrate/run-outcome.ts'
import type { Cluster } from '../../src/model/cluster-port.ts'
import type { PlannedStep } from '../../src/model/plan.ts'
import type { Provisioner } from '../../src/model/provisioner-port.ts'
import { defineStep, type AnyStep } from '../../src/model/step.ts'
import { StepError } from '../../src/model/step-error.ts'
import { cordonStep } from '../../src/steps/step-cordon.ts'
import { drainStep } from '../../src/steps/step-drain.ts'
import { parkDataStep } from '../../src/steps/step-park-data.ts'
import { provisionStep } from '../../src/steps/step-provision.ts'
import { uncordonStep } from '../../src/steps/step-uncordon.ts'
import { clusterFor } from '../support/control-plane/cluster-under-test.ts'
import type { TestedRelease } from '../support/control-plane/releases.ts'
import { parkedPath } from '../support/data-run.ts'
import { podSpec, startDrainWorld, type DrainWorld } from '../support/drain-world.ts'
import { planOf, planStep, runInProcess } from '../support/engine-run.ts'
import type { JournalDisk } from '../support/memory-journal.ts'

const path = '/api/v1/nodes/node-1'
const nothing = z.object({})

describe.each<TestedRelease>(['oldest', 'newest', 'lab'])(
  'what was drained before a system is replaced, on the %s control plane',
  (release) => {
    let world: DrainWorld
    let cluster: Cluster
    let state: string
    let disk: JournalDisk
    /** How often the host was replaced. */
    let acts: number

    beforeAll(async () => {
      world = await startDrainWorld({ release, nodes: 2, stopMs: 100 })
      cluster = clusterFor(world.controlPlane)
    })
    afterAll(async () => {
      await cluster.close()
      await world.stop()
    })
    beforeEach(() => {
      state = mkdtempSync(join(tmpdir(), 'osferry-holds-'))
      disk = { runs: [], events: [] }
      acts = 0
    })
    afterEach(async () => {
      rmSync(state, { recursive: true })
      await world.clean()
    })

    /** A step after the drain in which people change the world. */
    function meanwhile(change: () => Promise<unknown>): AnyStep<RunPorts> {
      let isDone = false
      return defineStep<typeof nothing, RunPorts>({
        uses: 'cluster.wait-detach',
        with: nothing,
        observe: async () => await Promise.resolve(isDone ? 'done' : 'todo'),
        async act() {
          await change()
          isDone = true
        },
        verify: async () => await Promise.resolve({}),
      })
    }

    async function run(
      change: () => Promise<unknown>,
      {
        last = {
          ...planStep('host.provision', { with: { provider: 'command', machine: 'as-listed' } }),
          pointOfNoReturn: true,
        },
        act = async () => await Promise.resolve(),
        leaveLocalData = false,
      }: { last?: PlannedStep; act?: () => Promise<unknown>; leaveLocalData?: boolean } = {},
    ): Promise<RunResult> {
      const { metadata } = await world.node('node-1')
      const steps = [
        planStep('cluster.cordon'),
        planStep('cluster.drain', { with: { leaveLocalData } }),
        planStep('cluster.wait-detach'),
        last,
        planStep('cluster.uncordon'),
      ]
      const plan = planOf([metadata], steps)
      const nodes = plan.nodes.map((node) => ({ ...node, data: [parkedPath('/var/lib/data')] }))
      const provisioner: Provisioner = {
        name: 'the test',
        observe: async () => await Promise.resolve('todo'),
        async act() {
          acts += 1
          await act()
        },
        verify: async () => await Promise.resolve(),
        undo: async () => await Promise.resolve(),
      }
      return await runInProcess({
        plan: { ...plan, nodes },
        steps: [cordonStep, drainStep, meanwhile(change), parkDataStep, provisionStep, uncordonStep],
        cluster,
        state,
        disk,
        more: {
          provisioner: () => provisioner,
          archives: {
            parked: async () => await Promise.resolve(undefined),
            park: async () => await Promise.reject(new Error('nothing is to be archived')),
            changedSince: async () => await Promise.reject(new Error('nothing was archived')),
            stateAt: async () => await Promise.resolve('open'),
            restore: async () => await Promise.resolve(),
          },
        },
      })
    }

    const failures = (): unknown[] =>
      disk.events.flatMap(({ body }) => (body.type === 'step-failed' ? [body.failure] : []))
    const uncordon = async (): Promise<unknown> => await world.patch(path, { spec: { unschedulable: null } })
    async function comePod(): Promise<void> {
      await world.namespace('late')
      await world.create(`${world.core}/late/pods`, {
        metadata: { name: 'late' },
        spec: podSpec({ nodeName: 'node-1' }),
      })
    }

    it('lets a node go on that is cordoned and empty still', async () => {
      expect(await run(async () => await Promise.resolve())).toMatchObject({ exitCode: 0 })
      expect(acts).toBe(1)
    })

    it.each([
      ['somebody has uncordoned', uncordon, 'NODE_UNCORDONED'],
      ['a pod has come to', comePod, 'PODS_CAME'],
    ])('gives a node back that %s', async (_what, change, code) => {
      expect(await run(change)).toMatchObject({
        exitCode: 8,
        nodes: [{ state: 'returned', isPastPointOfNoReturn: false }],
      })
      expect([failures(), acts]).toEqual([[expect.objectContaining({ class: 'config', code })], 0])
    })

    it('archives nothing that a pod may be writing to', async () => {
      const last = planStep('data.park', { with: { store: '/nowhere' } })
      expect(await run(comePod, { last })).toMatchObject({ exitCode: 8 })
      expect(failures()).toMatchObject([{ class: 'config', code: 'PODS_CAME' }])
    })

    /** Pods of which the plan knows nothing, on the node, with a directory of it. */
    async function writers(kind: 'deployments' | 'daemonsets', directory: string): Promise<void> {
      const labels = { app: 'writer' }
      const volumes = [{ name: 'data', hostPath: { path: directory } }]
      const containers = [
        { name: 'main', image: 'fake', volumeMounts: [{ name: 'data', mountPath: '/data' }] },
      ]
      const spec = podSpec({ volumes, containers, nodeSelector: { 'kubernetes.io/hostname': 'node-1' } })
      await world.namespace('new')
      await world.create(`${world.apps}/new/${kind}`, {
        metadata: { name: 'writer' },
        spec: {
          ...(kind === 'deployments' ? { replicas: 1 } : {}),
          selector: { matchLabels: labels },
          template: { metadata: { labels }, spec },
        },
      })
      await world.ready(1, 'new')
    }
    const undecided = {
      class: 'config',
      code: 'DATA_UNDECIDED',
      message: expect.stringContaining('/srv/new'),
    }

    it.each<'deployments' | 'daemonsets'>(['deployments', 'daemonsets'])(
      'replaces no node on which %s have come that write where the plan has decided nothing',
      async (kind) => {
        await writers(kind, '/srv/new')
        const before = (await world.podsOn('node-1')).map(({ metadata }) => metadata.uid)
        expect(await run(async () => await Promise.resolve(), { leaveLocalData: true })).toMatchObject({
          exitCode: 8,
          nodes: [{ state: 'returned' }],
        })
        expect([failures(), acts]).toEqual([[expect.objectContaining(undecided)], 0])
        expect((await world.podsOn('node-1')).map(({ metadata }) => metadata.uid)).toEqual(before)
        expect((await world.node('node-1')).spec.unschedulable).toBeUndefined()
      },
    )

    it('replaces no node to which pods of DaemonSets have come since the drain that write there', async () => {
      const come = async (): Promise<void> => await writers('daemonsets', '/srv/new')
      expect(await run(come, { leaveLocalData: true })).toMatchObject({ exitCode: 8 })
      expect([failures(), acts]).toEqual([[expect.objectContaining(undecided)], 0])
    })

    it('replaces no node on whose disk a volume lies that no pod uses and nobody has decided about', async () => {
      const volume = (hostname: string, directory: string): object => ({
        metadata: { name: `idle-${hostname}` },
        spec: {
          capacity: { storage: '1Gi' },
          accessModes: ['ReadWriteOnce'],
          persistentVolumeReclaimPolicy: 'Retain',
          storageClassName: 'none',
          local: { path: directory },
          nodeAffinity: {
            required: {
              nodeSelectorTerms: [
                { matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: [hostname] }] },
              ],
            },
          },
        },
      })
      const volumes = '/api/v1/persistentvolumes'
      onTestFinished(async () => {
        for (const name of ['node-1', 'elsewhere'])
          await world.api.request('DELETE', `${volumes}/idle-${name}`)
      })
      await world.create(volumes, volume('elsewhere', '/srv/other'))
      const come = async (): Promise<unknown> => await world.create(volumes, volume('node-1', '/srv/new'))
      expect(await run(come)).toMatchObject({ exitCode: 8, nodes: [{ state: 'returned' }] })
      expect([failures(), acts]).toEqual([[expect.objectContaining(undecided)], 0])
    })

    it('takes pods away that write where the plan has decided', async () => {
      await writers('deployments', '/var/lib/data/below')
      // Nothing else takes it: it is there again when the node is given back.
      expect(await run(async () => await Promise.resolve(), { leaveLocalData: true })).toMatchObject({
        exitCode: 0,
      })
      expect(acts).toBe(1)
    })

    it('goes on past the point of no return, whatever is there by then', async () => {
      const act = async (): Promise<void> => {
        if (acts > 1) return
        await uncordon()
        throw new StepError('transient', 'once more', { code: 'PROVISION_TRY_AGAIN' })
      }
      expect(await run(async () => await Promise.resolve(), { act })).toMatchObject({ exitCode: 0 })
      expect(acts).toBe(2)
    })
  },
)
