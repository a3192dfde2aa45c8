import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runNodeEvents } from '../../src/cli/run-node-events.ts'
import type { RunWorld } from '../../src/cli/run-world.ts'
import type { Cluster } from '../../src/model/cluster-port.ts'
import type { JournalEventBody } from '../../src/model/journal-record.ts'
import type { GateQuestion } from '../../src/model/gate.ts'
import type { WorkloadsBefore } from '../../src/model/workloads-before.ts'
import type { NodeGuard } from '../../src/model/node-guard.ts'
import { nodeLeaseName } from '../../src/cli/node-lease-name.ts'
import { nodeLeases } from '../../src/steps/node-leases.ts'
import { workloadsGate } from '../../src/steps/workloads-gate.ts'
import { modelPlan } from '../migrate/model-plan.ts'
import { mergePatch, type ApiClient } from '../support/control-plane/api.ts'
import { nodeObject } from '../support/control-plane/fake-node.ts'
import type { TestedRelease } from '../support/control-plane/releases.ts'
import { serveCluster, type ServedCluster } from '../support/control-plane/served-cluster.ts'
import type { ControlPlane } from '../support/control-plane/start.ts'

const leases = '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases'
const { signal } = new AbortController()
const clock = { now: () => new Date().toISOString(), monotonicMs: () => performance.now() }

