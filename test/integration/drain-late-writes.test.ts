import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Cluster, ObjectRef, ApiObject as Patch } from '../../src/model/cluster-port.ts'
import { parseDrainNode } from '../../src/model/drain-node.ts'
import { cordonNode, restoreNode, stateFound, type StateFound } from '../../src/steps/cluster-cordon.ts'
import { mergePatch, type ApiClient } from '../support/control-plane/api.ts'
import { nodeObject } from '../support/control-plane/fake-node.ts'
import type { TestedRelease } from '../support/control-plane/releases.ts'
import { serveCluster, type ServedCluster } from '../support/control-plane/served-cluster.ts'
import type { ControlPlane } from '../support/control-plane/start.ts'

const path = '/api/v1/nodes/node-1'
const { signal } = new AbortController()
const owner = { run: 'run-1', holder: 'me@here', at: '2026-11-21T00:00:00Z' }

/** A cordon whose caller was cut off, and that reaches the server late. */
interface LateCordon {
  found: StateFound
  arrive: () => Promise<string>
}

describe.each<TestedRelease>(['oldest', 'newest', 'lab'])(
  'a cordon that arrives late, on the %s control plane',
  (release) => {
    let served: ServedCluster
    let controlPlane: ControlPlane
    let api: ApiClient
    let cluster: Cluster

    beforeAll(async () => {
      served = await serveCluster({ version: release, controllers: false })
      ;({ controlPlane, api, cluster } = served)
    })
    beforeEach(async () => {
      const details = { address: '10.20.0.1', version: controlPlane.version }
      await api.request('POST', '/api/v1/nodes', { body: nodeObject({ name: 'node-1' }, details) })
    })
    afterEach(async () => await api.request('DELETE', path))
    afterAll(async () => await served.stop())

    async function lateCordon(): Promise<LateCordon> {
      const known = parseDrainNode(await api.request('GET', path))
      const found = stateFound(known)
      const sent: { ref: ObjectRef; patch: Patch }[] = []
      const cut: Cluster = {
        ...cluster,
        async patch(ref, patch) {
          sent.push({ ref, patch })
          return await Promise.reject(new Error('cut off'))
        },
      }
      await expect(cordonNode(cut, found, { owner, known, signal })).rejects.toThrow('cut off')
      return {
        found,
        async arrive(): Promise<string> {
          const [request] = sent
          if (request === undefined) throw new Error('no cordon was sent')
          return (await cluster.patch(request.ref, request.patch, { signal })).outcome
        },
      }
    }

    /** The same cluster; `act` comes just before the patch of that number, counted from one. */
    function before(number: number, act: () => Promise<unknown>): Cluster {
      let count = 0
      return {
        ...cluster,
        async patch(ref, patch, options) {
          count += 1
          if (count === number) await act()
          return await cluster.patch(ref, patch, options)
        },
      }
    }

    async function expectFree(): Promise<void> {
      const node = await api.request('GET', path)
      expect(node['spec'].unschedulable).toBeUndefined()
      expect(node.metadata.annotations).not.toHaveProperty(['osferry.io/cordon'])
    }

    it.each([
      ['before it is looked for', 0, 'done'],
      ['when it was looked for, before the fence', 1, 'done'],
      ['between the two halves of the fence', 2, 'conflict'],
      ['when the node was given back', 3, 'conflict'],
    ])('is taken away, or refused, %s', async (_, moment, answer) => {
      const { found, arrive } = await lateCordon()
      let outcome: string | undefined
      const act = async (): Promise<void> => {
        outcome = await arrive()
      }
      if (moment === 0) await act()
      await restoreNode(before(moment, act), found, { run: owner.run, signal })
      if (moment === 3) await act()
      expect(outcome).toBe(answer)
      await expectFree()
    })

    it('leaves the cordon that somebody else has put on the node meanwhile', async () => {
      const { found, arrive } = await lateCordon()
      const theirs = (): Promise<unknown> =>
        api.request('PATCH', path, { body: { spec: { unschedulable: true } }, contentType: mergePatch })
      const isTaken = await restoreNode(before(1, theirs), found, { run: owner.run, signal })
      expect([isTaken, await arrive()]).toEqual([false, 'conflict'])
      const node = await api.request('GET', path)
      expect(node['spec'].unschedulable).toBe(true)
      expect(node.metadata.annotations).not.toHaveProperty(['osferry.io/cordon'])
    })
  },
)
