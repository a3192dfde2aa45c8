import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ClusterRunPorts } from '../../src/cli/run-ports-cluster.ts'
import type { RunResult } from '../../src/migrate/run-outcome.ts'
import type { Cluster } from '../../src/model/cluster-port.ts'
import type { PlannedStep, RollbackMeans } from '../../src/model/plan.ts'
import { defineStep, type AnyStep } from '../../src/model/step.ts'
import { StepError } from '../../src/model/step-error.ts'
import { cordonAnnotation } from '../../src/model/cordon-annotation.ts'
import { cordonStep } from '../../src/steps/step-cordon.ts'
import { snapshotStep } from '../../src/steps/step-snapshot.ts'
import { uncordonStep } from '../../src/steps/step-uncordon.ts'
import { verifyWorkloadsStep } from '../../src/steps/step-verify-workloads.ts'
import { waitReadyStep } from '../../src/steps/step-wait-ready.ts'
import { z } from 'zod'
import { makeCertificateRequest, nodeSubject } from '../support/certificate-request.ts'
import { connectApi, mergePatch } from '../support/control-plane/api.ts'
import { clusterFor } from '../support/control-plane/cluster-under-test.ts'
import { nodeObject } from '../support/control-plane/fake-node.ts'
import type { TestedRelease } from '../support/control-plane/releases.ts'
import { startDrainWorld, workload, type DrainWorld } from '../support/drain-world.ts'
import { planOf, planStep, runInProcess } from '../support/engine-run.ts'
import type { JournalDisk } from '../support/memory-journal.ts'

const anything = z.object({})
const soon = { timeout: 60_000, interval: 100 }