describe.each<TestedRelease>(['oldest', 'newest', 'lab'])(
  'what a run has in the cluster, on the %s control plane',
  (release) => {
    let served: ServedCluster
    let controlPlane: ControlPlane
    let api: ApiClient
    let cluster: Cluster

    beforeAll(async () => {
      served = await serveCluster({ version: release, controllers: false })
      ;({ controlPlane, api, cluster } = served)
      for (const name of ['node-1', 'node-2']) {
        const details = { address: '10.20.0.1', version: controlPlane.version }
        await api.request('POST', '/api/v1/nodes', { body: nodeObject({ name }, details) })
      }
    })
    afterAll(async () => await served.stop())

    /** Waits until it is told to go on, so that nothing is renewed by itself. */
    function process(holder: string, gone: readonly string[] = []): { guard: NodeGuard; renew: () => void } {
      let wake: (() => void)[] = []
      const wait = async (_: number, until: AbortSignal): Promise<void> => {
        const { promise, resolve, reject } = Promise.withResolvers<void>()
        wake.push(resolve)
        until.addEventListener('abort', () => reject(until.reason as Error), { once: true })
        await promise
      }
      const options = {
        holder,
        gone: new Set(gone),
        nodes: new Set(['node-1', 'node-2']),
        leaseOf: nodeLeaseName,
        onSilent: () => undefined,
      }
      return {
        guard: nodeLeases({ cluster, clock, wait }, options),
        renew() {
          const sleepers = wake
          wake = []
          for (const one of sleepers) one()
        },
      }
    }

    const holderOf = async (node: string): Promise<unknown> =>
      (await api.request('GET', `${leases}/${nodeLeaseName(node)}`))['spec'].holderIdentity

    it('is a Lease of each node that is worked on, with who does', async () => {
      const ann = process('ann@one (run r1)')
      await ann.guard.enter('node-1', signal)
      expect(await holderOf('node-1')).toBe('ann@one (run r1)')
      const bob = process('bob@two (run r2)')
      await expect(bob.guard.enter('node-1', signal)).rejects.toMatchObject({
        code: 'CLUSTER_LOCKED',
        message: 'another osferry is at work on node-1: ann@one (run r1)',
      })
      // Another node is free, and a host that is no node has none.
      await bob.guard.enter('node-2', signal)
      await bob.guard.enter('host-9', signal)
      await ann.guard.leave('node-1')
      await bob.guard.leave('node-2')
      await bob.guard.leave('host-9')
      expect(await holderOf('node-1')).toBeUndefined()
      await bob.guard.enter('node-1', signal)
      await bob.guard.leave('node-1')
    })

    it('is taken again at once by the run that had it when it was killed', async () => {
      const killed = process('ann@one (run r1, 1)')
      await killed.guard.enter('node-1', signal)
      const resumed = process('ann@one (run r1, 2)', ['ann@one (run r1, 1)'])
      await resumed.guard.enter('node-1', signal)
      expect(await holderOf('node-1')).toBe('ann@one (run r1, 2)')
      await resumed.guard.leave('node-1')
      expect(await holderOf('node-1')).toBeUndefined()
    })

    it('is told lost when somebody has taken it', async () => {
      const ann = process('ann@one (run r1)')
      await ann.guard.enter('node-1', signal)
      await api.request('PATCH', `${leases}/${nodeLeaseName('node-1')}`, {
        body: { spec: { holderIdentity: 'bob@two (run r2)' } },
        contentType: mergePatch,
      })
      ann.renew()
      await expect.poll(() => ann.guard.lost.aborted).toBe(true)
      await ann.guard.leave('node-1')
      expect(await holderOf('node-1')).toBe('bob@two (run r2)')
      await api.request('DELETE', `${leases}/${nodeLeaseName('node-1')}`)
    })

    it('are Events on its nodes, and none about hosts', async () => {
      const plan = modelPlan([{ nodes: ['node-1', 'host-9'] }])
      plan.nodes[1]!.uid = null
      const world = {
        cluster,
        plan,
        run: { id: '20261121-2000-abc', holder: 'ann@one' },
        context: { clock },
      } as unknown as RunWorld
      const sink = runNodeEvents(world)
      const bodies: JournalEventBody[] = [
        { type: 'node-started' },
        { type: 'point-of-no-return' },
        { type: 'node-ended', outcome: 'failed' },
        { type: 'node-rolling-back', means: 'image', reason: { en: 'asked', zh: '按要求' } },
        { type: 'node-ended', outcome: 'rolled-back' },
        { type: 'node-started' },
      ]
      for (const [at, body] of bodies.entries())
        for (const node of ['node-1', 'host-9', null])
          sink.onEvent({ seq: at + 1, run: 'r1', at: clock.now(), node, body, previous: '', hash: '' })
      await sink.finish()
      const path = '/apis/events.k8s.io/v1/namespaces/kube-system/events'
      const found = (await api.request('GET', path))['items'] as {
        reason: string
        type: string
        note: string
        regarding: { name: string }
      }[]
      const ours = found.filter(({ reason }) => reason.startsWith('Osferry'))
      expect(ours.map(({ type, reason }) => `${type} ${reason}`).sort()).toEqual([
        'Normal OsferryMoveStarted',
        'Normal OsferryMoveStarted',
        'Normal OsferryRolledBack',
        'Warning OsferryMoveFailed',
        'Warning OsferryRollbackStarted',
        'Warning OsferrySystemReplaced',
      ])
      expect(ours.every(({ regarding }) => regarding.name === 'node-1')).toBe(true)
      expect(ours.find(({ reason }) => reason === 'OsferrySystemReplaced')?.note).toBe(
        'osferry replaces the system by containeros; from here on the way back is: image (run 20261121-2000-abc of ann@one)',
      )
    })

    describe('as the gate of workloads', () => {
      const apps = '/apis/apps/v1/namespaces/default'
      const labels = { app: 'web' }
      const template = { metadata: { labels }, spec: { containers: [{ name: 'web', image: 'web' }] } }
      const saved: { before?: WorkloadsBefore } = {}
      const memory = {
        read: async () => await Promise.resolve(saved.before),
        write: async (before: WorkloadsBefore) => {
          saved.before = before
          await Promise.resolve()
        },
      }
      const question = (more: Partial<GateQuestion> = {}): GateQuestion => ({
        wave: 0,
        node: 'node-1',
        isFirstOfWave: true,
        ended: [],
        away: [],
        ...more,
      })

      async function setReady(kind: string, name: string, status: object): Promise<void> {
        await api.request('PATCH', `${apps}/${kind}/${name}/status`, {
          body: { status },
          contentType: mergePatch,
        })
      }

      async function pod(
        name: string,
        node: string,
        owner: { kind: string; name: string; uid: string },
      ): Promise<void> {
        await api.request('POST', '/api/v1/namespaces/default/pods', {
          body: {
            metadata: {
              name,
              labels: { ...labels, 'pod-template-hash': 'abc' },
              ownerReferences: [{ apiVersion: 'apps/v1', controller: true, ...owner }],
            },
            spec: {
              nodeName: node,
              automountServiceAccountToken: false,
              containers: [{ name: 'web', image: 'web' }],
            },
          },
        })
        const conditions = [{ type: 'Ready', status: 'True' }]
        await api.request('PATCH', `/api/v1/namespaces/default/pods/${name}/status`, {
          body: { status: { phase: 'Running', conditions } },
          contentType: mergePatch,
        })
      }

      it('is open with the counts of the begin, closed with fewer, and does not miss what is away', async () => {
        const selector = { matchLabels: labels }
        await api.request('POST', `${apps}/deployments`, {
          body: { metadata: { name: 'web' }, spec: { replicas: 3, selector, template } },
        })
        await setReady('deployments', 'web', { replicas: 3, readyReplicas: 2 })
        const set = await api.request('POST', `${apps}/daemonsets`, {
          body: { metadata: { name: 'agent' }, spec: { selector, template } },
        })
        const owner = { kind: 'ReplicaSet', name: 'web-abc', uid: 'u1' }
        await pod('web-abc-1', 'node-1', owner)
        await pod('web-abc-2', 'node-2', owner)
        const agent = { kind: 'DaemonSet', name: 'agent', uid: set.metadata.uid }
        await pod('agent-1', 'node-1', agent)
        const gate = workloadsGate({ cluster, memory, run: 'r1' })
        expect(await gate.ask(question(), signal)).toEqual({
          gate: 'workloads',
          outcome: 'open',
          message: '',
        })
        expect(saved.before).toMatchObject({
          ready: { 'Deployment default/web': 2 },
          nodes: { 'node-1': { missing: [], pods: { 'Deployment default/web': 1 } } },
        })
        // node-1 is away with its pod; then it is back, and the pod is not.
        await setReady('deployments', 'web', { replicas: 3, readyReplicas: 1 })
        expect(await gate.ask(question({ node: 'node-2', away: ['node-1'] }), signal)).toMatchObject({
          outcome: 'open',
        })
        const after = workloadsGate({ cluster, memory, run: 'r1' })
        expect(await after.ask(question({ node: 'node-2', ended: ['node-1'] }), signal)).toEqual({
          gate: 'workloads',
          outcome: 'closed',
          message: 'Deployment default/web: 1 of 2 ready',
        })
        // Whoever scales it down needs no more than that.
        await api.request('PATCH', `${apps}/deployments/web`, {
          body: { spec: { replicas: 1 } },
          contentType: mergePatch,
        })
        expect(await after.ask(question({ node: 'node-2', ended: ['node-1'] }), signal)).toMatchObject({
          outcome: 'open',
        })
      })

      it('misses the pod of a DaemonSet on a node that has ended, unless it was missing before', async () => {
        await api.request('DELETE', '/api/v1/namespaces/default/pods/agent-1?gracePeriodSeconds=0')
        const gate = workloadsGate({ cluster, memory, run: 'r1' })
        expect(await gate.ask(question({ node: 'node-2', ended: ['node-1', 'node-2'] }), signal)).toEqual({
          gate: 'workloads',
          outcome: 'closed',
          message: 'DaemonSet default/agent: no ready pod on node-1',
        })
      })

      it('wants all pods when nobody knows how it was, and does not know when the server is away', async () => {
        delete saved.before
        await api.request('PATCH', `${apps}/deployments/web`, {
          body: { spec: { replicas: 2 } },
          contentType: mergePatch,
        })
        const gate = workloadsGate({ cluster, memory, run: 'r1' })
        expect(await gate.ask(question({ node: 'node-2', away: ['node-1'] }), signal)).toMatchObject({
          outcome: 'closed',
          message: 'Deployment default/web: 1 of 2 ready',
        })
        const broken = { ...memory, read: async () => await Promise.reject(new Error('a bug')) }
        await expect(
          workloadsGate({ cluster, memory: broken, run: 'r1' }).ask(question(), signal),
        ).rejects.toThrow('a bug')
      })
    })
  },
)
