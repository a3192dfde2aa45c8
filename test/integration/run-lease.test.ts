import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Cluster } from '../../src/model/cluster-port.ts'
import { parseDrainNode } from '../../src/model/drain-node.ts'
import { cordonNode, stateFound } from '../../src/steps/cluster-cordon.ts'
import { acquireRunLease, type LeasePorts, type RunLease } from '../../src/steps/run-lease.ts'
import { fencedCluster } from '../../src/steps/fenced-cluster.ts'
import { mergePatch, type ApiClient } from '../support/control-plane/api.ts'
import { auditedRequests } from '../support/control-plane/audit.ts'
import { nodeObject } from '../support/control-plane/fake-node.ts'
import type { TestedRelease } from '../support/control-plane/releases.ts'
import { serveCluster, type ServedCluster } from '../support/control-plane/served-cluster.ts'
import type { ControlPlane } from '../support/control-plane/start.ts'

const path = '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases'
const { signal } = new AbortController()

/** Time goes on only when the test says so; whoever waits is told apart by what he waits for. */
function handClock(startMs = Date.now()): LeasePorts['clock'] & {
  wait: LeasePorts['wait']
  advance(ms: number): void
  waiting(): number
} {
  let nowMs = 0
  const sleepers = new Set<{ atMs: number; wake: () => void }>()
  return {
    now: () => new Date(startMs + nowMs).toISOString(),
    monotonicMs: () => nowMs,
    async wait(ms, until) {
      until.throwIfAborted()
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      const sleeper = { atMs: nowMs + ms, wake: resolve }
      sleepers.add(sleeper)
      until.addEventListener('abort', () => reject(until.reason as Error), { once: true })
      await promise.finally(() => sleepers.delete(sleeper))
    },
    advance(ms) {
      nowMs += ms
      for (const sleeper of sleepers) {
        if (sleeper.atMs > nowMs) continue
        sleepers.delete(sleeper)
        sleeper.wake()
      }
    },
    waiting: () => sleepers.size,
  }
}

