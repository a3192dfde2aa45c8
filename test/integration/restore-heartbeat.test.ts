import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { nodeHeartbeats } from '../../src/steps/node-heartbeat.ts'
import { clusterFor } from '../support/control-plane/cluster-under-test.ts'
import { renewal } from '../support/control-plane/fake-node.ts'
import type { TestedRelease } from '../support/control-plane/releases.ts'
import { startDrainWorld, type DrainWorld } from '../support/drain-world.ts'
import { whenHeard } from '../support/when-heard.ts'

const leases = '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases'
const words = 'waits until its kubelet is heard of'

/** A machine that is switched off says Ready until the node lifecycle controller has missed it for long enough. */
describe.each<TestedRelease>(['oldest', 'newest', 'lab'])(
  'a restore listens to the kubelet, on the %s control plane',
  (release) => {
    let world: DrainWorld

    beforeAll(async () => {
      world = await startDrainWorld({ release, nodes: 4 })
      await world.run(['drain', 'node-1', 'node-2', 'node-3', 'node-4', '--max-nodes', '4', '--yes'])
    })
    afterAll(async () => await world.stop())

    const isCordoned = async (name: string): Promise<boolean> =>
      (await world.node(name))['spec'].unschedulable === true
    const isReady = async (name: string): Promise<boolean> => {
      const conditions = (await world.node(name))['status'].conditions as { type: string; status: string }[]
      return conditions.some(({ type, status }) => type === 'Ready' && status === 'True')
    }

    it('does not take the word of a node that was switched off, and goes on when its lease is renewed', async () => {
      world.stopNode('node-1')
      let seen: Promise<boolean[]> | undefined
      const { exitCode, stderr, stdout } = await world.run(
        ['restore', 'node-1', '--yes', '--timeout', '60s', '-o', 'json'],
        {
          started: whenHeard(words, () => {
            seen = Promise.all([isReady('node-1'), isCordoned('node-1')]).then(async (states) => {
              await world.patch(`${leases}/node-1`, { spec: renewal() })
              return states
            })
          }),
        },
      )
      // It still said Ready, and nothing was given back.
      expect(await seen).toEqual([true, true])
      expect(stderr).toContain('kube-node-lease/node-1, 20')
      expect([exitCode, JSON.parse(stdout)]).toMatchObject([
        0,
        { items: [{ cordon: 'uncordoned', unheard: null }] },
      ])
      expect(await isCordoned('node-1')).toBe(false)
    })

    it('leaves the cordon when nothing is heard of it in time', async () => {
      world.stopNode('node-2')
      const { exitCode, stderr } = await world.run(['restore', 'node-2', '--yes', '--timeout', '4s'])
      expect([exitCode, stderr]).toEqual([6, expect.stringContaining(words)])
      expect(await isCordoned('node-2')).toBe(true)
    })

    it('says that it could not listen where there is no lease, and restores all the same', async () => {
      // A kubelet at work makes it again.
      world.stopNode('node-3')
      await world.api.request('DELETE', `${leases}/node-3`)
      const { exitCode, stdout } = await world.run([
        'restore',
        'node-3',
        'node-4',
        '--yes',
        '--timeout',
        '60s',
      ])
      expect([exitCode, stdout]).toEqual([
        0,
        expect.stringMatching(
          /node-3 .*taken for Ready by what the node says alone: there is no lease kube-node-lease\/node-3/,
        ),
      ])
      expect(stdout).not.toMatch(/node-4 .*alone/)
      expect(await isCordoned('node-3')).toBe(false)
    })

    it('says so, too, where leases may not be read', async () => {
      const login = world.controlPlane.loginFor({ user: 'nobody', groups: [] })
      const cluster = clusterFor(login)
      const clock = { now: () => new Date().toISOString(), monotonicMs: () => performance.now() }
      const { signal } = new AbortController()
      try {
        const beat = await nodeHeartbeats({ cluster, clock }).look('node-4', signal)
        expect(beat).toEqual({ state: 'unknown', why: expect.stringContaining('leases') as unknown })
      } finally {
        await cluster.close()
      }
    })
  },
)
