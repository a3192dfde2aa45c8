import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { auditedRequests } from '../support/control-plane/audit.ts'
import type { Release } from '../support/control-plane/releases.ts'
import { budget, isReady, startDrainWorld, workload, type DrainWorld } from '../support/drain-world.ts'
import { whenHeard } from '../support/when-heard.ts'

const soon = { timeout: 90_000, interval: 100 }
/** A budget whose eviction was cut off between its two writes is held for two minutes. */
const enoughMs = 400_000

/** The server, or what it keeps its objects in, goes away when the first pods have gone and others still have to. */
describe.each<Release>(['oldest', 'newest'])(
  'osferry drain through restarts, on the %s control plane',
  (release) => {
    let world: DrainWorld

    beforeAll(async () => {
      world = await startDrainWorld({ release, stopMs: 1000, startMs: 500 })
    })
    afterEach(async () => await world.clean())
    afterAll(async () => await world.stop())

    /** Pods of one workload that start on node-1 and may go anywhere, one of them at a time. */
    async function onNode1(
      namespace: string,
      kind: 'deployments' | 'statefulsets',
      replicas: number,
    ): Promise<void> {
      await world.namespace(namespace)
      const cordon = async (unschedulable: true | null): Promise<void> => {
        for (const name of ['node-2', 'node-3'])
          await world.patch(`/api/v1/nodes/${name}`, { spec: { unschedulable } })
      }
      const budgets = `${world.budgets}/${namespace}/poddisruptionbudgets`
      await cordon(true)
      const app = workload('db', { replicas }) as { spec: object }
      const spec = kind === 'statefulsets' ? { ...app.spec, serviceName: 'db' } : app.spec
      await world.create(`${world.apps}/${namespace}/${kind}`, { ...app, spec })
      await world.create(budgets, budget('db', { maxUnavailable: 1 }))
      await world.ready(replicas, namespace)
      await vi.waitUntil(async () => {
        const { status } = (await world.api.request('GET', `${budgets}/db`)) as unknown as {
          status: { disruptionsAllowed: number }
        }
        return status.disruptionsAllowed === 1
      }, soon)
      await cordon(null)
    }

    /** Names by uid of the pods of a namespace. */
    async function uidsOf(namespace: string): Promise<Map<string, string>> {
      const list = await world.api.request('GET', `${world.core}/${namespace}/pods`)
      const pods = list['items'] as { metadata: { uid: string; name: string } }[]
      return new Map(pods.map(({ metadata }) => [metadata.uid, metadata.name]))
    }

    /** Evictions that were taken, and pods that were created, in the order of the log. */
    function turns(namespace: string): string[] {
      return auditedRequests(world.controlPlane.auditLog, {
        namespace,
        resource: 'pods',
        verb: 'create',
        status: 201,
      })
        .filter(({ subresource }) => subresource === undefined || subresource === 'eviction')
        .map(({ subresource, name }) => `${subresource === undefined ? 'create' : 'evict'} ${name}`)
    }
    const evicted = (namespace: string): string[] =>
      turns(namespace).filter((turn) => turn.startsWith('evict'))

    /** Acts when the first pods have gone, in the middle of a drain of node-1; it must succeed all the same. */
    async function drainedThrough(namespace: string, disturb: () => Promise<void>): Promise<void> {
      let disturbing: Promise<void> | undefined
      const { exitCode, stderr } = await world.run(['drain', 'node-1', '--yes'], {
        started: whenHeard('evicting', () => {
          disturbing = vi.waitUntil(() => evicted(namespace).length >= 2, soon).then(disturb)
        }),
      })
      await disturbing
      expect([exitCode, stderr]).toEqual([0, expect.stringContaining('drained')])
      expect(disturbing).toBeDefined()
    }

    it('evicts no pod twice when etcd is restarted', { timeout: enoughMs }, async () => {
      const replicas = 6
      await onNode1('stored', 'deployments', replicas)
      const before = await uidsOf('stored')
      await drainedThrough('stored', async () => await world.controlPlane.restartEtcd())
      expect(await world.podsOn('node-1')).toEqual([])
      await world.ready(replicas, 'stored')
      // Each pod that was there went once, and none of those that came in their place; an answer may have been lost.
      const taken = evicted('stored')
      expect(taken.toSorted()).toEqual([...new Set(taken)].sort())
      expect([...before.values()].map((name) => `evict ${name}`)).toEqual(expect.arrayContaining(taken))
      const after = await uidsOf('stored')
      expect([...after.keys()].filter((uid) => before.has(uid))).toEqual([])
    })

    it(
      'lets the pods of a StatefulSet come back one after the other when the API server is killed',
      { timeout: enoughMs },
      async () => {
        const names = ['db-0', 'db-1', 'db-2', 'db-3']
        await onNode1('ordered', 'statefulsets', names.length)
        const before = await uidsOf('ordered')
        expect([...before.values()].sort()).toEqual(names)
        const made = turns('ordered').length
        await drainedThrough('ordered', async () => {
          await world.controlPlane.killApiServer()
          await world.controlPlane.restartApiServer()
        })
        expect(await world.podsOn('node-1')).toEqual([])
        await world.ready(names.length, 'ordered')
        await expect.poll(() => turns('ordered').slice(made), soon).toHaveLength(2 * names.length)
        // A name comes back with another uid: evicted once each, and each is there again before the next goes.
        const since = turns('ordered').slice(made)
        const gone = since.filter((_, index) => index % 2 === 0)
        expect(gone.toSorted()).toEqual(names.map((name) => `evict ${name}`))
        expect(since).toEqual(gone.flatMap((turn) => [turn, turn.replace('evict', 'create')]))
        const list = await world.api.request('GET', `${world.core}/ordered/pods`)
        const pods = list['items'] as Parameters<typeof isReady>[0][]
        expect(pods.every(isReady)).toBe(true)
        expect(pods.filter(({ metadata }) => before.has(metadata.uid))).toEqual([])
      },
    )
  },
)
