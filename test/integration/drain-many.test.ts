import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestedRelease } from '../support/control-plane/releases.ts'
import { podSpec, startDrainWorld, type DrainWorld } from '../support/drain-world.ts'

const drained = Array.from({ length: 22 }, (_, index) => `node-${index + 1}`)

describe.each<TestedRelease>(['oldest', 'newest', 'lab'])(
  'a drain of many nodes on the %s control plane',
  (release) => {
    let world: DrainWorld

    beforeAll(async () => {
      world = await startDrainWorld({ release, nodes: 24 })
      await world.namespace('many')
      for (const node of [...drained, 'node-23', 'node-24']) {
        for (const name of [`${node}-a`, `${node}-b`])
          await world.create(`${world.core}/many/pods`, {
            metadata: { name },
            spec: podSpec({ nodeName: node }),
          })
      }
      await world.ready(48, 'many')
    })
    afterAll(async () => {
      await world.clean()
      await world.stop()
    })

    it('watches the cluster once instead of each node, and touches no other node', async () => {
      const args = ['drain', ...drained, '--max-nodes', '22', '--yes', '--force-naked', '-o', 'json']
      const { exitCode, stdout } = await world.run(args)
      const { items } = JSON.parse(stdout) as { items: { node: string; result: string; podsGone: number }[] }
      expect(exitCode).toBe(0)
      expect(items.map(({ node, result, podsGone }) => [node, result, podsGone])).toEqual(
        drained.map((node) => [node, 'drained', 2]),
      )
      const list = await world.api.request('GET', `${world.core}/many/pods`)
      const left = (list['items'] as { metadata: { name: string } }[]).map(({ metadata }) => metadata.name)
      expect(left.sort()).toEqual(['node-23-a', 'node-23-b', 'node-24-a', 'node-24-b'])
      for (const name of ['node-23', 'node-24'])
        expect((await world.node(name))['spec'].unschedulable).toBeUndefined()
      // A watch is in the log of 1.20 when it has ended.
      const watches = () =>
        world.requests().filter(({ verb, resource }) => verb === 'watch' && resource === 'pods')
      await expect.poll(() => watches().length).toBe(1)
      expect(watches()[0]?.uri).not.toContain('fieldSelector')
      const evictions = world.requests().filter(({ subresource }) => subresource === 'eviction')
      expect(evictions.map(({ status }) => status)).toEqual(evictions.map(() => 201))
      expect(evictions).toHaveLength(44)
    })

    it('says why for all of them in one go', async () => {
      const { exitCode, stdout } = await world.run(['why', ...drained, '-o', 'json'])
      const { items } = JSON.parse(stdout) as { items: { blockers: object[]; state: { mark?: object } }[] }
      expect([exitCode, items.length]).toEqual([0, 22])
      expect(items.every(({ blockers, state }) => blockers.length === 0 && state.mark !== undefined)).toBe(
        true,
      )
    })
  },
)
