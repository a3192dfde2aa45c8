import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { TestedRelease } from '../support/control-plane/releases.ts'
import {
  budget,
  isReady,
  isRenewal,
  podSpec,
  startDrainWorld,
  workload,
  type DrainWorld,
} from '../support/drain-world.ts'
import { whenHeard } from '../support/when-heard.ts'

const soon = { timeout: 60_000, interval: 100 }

describe.each<TestedRelease>(['oldest', 'newest', 'lab'])(
  'osferry drain, disturbed, on the %s control plane',
  (release) => {
    let world: DrainWorld

    beforeAll(async () => {
      world = await startDrainWorld({ release, stopMs: 1000, startMs: 500 })
    })
    afterEach(async () => await world.clean())
    afterAll(async () => await world.stop())

    async function cordon(nodes: readonly string[], unschedulable: boolean): Promise<void> {
      for (const name of nodes)
        await world.patch(`/api/v1/nodes/${name}`, { spec: { unschedulable: unschedulable || null } })
    }

    /** Deployments whose pods start on the given nodes only, each with a budget of one. */
    async function placed(namespace: string, count: number, replicas: number): Promise<void> {
      for (let index = 1; index <= count; index += 1) {
        const name = `app-${index}`
        await world.create(`${world.apps}/${namespace}/deployments`, workload(name, { replicas }))
        await world.create(
          `${world.budgets}/${namespace}/poddisruptionbudgets`,
          budget(name, { maxUnavailable: 1 }),
        )
      }
      await world.ready(count * replicas, namespace)
      await vi.waitUntil(async () => {
        const list = await world.api.request('GET', `${world.budgets}/${namespace}/poddisruptionbudgets`)
        const all = list['items'] as { status: { disruptionsAllowed: number } }[]
        return all.every(({ status }) => status.disruptionsAllowed === 1)
      }, soon)
    }

    async function naked(namespace: string, name: string, finalizers: string[] = []): Promise<void> {
      await world.create(`${world.core}/${namespace}/pods`, {
        metadata: { name, ...(finalizers.length === 0 ? {} : { finalizers }) },
        spec: podSpec({ nodeName: 'node-1' }),
      })
      await vi.waitUntil(
        async () => isReady(await world.api.request('GET', `${world.core}/${namespace}/pods/${name}`)),
        soon,
      )
    }

    it('gets 100 pods of 10 budgets of one through without one refusal, in N+20 requests', async () => {
      await world.namespace('tens')
      await cordon(['node-2', 'node-3'], true)
      await placed('tens', 10, 10)
      await cordon(['node-2', 'node-3'], false)
      const before = world.requests().length
      const { exitCode } = await world.run(['drain', 'node-1', '--yes'])
      expect(exitCode).toBe(0)
      const asked = world.requests().slice(before)
      const evictions = asked.filter(({ subresource }) => subresource === 'eviction')
      expect(evictions.map(({ status }) => status)).toEqual(evictions.map(() => 201))
      expect(evictions).toHaveLength(100)
      expect(asked.filter((request) => !isRenewal(request)).length).toBeLessThanOrEqual(100 + 20)
    })

    it('drains two nodes that share budgets at once', async () => {
      await world.namespace('shared')
      await cordon(['node-3'], true)
      await placed('shared', 3, 4)
      await cordon(['node-3'], false)
      const { exitCode, stdout } = await world.run(['drain', 'node-1', 'node-2', '--max-nodes', '2', '--yes'])
      expect([exitCode, stdout.match(/✔ drained/g)?.length]).toEqual([0, 2])
      expect(await world.podsOn('node-1')).toEqual([])
      expect(await world.podsOn('node-2')).toEqual([])
    })

    it('refuses a second osferry, and names the first', async () => {
      await world.namespace('twice')
      await naked('twice', 'stuck', ['example.com/hold'])
      const second = Promise.withResolvers<Awaited<ReturnType<DrainWorld['run']>>>()
      const first = await world.run(['drain', 'node-1', '--yes', '--force-naked'], {
        started: whenHeard('evicting', (child) => {
          const run = world.run(['drain', 'node-2', '--yes'])
          second.resolve(run.finally(() => child.kill('SIGTERM')))
        }),
      })
      const refused = await second.promise
      expect([first.exitCode, refused.exitCode]).toEqual([6, 69])
      expect(refused.stderr).toMatch(
        /another osferry is at work in this cluster: \S+@\S+ \(run [0-9a-f]{8}\)/,
      )
      expect((await world.node('node-2'))['spec'].unschedulable).toBeUndefined()
      // The lease was let go: the next one begins at once.
      expect((await world.run(['drain', 'node-2', '--yes'])).exitCode).toBe(0)
    })

    it('goes on when the API server is killed and comes back', async () => {
      await world.namespace('killed')
      await cordon(['node-2', 'node-3'], true)
      await placed('killed', 2, 5)
      await cordon(['node-2', 'node-3'], false)
      let restarted: Promise<void> | undefined
      const { exitCode, stderr } = await world.run(['drain', 'node-1', '--yes'], {
        started: whenHeard('evicting', () => {
          restarted = world.controlPlane.killApiServer().then(() => world.controlPlane.restartApiServer())
        }),
      })
      await restarted
      expect([exitCode, stderr]).toEqual([0, expect.stringContaining('drained 10/10')])
      expect(await world.podsOn('node-1')).toEqual([])
    })

    it('does not touch a pod that was created again under the same name', async () => {
      await world.namespace('again')
      await naked('again', 'twin')
      await naked('again', 'stuck', ['example.com/hold'])
      let recreated: Promise<unknown> | undefined
      const { exitCode, stdout } = await world.run(
        ['drain', 'node-1', '--yes', '--force-naked', '--timeout', '8s'],
        {
          started: whenHeard('evicting', () => {
            recreated = vi
              .waitUntil(async () => {
                const pods = await world.podsOn('node-1')
                return pods.every(({ metadata }) => metadata.name !== 'twin')
              }, soon)
              .then(() =>
                world.create(`${world.core}/again/pods`, {
                  metadata: { name: 'twin' },
                  spec: podSpec({ nodeName: 'node-2' }),
                }),
              )
          }),
        },
      )
      await recreated
      expect([exitCode, stdout]).toEqual([8, expect.stringContaining('again/stuck')])
      expect(stdout).not.toContain('twin')
      await world.ready(1, 'again')
    })

    it('waits for a budget that is closed during the drain, and goes on when it opens', async () => {
      await world.namespace('changed')
      await cordon(['node-2', 'node-3'], true)
      await placed('changed', 1, 4)
      await cordon(['node-2', 'node-3'], false)
      const path = `${world.budgets}/changed/poddisruptionbudgets/app-1`
      let opened: Promise<unknown> | undefined
      const { exitCode } = await world.run(['drain', 'node-1', '--yes'], {
        started: whenHeard('evicting', () => {
          opened = world
            .patch(path, { spec: { maxUnavailable: 0 } })
            .then(() => new Promise((resolve) => setTimeout(resolve, 3000)))
            .then(() => world.patch(path, { spec: { maxUnavailable: 2 } }))
        }),
      })
      await opened
      expect(exitCode).toBe(0)
    })

    it('stops when somebody uncordons the node, and leaves it so', async () => {
      await world.namespace('uncordoned')
      await naked('uncordoned', 'stuck', ['example.com/hold'])
      const { exitCode, stdout } = await world.run(['drain', 'node-1', '--yes', '--force-naked'], {
        started: whenHeard('evicting', () => void cordon(['node-1'], false)),
      })
      expect([exitCode, stdout]).toEqual([8, expect.stringContaining('somebody uncordoned it')])
      const node = await world.node('node-1')
      expect(node['spec'].unschedulable).toBeUndefined()
      expect(node.metadata.annotations).not.toHaveProperty(['osferry.io/cordon'])
    })
  },
)
