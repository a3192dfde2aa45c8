import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { tolerates } from '../../src/model/node-selector.ts'
import { fillWaves, type NodeCandidate } from '../../src/plan/fill-waves.ts'
import { planWaves } from '../../src/plan/plan-waves.ts'
import { readWorld, type ReadSnapshot } from '../../src/plan/read-world.ts'
import type { WavePlan } from '../../src/plan/wave-request.ts'
import { anyFleet, anyOptions, type Fleet } from '../support/random-fleet.ts'
import { movedHost, waveOptions } from '../support/wave-fixture.ts'

/** Many enough to find what is wrong within a few runs of the tests, few enough for a slow machine. */
const numRuns = 50

/** Shuffles by keys that were drawn, so that a failure can be run again. */
function shuffled<T>(list: readonly T[], keys: readonly number[]): T[] {
  return list
    .map((item, index) => ({ item, key: keys[index % keys.length] ?? 0 }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item)
}

function plan(fleet: Fleet, options: ReturnType<typeof waveOptions>): WavePlan {
  return planWaves({ cluster: fleet.snapshot, hosts: fleet.hosts, options })
}

describe('waves of any fleet', () => {
  it('hold every host once, or say why they do not', () => {
    fc.assert(
      fc.property(anyFleet, anyOptions, (fleet, options) => {
        const { waves, leftOut, nodes } = plan(fleet, options)
        const named = [...waves.flatMap((wave) => wave.nodes), ...leftOut.map(({ host }) => host)]
        expect(named.sort()).toEqual(fleet.hosts.map(({ host }) => host).sort())
        for (const { reasons } of leftOut) expect(reasons.length).toBeGreaterThan(0)
        expect(waves.map(({ index }) => index)).toEqual(waves.map((_, index) => index))
        expect(nodes.map(({ name }) => name)).toEqual(waves.flatMap((wave) => wave.nodes))
      }),
      { numRuns },
    )
  })

  it('keep to what may be away, to one zone, to one control plane node and to the majority of etcd', () => {
    fc.assert(
      fc.property(anyFleet, anyOptions, (fleet, options) => {
        const { waves, maxUnavailable } = plan(fleet, options)
        const nodes = new Map((fleet.snapshot.nodes ?? []).map((node) => [node.name, node]))
        const away = [...nodes.values()].filter(
          ({ ready, unschedulable }) => ready !== 'ready' || unschedulable,
        )
        const sickMembers = fleet.members.filter(({ ready }) => !ready).length
        for (const wave of waves) {
          const fresh = wave.nodes.filter((name) => nodes.get(name)?.unschedulable === false)
          expect(wave.nodes.length).toBeLessThanOrEqual(maxUnavailable)
          if (fresh.length > 0 && wave.kind !== 'hosts')
            expect(fresh.length + away.length).toBeLessThanOrEqual(maxUnavailable)
          const zones = new Set(
            wave.nodes.map((name) => nodes.get(name)?.labels['topology.kubernetes.io/zone']),
          )
          if (options.zones === 'one-at-a-time') expect(zones.size).toBe(1)
          if (wave.kind !== 'control-plane') continue
          expect(wave.nodes).toHaveLength(1)
          const member = fleet.members.find(({ node }) => node === wave.nodes[0])
          if (member === undefined) continue
          const healthy = fleet.members.length - sickMembers - (member.ready ? 1 : 0)
          expect(healthy).toBeGreaterThanOrEqual(Math.floor((fleet.members.length - 1) / 2) + 1)
        }
      }),
      { numRuns },
    )
  })

  it('let no more pods of a budget be away that cannot run elsewhere than it allows', () => {
    fc.assert(
      fc.property(anyFleet, anyOptions, (fleet, options) => {
        for (const wave of plan(fleet, options).waves) {
          for (const [app, allowed] of fleet.allowed) {
            const pinned = fleet.pinned.filter((pod) => pod.app === app && wave.nodes.includes(pod.node))
            if (pinned.length > 0) expect(pinned.length).toBeLessThanOrEqual(allowed)
          }
        }
      }),
      { numRuns },
    )
  })

  it('are the same whatever the order of hosts and of the lists of the snapshot', () => {
    fc.assert(
      fc.property(
        anyFleet,
        anyOptions,
        fc.array(fc.nat(), { minLength: 7, maxLength: 60 }),
        (fleet, options, keys) => {
          const { snapshot, hosts } = fleet
          const cluster = {
            ...snapshot,
            nodes: shuffled(snapshot.nodes ?? [], keys),
            pods: shuffled(snapshot.pods ?? [], keys),
            budgets: shuffled(snapshot.budgets ?? [], keys),
            claims: shuffled(snapshot.claims ?? [], keys),
            volumes: shuffled(snapshot.volumes ?? [], keys),
          }
          const other = planWaves({ cluster, hosts: shuffled(hosts, keys), options })
          expect(JSON.stringify(other)).toBe(JSON.stringify(plan(fleet, options)))
        },
      ),
      { numRuns },
    )
  })

  it('are no fewer, no shorter and evict no less than the lower bounds, and are at most one a node', () => {
    fc.assert(
      fc.property(anyFleet, anyOptions, (fleet, options) => {
        const { waves, bounds, estimate } = plan(fleet, options)
        expect(waves.length).toBeGreaterThanOrEqual(bounds.waves)
        expect(waves.length).toBeLessThanOrEqual(fleet.hosts.length)
        const evictions = waves.reduce((sum, { simulated }) => sum + simulated.evictions, 0)
        expect(evictions).toBeGreaterThanOrEqual(bounds.evictions)
        expect(estimate.p50Ms).toBeGreaterThanOrEqual(bounds.makespanMs)
        expect(estimate.p90Ms).toBeGreaterThanOrEqual(estimate.p50Ms)
        for (const wave of waves) expect(wave.estimate.p50Ms).toBeGreaterThanOrEqual(wave.lowerBoundMs)
      }),
      { numRuns },
    )
  })
})

describe('the simulation of any fleet', () => {
  it('never puts a pod where it is not allowed, or where there is no room', () => {
    fc.assert(
      fc.property(anyFleet, fc.integer({ min: 1, max: 6 }), (fleet, size) => {
        const world = readWorld(fleet.snapshot as ReadSnapshot)
        const pods = new Map((fleet.snapshot.pods ?? []).map((pod) => [`${pod.namespace}/${pod.name}`, pod]))
        const before = new Map(world.nodes.map((node) => [node, node.free.map((free) => Math.min(0, free))]))
        const candidates = world.nodes
          .filter(({ isReady }) => isReady)
          .map((node): NodeCandidate => ({ moved: movedHost(node.name), node, pods: node.pods.size }))
        fillWaves(candidates, { size, fresh: size, zones: 'any', noRoom: 'refuse', world }, ({ wave }) => {
          const staying = new Set(wave.staying)
          for (const node of world.nodes) {
            const least = before.get(node) ?? []
            node.free.forEach((free, index) => expect(free).toBeGreaterThanOrEqual(least[index] ?? 0))
          }
          for (const { pod, from } of wave.moves) {
            const { scheduling } = pods.get(pod.key)!
            expect(wave.nodes).not.toContain(pod.node)
            expect(pod.node.isReady && !pod.node.isCordoned).toBe(true)
            expect(pod.node).not.toBe(from)
            for (const taint of pod.node.traits.taints)
              expect(tolerates(scheduling.tolerations ?? [], taint)).toBe(true)
            const host = scheduling.nodeSelector?.['kubernetes.io/hostname']
            if (host !== undefined) expect(pod.node.name).toBe(host)
            if (scheduling.affinity?.podAnti === undefined) continue
            const beside = [...pod.node.pods].filter((other) => other !== pod && other.owner === pod.owner)
            expect(beside).toEqual([])
          }
          for (const node of wave.nodes)
            for (const pod of node.pods) expect(staying.has(pod) || pod.owner === undefined).toBe(true)
        })
      }),
      { numRuns },
    )
  })
})