describe.each<TestedRelease>(['oldest', 'newest', 'lab'])(
  'the way back of a run on the %s control plane',
  (release) => {
    let world: DrainWorld
    let cluster: Cluster
    let state: string
    let disk: JournalDisk

    beforeAll(async () => {
      world = await startDrainWorld({ release, nodes: 2, stopMs: 100 })
      cluster = clusterFor(world.controlPlane)
      // As kubeadm does it; without the binding that lets the server's own controller approve them.
      const group = 'rbac.authorization.k8s.io'
      await world.create(`/apis/${group}/v1/clusterrolebindings`, {
        metadata: { name: 'bootstrap' },
        roleRef: { apiGroup: group, kind: 'ClusterRole', name: 'system:node-bootstrapper' },
        subjects: [{ apiGroup: group, kind: 'Group', name: 'system:bootstrappers' }],
      })
    })
    afterAll(async () => {
      await cluster.close()
      await world.stop()
    })
    beforeEach(() => {
      state = mkdtempSync(join(tmpdir(), 'osferry-way-back-'))
      disk = { runs: [], events: [] }
    })
    afterEach(async () => {
      rmSync(state, { recursive: true })
      await world.clean()
    })

    /** A run in whose middle the world changes. */
    async function run(
      steps: readonly PlannedStep[],
      middle: () => Promise<unknown>,
      {
        back,
        isBack = false,
        nodes = ['node-1'],
        means = 'image',
      }: {
        back?: () => Promise<unknown>
        isBack?: boolean
        nodes?: readonly string[]
        means?: RollbackMeans
      } = {},
    ): Promise<RunResult> {
      const middleStep: AnyStep<ClusterRunPorts> = defineStep<typeof anything, ClusterRunPorts>({
        uses: 'host.provision',
        with: anything,
        observe: async () => await Promise.resolve('todo'),
        act: async () => void (await middle()),
        verify: async () => await Promise.resolve({}),
        rollback: async () => void (await back?.()),
      })
      const planned = await Promise.all(nodes.map(async (name) => (await world.node(name)).metadata))
      const plan = planOf(planned, steps)
      const rollback = { means, acceptedBy: null }
      return await runInProcess({
        plan: { ...plan, nodes: plan.nodes.map((node) => ({ ...node, rollback })) },
        steps: [snapshotStep, cordonStep, middleStep, waitReadyStep, uncordonStep, verifyWorkloadsStep],
        cluster,
        state,
        disk,
        selection: isBack ? { rollback: ['node-1'] } : { only: ['node-1'] },
      })
    }

    const failures = (): unknown[] =>
      disk.events.flatMap(({ body }) => (body.type === 'step-failed' ? [body.failure] : []))
    const resultOf = (uses: string): unknown =>
      disk.events
        .flatMap(({ body }) => (body.type === 'step-done' && body.uses === uses ? [body.result] : []))
        .at(-1)
    const waits = (): string =>
      disk.events.flatMap(({ body }) => (body.type === 'step-waiting' ? [body.waitsFor.en] : [])).join('\n')

    async function boot(bootID: string, osImage = 'CentOS Linux 8'): Promise<void> {
      const body = { status: { nodeInfo: { bootID, osImage } } }
      await world.api.request('PATCH', '/api/v1/nodes/node-1/status', { body, contentType: mergePatch })
    }

    const there = [
      planStep('cluster.snapshot'),
      planStep('cluster.cordon'),
      planStep('host.provision', { with: { machine: 'as-listed' } }),
    ]
    const ready = (given: Record<string, unknown>, timeoutMs = 600_000): PlannedStep =>
      planStep('node.wait-ready', { with: given, timeoutMs })
    const verify = (timeoutMs = 600_000, compare = ['workloads', 'services']): PlannedStep =>
      planStep('workloads.verify', { with: { compare }, timeoutMs })

    it('waits for another boot, whatever the node says of itself, and says so', async () => {
      await boot('first')
      const steps = [...there, ready({ stableFor: '1s' }, 20_000)]
      expect(await run(steps, async () => await Promise.resolve())).toMatchObject({ exitCode: 8 })
      expect(failures()).toMatchObject([
        {
          class: 'config',
          code: 'NODE_NOT_READY',
          message: expect.stringContaining('boot id first') as string,
        },
      ])
      expect(waits()).toContain('until the machine has booted')
    })

    it('takes a machine for ready when it has booted, is heard of, and has stayed so', async () => {
      await boot('second')
      // Longer than a kubelet takes to be heard of, which counts.
      const steps = [...there, ready({ stableFor: '30s' })]
      expect(await run(steps, async () => await boot('third'))).toMatchObject({ exitCode: 0 })
      expect(resultOf('cluster.snapshot')).toMatchObject({ bootId: 'second', machineId: 'node-1' })
      expect(resultOf('node.wait-ready')).toMatchObject({ bootId: 'third' })
      expect(waits()).toContain('until it has stayed ready for 30s')
    })

    it.each([
      ['never', ['new', 'ContainerOS 1'], 'boot id new'],
      ['into the new system', ['newer', 'ContainerOS 1'], 'until the old system is back: ContainerOS 1'],
      ['into the old system', ['back', 'CentOS Linux 8'], undefined],
    ] as const)(
      'on the way back waits for the old system: it boots %s',
      async (_, [bootId, osImage], waitsFor) => {
        await boot('old')
        const point = {
          ...planStep('host.provision', { with: { machine: 'as-listed' } }),
          pointOfNoReturn: true,
        }
        const steps = [
          planStep('cluster.snapshot'),
          planStep('cluster.cordon'),
          point,
          // A kubelet renews every ten seconds.
          ready(
            { stableFor: waitsFor === undefined ? '30s' : '1s' },
            waitsFor === undefined ? 600_000 : 20_000,
          ),
        ]
        const failing = async (): Promise<never> => {
          await boot('new', 'ContainerOS 1')
          throw new StepError('config', 'it has another disk', { code: 'MIDDLE' })
        }
        expect(await run(steps, failing)).toMatchObject({ exitCode: 7 })
        const back = async (): Promise<void> => await boot(bootId, osImage)
        const result = await run(steps, failing, { back, isBack: true })
        expect(result).toMatchObject({
          exitCode: waitsFor === undefined ? 0 : 7,
          nodes: [{ state: waitsFor === undefined ? 'rolled-back' : 'failed' }],
        })
        const begun = disk.events.find(({ body }) => body.type === 'undo-started')
        expect(begun?.body).toMatchObject({ found: { 'node.wait-ready': { bootId: 'new' } } })
        expect(waits()).toContain(waitsFor ?? 'until it has stayed ready')
      },
    )

    it.each([
      [
        'is ready as it is, where it is kept beside the new one',
        'old-deployment',
        'until it has stayed ready',
      ],
      ['has to boot once more, where it is written anew', 'image', 'boot id fallen-back'],
    ] as const)(
      'on the way back sees that the old system is back by itself: it %s',
      async (...[, means, waitsFor]) => {
        await boot('old')
        const isReady = means === 'old-deployment'
        const point = { ...there[2]!, pointOfNoReturn: true }
        const left = ready({ stableFor: isReady ? '30s' : '1s' }, isReady ? 600_000 : 20_000)
        const steps = [...there.slice(0, 2), point, left]
        const failing = async (): Promise<never> => {
          await boot('fallen-back')
          throw new StepError('config', 'it does not boot', { code: 'MIDDLE' })
        }
        expect(await run(steps, failing, { means })).toMatchObject({ exitCode: 7 })
        expect(await run(steps, failing, { isBack: true, means })).toMatchObject({
          exitCode: isReady ? 0 : 7,
          nodes: [{ state: isReady ? 'rolled-back' : 'failed' }],
        })
        expect(waits()).toContain(waitsFor)
      },
    )

    it.each([true, false])(
      'approves certificates of the node when that was asked for: %s',
      async (approves) => {
        const name = `node-1-${approves}`
        const place = '/apis/certificates.k8s.io/v1/certificatesigningrequests'
        const steps = [
          ...there,
          ready(
            { newBoot: false, stableFor: '1s', approveCertificates: approves },
            approves ? 600_000 : 20_000,
          ),
        ]
        const result = await run(steps, async () => {
          await world.setReady('node-1', false)
          const by = { user: 'system:bootstrap:abcdef', groups: ['system:bootstrappers'] }
          const api = connectApi(world.controlPlane.loginFor(by))
          const pem = makeCertificateRequest(nodeSubject('node-1'))
          const body = {
            metadata: { name },
            spec: {
              request: Buffer.from(pem).toString('base64'),
              signerName: 'kubernetes.io/kube-apiserver-client-kubelet',
              usages: ['digital signature', 'key encipherment', 'client auth'],
            },
          }
          await api.request('POST', place, { body })
          api.close()
          if (!approves) return
          const isApproved = async (): Promise<boolean> =>
            ((await world.api.request('GET', `${place}/${name}`))['status'].conditions ?? []).length > 0
          void vi.waitUntil(isApproved, soon).then(async () => await world.setReady('node-1', true))
        })
        expect(result).toMatchObject({ exitCode: approves ? 0 : 8 })
        const { conditions = [] } = (await world.api.request('GET', `${place}/${name}`))['status']
        const approved = (conditions as { reason: string }[]).map(({ reason }) => reason)
        expect(approved).toEqual(approves ? ['OsferryRestore'] : [])
        // Whoever has to do it is told how.
        expect(waits().includes(`kubectl certificate approve ${name}`)).toBe(!approves)
        await world.setReady('node-1', true)
      },
    )

    it('tells what people have changed since, and does not wait for it', async () => {
      await world.namespace('ours')
      const path = `${world.apps}/ours/deployments`
      for (const name of ['scaled', 'gone', 'kept']) await world.create(path, workload(name, { replicas: 2 }))
      await world.ready(6, 'ours')
      const result = await run([...there, verify()], async () => {
        await world.patch(`${path}/scaled`, { spec: { replicas: 1 } })
        await world.api.request('DELETE', `${path}/gone`)
        await world.ready(3, 'ours')
      })
      expect(result).toMatchObject({ exitCode: 0 })
      expect(resultOf('workloads.verify')).toMatchObject({
        changedByPeople: [
          { kind: 'workload-missing', object: 'Deployment ours/gone' },
          { kind: 'replicas-changed', object: 'Deployment ours/scaled', was: '2', is: '1' },
        ],
        changedByPeopleCount: 2,
      })
    })

    it('waits for pods that are missing, and fails with their names', async () => {
      await world.namespace('missing')
      const path = `${world.apps}/missing/deployments`
      await world.create(path, workload('web', { replicas: 2 }))
      await world.ready(2, 'missing')
      const result = await run([...there, verify(120_000)], async () => {
        // No node is left for them.
        await world.patch('/api/v1/nodes/node-2', { spec: { unschedulable: true } })
        await world.api.request('DELETE', `${world.core}/missing/pods`)
        await world.ready(0, 'missing')
      })
      expect(result).toMatchObject({ exitCode: 8 })
      expect(failures()).toMatchObject([
        {
          code: 'WORKLOADS_DIFFER',
          message: 'not as it was: Deployment missing/web: fewer ready pods (2 -> 0)',
        },
      ])
    })

    it('does not wait for what only another node of the run has lost that is away, and names it', async () => {
      await world.namespace('pinned')
      const path = `${world.apps}/pinned`
      const spec = { nodeSelector: { 'kubernetes.io/hostname': 'node-2' } }
      await world.create(`${path}/deployments`, workload('web', { replicas: 1, spec }))
      await world.create(
        `${path}/deployments`,
        workload('api', { replicas: 1, spec: { nodeSelector: { 'kubernetes.io/hostname': 'node-1' } } }),
      )
      await world.ready(2, 'pinned')
      const nodes = ['node-1', 'node-2']
      const away = async (): Promise<void> => {
        await world.patch('/api/v1/nodes/node-2', { spec: { unschedulable: true } })
        await world.api.request('DELETE', `${world.core}/pinned/pods?labelSelector=app%3Dweb`)
        await world.ready(1, 'pinned')
      }
      const result = await run([...there, verify()], away, { nodes })
      expect([result.exitCode, failures()]).toEqual([0, []])
      const note = {
        kind: 'waits-for-nodes',
        nodes: ['node-2'],
        objects: ['Deployment pinned/web'],
        count: 1,
      }
      expect(resultOf('workloads.verify')).toMatchObject({ notes: [note] })
      expect(result.nodes[0]?.notes).toEqual([note])
    })

    it('still misses what the node itself has lost while another node of the run is away', async () => {
      await world.namespace('lost')
      const spec = { nodeSelector: { 'kubernetes.io/hostname': 'node-1' } }
      await world.create(`${world.apps}/lost/deployments`, workload('api', { replicas: 1, spec }))
      await world.ready(1, 'lost')
      const away = async (): Promise<void> => {
        await world.patch('/api/v1/nodes/node-2', { spec: { unschedulable: true } })
        // The node is cordoned: its pod cannot come back.
        await world.api.request('DELETE', `${world.core}/lost/pods`)
        await world.ready(0, 'lost')
      }
      const result = await run([...there, verify(60_000)], away, { nodes: ['node-1', 'node-2'] })
      expect(result).toMatchObject({ exitCode: 8 })
      expect(failures()).toMatchObject([
        { message: 'not as it was: Deployment lost/api: fewer ready pods (1 -> 0)' },
      ])
    })

    it.each([false, true])(
      'cordons a node object that was created anew before pods may come, and lifts that as its own: %s',
      async (isGivenBack) => {
        const steps = [...there, ready({ stableFor: '1s' })]
        const result = await run(isGivenBack ? [...steps, planStep('cluster.uncordon')] : steps, async () => {
          // The lease of its kubelet, which goes on, must outlive the object.
          const lease = '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/node-1'
          await world.patch(lease, { metadata: { ownerReferences: null } })
          await world.api.request('DELETE', '/api/v1/nodes/node-1')
          const nodeInfo = { machineID: 'node-1', bootID: `anew-${isGivenBack}`, osImage: 'Anolis OS 8' }
          const details = { address: '10.20.0.1', version: world.controlPlane.version }
          await world.create('/api/v1/nodes', nodeObject({ name: 'node-1', nodeInfo }, details))
        })
        expect([result.exitCode, failures()]).toEqual([0, []])
        const { metadata, spec } = await world.node('node-1')
        expect(spec.unschedulable ?? false).toBe(!isGivenBack)
        const mark: unknown = metadata.annotations?.[cordonAnnotation]
        expect(String(mark).includes('"run":"run-1"')).toBe(!isGivenBack)
      },
    )

    it('refuses a snapshot that is not what was taken', async () => {
      const result = await run([...there, verify()], async () => {
        const directory = join(state, 'runs', 'run-1')
        const [file = ''] = readdirSync(directory)
        const text = readFileSync(join(directory, file), 'utf8')
        expect(text).toContain('"linux"')
        writeFileSync(join(directory, file), text.replace('"linux"', '"linuX"'))
        await Promise.resolve()
      })
      expect(result).toMatchObject({ exitCode: 8 })
      expect(failures()).toMatchObject([{ class: 'config' }])
      expect(failures()).toMatchObject([
        { code: expect.stringMatching(/SNAPSHOT_CHANGED|DOCUMENT_/) as string },
      ])
    })
  },
)
