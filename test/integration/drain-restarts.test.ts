import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { auditedRequests } from '../support/control-plane/audit.ts'
import type { TestedRelease } from '../support/control-plane/releases.ts'
import { budget, isReady, startDrainWorld, workload, type DrainWorld } from '../support/drain-world.ts'
import { whenHeard } from '../support/when-heard.ts'

const soon = { timeout: 90_000, interval: 100 }
/** A budget whose eviction was cut off between its two writes is held for two minutes. */
const enoughMs = 400_000

/** The server, or what it keeps its objects in, goes away when the first pods have gone and others still have to. */
describe.each<TestedRelease>(['oldest', 'newest', 'lab'])(
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

    interface Eviction {
      /** Of the pod. */
      name: string
      answeredAtMs: number
    }

    /** Evictions that were taken, in the order of the log. */
    function evictions(namespace: string): readonly Eviction[] {
      const wanted = { namespace, subresource: 'eviction', status: 201 }
      return auditedRequests(world.controlPlane.auditLog, wanted).map(({ name = '', answeredAt }) => ({
        name,
        answeredAtMs: Date.parse(answeredAt),
      }))
    }
    const evicted = (namespace: string): string[] => evictions(namespace).map(({ name }) => name)

    async function killServer(): Promise<void> {
      await world.controlPlane.killApiServer()
      await world.controlPlane.restartApiServer()
    }
    /** The lab has no etcd: its objects are in its memory. */
    const stores =
      release === 'lab'
        ? { 'the API server is killed': killServer }
        : { 'etcd is restarted': async () => await world.controlPlane.restartEtcd() }

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

    it.each(Object.entries(stores))(
      'evicts no pod twice when %s',
      { timeout: enoughMs },
      async (_, disturb) => {
        const replicas = 6
        await onNode1('stored', 'deployments', replicas)
        const before = await uidsOf('stored')
        await drainedThrough('stored', disturb)
        expect(await world.podsOn('node-1')).toEqual([])
        await world.ready(replicas, 'stored')
        // Each pod that was there went once, and none of those that came in their place; an answer may have been lost.
        const taken = evicted('stored')
        expect(taken.toSorted()).toEqual([...new Set(taken)].sort())
        expect([...before.values()]).toEqual(expect.arrayContaining(taken))
        const after = await uidsOf('stored')
        expect([...after.keys()].filter((uid) => before.has(uid))).toEqual([])
      },
    )

    it(
      'lets the pods of a StatefulSet come back one after the other when the API server is killed',
      { timeout: enoughMs },
      async () => {
        const names = ['db-0', 'db-1', 'db-2', 'db-3']
        await onNode1('ordered', 'statefulsets', names.length)
        const before = await uidsOf('ordered')
        expect([...before.values()].sort()).toEqual(names)
        await drainedThrough('ordered', killServer)
        expect(await world.podsOn('node-1')).toEqual([])
        await world.ready(names.length, 'ordered')
        const list = await world.api.request('GET', `${world.core}/ordered/pods`)
        const pods = list['items'] as Parameters<typeof isReady>[0][]
        // A name comes back with another uid: evicted once each, and each is there again before the next goes.
        const gone = evictions('ordered')
        expect(gone.map(({ name }) => name).sort()).toEqual(names)
        const madeAt = new Map(
          pods.map(({ metadata }) => [metadata.name, Date.parse(metadata.creationTimestamp ?? '')]),
        )
        const tooSoon = gone.slice(1).filter(({ answeredAtMs }, index) => {
          const before = madeAt.get(gone[index]?.name ?? '') ?? Number.NaN
          return !(before <= answeredAtMs)
        })
        expect(tooSoon).toEqual([])
        expect(pods.every(isReady)).toBe(true)
        expect(pods.filter(({ metadata }) => before.has(metadata.uid))).toEqual([])
      },
    )
  },
)
