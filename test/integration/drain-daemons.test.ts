import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { ApiObject } from '../support/control-plane/api.ts'
import type { TestedRelease } from '../support/control-plane/releases.ts'
import { podSpec, startDrainWorld, type DrainWorld } from '../support/drain-world.ts'

const soon = { timeout: 60_000, interval: 100 }
const group = 'apps.kruise.io'

/** A DaemonSet as OpenKruise has it: the garbage collector knows its kind, and apps/v1 does not know the object. */
const definition = {
  metadata: { name: `daemonsets.${group}` },
  spec: {
    group,
    scope: 'Namespaced',
    names: { plural: 'daemonsets', singular: 'daemonset', kind: 'DaemonSet', listKind: 'DaemonSetList' },
    versions: [
      {
        name: 'v1alpha1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
}
const cordon = { key: 'node.kubernetes.io/unschedulable', operator: 'Exists', effect: 'NoSchedule' }

describe.each<TestedRelease>(['oldest', 'newest', 'lab'])(
  'DaemonSets of another API group, on the %s control plane',
  (release) => {
    let world: DrainWorld

    beforeAll(async () => {
      world = await startDrainWorld({ release })
      await world.create('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', definition)
    })
    afterEach(async () => await world.clean())
    afterAll(async () => await world.stop())

    async function pods(namespace: string): Promise<Map<string, string>> {
      const list = await world.api.request('GET', `${world.core}/${namespace}/pods`)
      return new Map((list['items'] as ApiObject[]).map(({ metadata }) => [metadata.name, metadata.uid]))
    }

    it('keep their pods when these tolerate the cordon, and have the others evicted', async () => {
      await world.namespace('kruise')
      const sets = `/apis/${group}/v1alpha1/namespaces/kruise/daemonsets`
      const body = { apiVersion: `${group}/v1alpha1`, kind: 'DaemonSet', metadata: { name: 'agents' } }
      const set = await vi.waitUntil(async () => await world.create(sets, body).catch(() => undefined), soon)
      const owner = {
        apiVersion: `${group}/v1alpha1`,
        kind: 'DaemonSet',
        name: 'agents',
        uid: set?.metadata.uid,
      }
      for (const [name, tolerations] of [
        ['agent', [cordon]],
        ['picky', []],
      ] as const) {
        await world.create(`${world.core}/kruise/pods`, {
          metadata: { name, ownerReferences: [{ ...owner, controller: true }] },
          spec: podSpec({ nodeName: 'node-1', tolerations }),
        })
      }
      await world.ready(2, 'kruise')
      const before = await pods('kruise')
      const dry = await world.run(['drain', 'node-1', '--dry-run', 'client'])
      expect([dry.exitCode, dry.stdout]).toEqual([
        0,
        expect.stringMatching(/! +node-1 +kruise\/agent +left alone/),
      ])
      expect(dry.stdout).toContain(`(${group}/v1alpha1 DaemonSet/agents)`)
      expect(dry.stdout).not.toContain('kruise/picky')
      const { exitCode } = await world.run(['drain', 'node-1', '--yes', '--recreate-naked'])
      expect([exitCode, await pods('kruise')]).toEqual([0, new Map([['agent', before.get('agent')]])])
      const evicted = world.writes().filter(({ subresource }) => subresource === 'eviction')
      expect(evicted.map(({ name }) => name)).toEqual(['picky'])
    })
  },
)