describe.each<TestedRelease>(['oldest', 'newest', 'lab'])(
  'the lease of a run on the %s control plane',
  (release) => {
    let served: ServedCluster
    let controlPlane: ControlPlane
    let api: ApiClient
    let cluster: Cluster
    const held: RunLease[] = []

    beforeAll(async () => {
      served = await serveCluster({ version: release, controllers: false })
      ;({ controlPlane, api, cluster } = served)
    })
    afterEach(async () => {
      for (const lease of held.splice(0)) await lease.release(signal)
      await api.request('DELETE', `${path}/osferry-run`).catch(() => undefined)
    })
    afterAll(async () => await served.stop())

    async function acquire(
      holder: string,
      clock: ReturnType<typeof handClock>,
      onSilent: (holder: string) => void = () => undefined,
    ): Promise<RunLease> {
      const lease = await acquireRunLease({ cluster, clock, wait: clock.wait }, { holder, onSilent }, signal)
      held.push(lease)
      return lease
    }

    /** A lease as somebody has left it whose clock is so many seconds behind. */
    async function leaseOf(holder: string, secondsAgo: number): Promise<void> {
      const renewTime = new Date(Date.now() - secondsAgo * 1000).toISOString().replace('Z', '000Z')
      const spec = { holderIdentity: holder, leaseDurationSeconds: 60, renewTime }
      await api.request('POST', path, {
        body: { metadata: { name: 'osferry-run', namespace: 'kube-system' }, spec },
      })
    }

    async function renew(): Promise<void> {
      const body = { metadata: { annotations: { renewed: String(performance.now()) } } }
      await api.request('PATCH', `${path}/osferry-run`, { body, contentType: mergePatch })
    }

    it('is refused to the second, with the name of the first', async () => {
      await acquire('ann@one', handClock())
      await expect(acquire('bob@two', handClock())).rejects.toMatchObject({
        code: 'CLUSTER_LOCKED',
        message: expect.stringContaining('ann@one') as string,
      })
    })

    it.each([120, 3600])(
      'is not taken from somebody who renews it with a clock that is %i s behind',
      async (seconds) => {
        await leaseOf('slow@clock', seconds)
        const clock = handClock()
        const silent: string[] = []
        const taking = acquire('bob@two', clock, (holder) => silent.push(holder))
        await expect.poll(() => clock.waiting()).toBe(1)
        await renew()
        clock.advance(5000)
        await expect(taking).rejects.toMatchObject({ code: 'CLUSTER_LOCKED' })
        expect(silent).toEqual(['slow@clock'])
      },
    )

    it.each([120, 3600])(
      'is taken from somebody who was silent for all of its time: renewed %i s ago',
      async (secondsAgo) => {
        await leaseOf('dead@host', secondsAgo)
        const clock = handClock()
        const taking = acquire('bob@two', clock)
        for (let look = 0; look < 12; look += 1) {
          await expect.poll(() => clock.waiting()).toBe(1)
          clock.advance(5000)
        }
        await taking
        const lease = await api.request('GET', `${path}/osferry-run`)
        expect(lease['spec'].holderIdentity).toBe('bob@two')
      },
    )

    it('lets nothing be written while it could be somebody else’s, until it is renewed', async () => {
      const clock = handClock()
      const lease = await acquire('ann@one', clock)
      const fenced = fencedCluster(cluster, lease)
      const map = { group: '', version: 'v1', resource: 'configmaps', namespace: 'kube-system' }
      const body = (name: string): object => ({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name, namespace: 'kube-system' },
      })
      const first = await fenced.create(map, { ...body('first') }, { signal })
      expect(first.outcome).toBe('done')
      await controlPlane.killApiServer()
      // The renewal is on its way and is not answered; a minute goes by.
      clock.advance(61_000)
      const second = fenced.create(map, { ...body('second') }, { signal })
      await controlPlane.restartApiServer()
      expect((await second).outcome).toBe('done')
      const done = (): string[] =>
        auditedRequests(controlPlane.auditLog, { user: 'admin' })
          .filter(({ resource, status }) => ['leases', 'configmaps'].includes(resource ?? '') && status < 300)
          .map(({ verb, resource }) => `${verb} ${resource}`)
          .slice(-3)
      await expect.poll(done).toEqual(['create configmaps', 'patch leases', 'create configmaps'])
    })

    it('once lost lets no cordon through that had waited for it', async () => {
      const details = { address: '10.20.0.1', version: controlPlane.version }
      await api.request('POST', '/api/v1/nodes', { body: nodeObject({ name: 'node-1' }, details) })
      const known = parseDrainNode(await api.request('GET', '/api/v1/nodes/node-1'))
      const clock = handClock()
      const lease = await acquire('ann@one', clock)
      await api.request('PATCH', `${path}/osferry-run`, {
        body: { spec: { holderIdentity: 'bob@two' } },
        contentType: mergePatch,
      })
      // The renewal has not been answered when the cordon is asked for.
      clock.advance(61_000)
      const owner = { run: 'run-1', holder: 'ann@one', at: clock.now() }
      const options = { owner, known, signal: lease.lost }
      await expect(
        cordonNode(fencedCluster(cluster, lease), stateFound(known), options),
      ).rejects.toMatchObject({
        code: 'CLUSTER_LOCKED',
      })
      expect(lease.lost.aborted).toBe(true)
      const node = await api.request('GET', '/api/v1/nodes/node-1')
      expect(node['spec'].unschedulable).toBeUndefined()
      expect(node.metadata.annotations).not.toHaveProperty(['osferry.io/cordon'])
      await api.request('DELETE', '/api/v1/nodes/node-1')
    })

    it('once lost lets go what is left to be given back', async () => {
      const clock = handClock()
      const lease = await acquire('ann@one', clock)
      await api.request('PATCH', `${path}/osferry-run`, {
        body: { spec: { holderIdentity: 'bob@two' } },
        contentType: mergePatch,
      })
      clock.advance(20_000)
      await expect.poll(() => lease.lost.aborted).toBe(true)
      clock.advance(61_000)
      await expect(lease.secured(signal)).resolves.toBeUndefined()
    })
  },
)
