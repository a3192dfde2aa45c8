import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { RunResult } from '../../src/migrate/run-outcome.ts'
import type { Cluster } from '../../src/model/cluster-port.ts'
import type { JournalEvent } from '../../src/model/journal-record.ts'
import type { PlannedStep } from '../../src/model/plan.ts'
import { cordonStep } from '../../src/steps/step-cordon.ts'
import { drainStep } from '../../src/steps/step-drain.ts'
import { uncordonStep } from '../../src/steps/step-uncordon.ts'
import { waitDetachStep } from '../../src/steps/step-wait-detach.ts'
import type { ApiObject } from '../support/control-plane/api.ts'
import { auditedRequests } from '../support/control-plane/audit.ts'
import { clusterFor } from '../support/control-plane/cluster-under-test.ts'
import type { TestedRelease } from '../support/control-plane/releases.ts'
import { budget, podSpec, startDrainWorld, workload, type DrainWorld } from '../support/drain-world.ts'
import { planOf, planStep, runInProcess } from '../support/engine-run.ts'
import type { JournalDisk } from '../support/memory-journal.ts'

const soon = { timeout: 60_000, interval: 100 }

describe.each<TestedRelease>(['oldest', 'newest', 'lab'])(
  'drains of a run on the %s control plane',
  (release) => {
    let world: DrainWorld
    let cluster: Cluster
    let state: string
    let disk: JournalDisk

    beforeAll(async () => {
      world = await startDrainWorld({ release, nodes: 4, stopMs: 100 })
      cluster = clusterFor(world.controlPlane)
    })
    afterAll(async () => {
      await cluster.close()
      await world.stop()
    })
    beforeEach(() => {
      state = mkdtempSync(join(tmpdir(), 'osferry-drains-'))
      disk = { runs: [], events: [] }
    })
    afterEach(async () => {
      rmSync(state, { recursive: true })
      await world.clean()
    })

    async function run(
      nodes: readonly string[],
      steps: readonly PlannedStep[],
      onEvent: (event: JournalEvent) => void = () => undefined,
    ): Promise<RunResult> {
      const found = await Promise.all(nodes.map((name) => world.node(name)))
      const plan = planOf(
        found.map(({ metadata }) => metadata),
        steps,
      )
      return await runInProcess({
        plan,
        steps: [cordonStep, drainStep, waitDetachStep, uncordonStep],
        cluster,
        state,
        disk,
        onEvent,
      })
    }

    const waits = (): string[] =>
      disk.events.flatMap(({ body }) => (body.type === 'step-waiting' ? [body.waitsFor.en] : []))
    const failures = (): unknown[] =>
      disk.events.flatMap(({ body }) => (body.type === 'step-failed' ? [body.failure] : []))

    async function evictions(namespace: string): Promise<number[]> {
      await world.audited()
      const found = auditedRequests(world.controlPlane.auditLog, { namespace, subresource: 'eviction' })
      return found.map(({ status }) => status)
    }

    it('shares one budget among all nodes, so that nothing is refused and nobody waits for ever', async () => {
      await world.namespace('shared')
      await world.create(`${world.apps}/shared/deployments`, workload('web', { replicas: 8 }))
      await world.create(`${world.budgets}/shared/poddisruptionbudgets`, budget('web', { maxUnavailable: 1 }))
      await world.ready(8, 'shared')
      const steps = [planStep('cluster.cordon'), planStep('cluster.drain'), planStep('cluster.wait-detach')]
      const before = (await world.podsOn('node-4')).length
      expect(before).toBeLessThan(8)
      expect(await run(['node-1', 'node-2', 'node-3'], steps)).toMatchObject({ exitCode: 0 })
      for (const node of ['node-1', 'node-2', 'node-3']) expect(await world.podsOn(node)).toEqual([])
      const statuses = await evictions('shared')
      expect(statuses).toEqual(statuses.map(() => 201))
      expect(waits().some((text) => text.startsWith('for its turn') && text.includes('shared/web'))).toBe(
        true,
      )
    })

    it('says which pod waits for which budget, fails in its time, and gives the node back', async () => {
      await world.namespace('held')
      // The second pod finds no place: the budget lets the first one not go.
      const affinity = {
        podAntiAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: [
            { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { app: 'web' } } },
          ],
        },
      }
      const spec = { affinity, nodeSelector: { 'kubernetes.io/hostname': 'node-1' } }
      await world.create(`${world.apps}/held/deployments`, workload('web', { replicas: 2, spec }))
      await world.create(`${world.budgets}/held/poddisruptionbudgets`, budget('web', { minAvailable: 1 }))
      await world.ready(1, 'held')
      const steps = [planStep('cluster.cordon'), planStep('cluster.drain', { timeoutMs: 20_000 })]
      expect(await run(['node-1'], steps)).toMatchObject({ exitCode: 8, nodes: [{ state: 'returned' }] })
      expect(failures()).toMatchObject([{ class: 'budget', code: 'DRAIN_TIMEOUT' }])
      expect(waits().join('\n')).toMatch(
        /waiting for budget held\/web \(minAvailable 1: 1 healthy, 1 needed\): held\/web-\S+ \(held\/web-\S+: ReplicaSet\/web-/,
      )
      expect((await world.node('node-1'))['spec'].unschedulable).toBeUndefined()
      expect(await evictions('held')).toEqual([])
    })

    it('waits for volumes by name, since when, and gives up in its time', async () => {
      await world.namespace('disk')
      const common = { accessModes: ['ReadWriteOnce'], storageClassName: '' }
      const csi = { driver: 'csi.example', volumeHandle: 'disk' }
      const phase = async (path: string, wanted: string): Promise<unknown> =>
        await vi.waitUntil(
          async () => (await world.api.request('GET', path))['status'].phase === wanted,
          soon,
        )
      await world.create('/api/v1/persistentvolumes', {
        metadata: { name: 'disk' },
        spec: { ...common, capacity: { storage: '1Gi' }, csi },
      })
      await phase('/api/v1/persistentvolumes/disk', 'Available')
      await world.create(`${world.core}/disk/persistentvolumeclaims`, {
        metadata: { name: 'data' },
        spec: { ...common, volumeName: 'disk', resources: { requests: { storage: '1Gi' } } },
      })
      await phase(`${world.core}/disk/persistentvolumeclaims/data`, 'Bound')
      const volumes = [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }]
      await world.create(`${world.core}/disk/pods`, {
        metadata: { name: 'db' },
        spec: podSpec({ nodeName: 'node-1', volumes }),
      })
      await world.ready(1, 'disk')
      const attachments = '/apis/storage.k8s.io/v1/volumeattachments'
      const [found] = (await world.api.request('GET', attachments))['items'] as ApiObject[]
      const path = `${attachments}/${found?.metadata.name}`
      // The driver does not come to it.
      const finalizers = [...(found?.metadata.finalizers ?? []), 'example.com/slow']
      await world.patch(path, { metadata: { finalizers } })
      const steps = (timeoutMs: number): PlannedStep[] => [
        planStep('cluster.cordon'),
        planStep('cluster.drain', { with: { naked: 'force' } }),
        planStep('cluster.wait-detach', { timeoutMs }),
      ]
      expect(await run(['node-1'], steps(20_000))).toMatchObject({ exitCode: 8 })
      expect(failures()).toMatchObject([
        {
          class: 'budget',
          code: 'DETACH_TIMEOUT',
          message: expect.stringMatching(/^volumes are still attached: disk \(\d{4}-/) as string,
        },
      ])
      expect((await world.node('node-1'))['spec'].unschedulable).toBeUndefined()
      disk = { runs: [], events: [] }
      const result = await run(['node-1'], steps(600_000), ({ body }) => {
        if (body.type === 'step-waiting' && body.uses === 'cluster.wait-detach')
          void world.patch(path, { metadata: { finalizers: null } })
      })
      expect(result).toMatchObject({ exitCode: 0 })
      expect(await evictions('disk')).toEqual([201])
    })

    it('touches nothing when a pod must not go, and names it', async () => {
      await world.namespace('alone')
      const path = `${world.core}/alone/pods`
      await world.create(path, { metadata: { name: 'lonely' }, spec: podSpec({ nodeName: 'node-2' }) })
      await world.ready(1, 'alone')
      const steps = [planStep('cluster.cordon'), planStep('cluster.drain')]
      expect(await run(['node-2'], steps)).toMatchObject({ exitCode: 8 })
      expect(failures()).toMatchObject([
        {
          class: 'config',
          code: 'DRAIN_REFUSED',
          message: expect.stringContaining('alone/lonely') as string,
        },
      ])
      expect(await evictions('alone')).toEqual([])
    })

    it('creates pods again that nobody else creates, when the node is uncordoned', async () => {
      await world.namespace('naked')
      const path = `${world.core}/naked/pods`
      await world.create(path, { metadata: { name: 'lonely' }, spec: podSpec({ nodeName: 'node-2' }) })
      await world.ready(1, 'naked')
      const steps = [
        planStep('cluster.cordon'),
        planStep('cluster.drain', { with: { naked: 'recreate' } }),
        planStep('cluster.uncordon'),
      ]
      expect(await run(['node-2'], steps)).toMatchObject({ exitCode: 0 })
      const pod = await world.api.request('GET', `${path}/lonely`)
      expect(pod.metadata).toMatchObject({
        annotations: { 'osferry.io/saved-from': expect.any(String) as string },
      })
      expect((await world.node('node-2'))['spec'].unschedulable).toBeUndefined()
    })
  },
)
