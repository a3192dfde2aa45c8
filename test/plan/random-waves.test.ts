import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { tolerates } from '../../src/model/node-selector.ts'
import { fillWaves, type NodeCandidate } from '../../src/plan/fill-waves.ts'
import { planWaves } from '../../src/plan/plan-waves.ts'
import { readWorld, type ReadSnapshot } from '../../src/plan/read-world.ts'
import { anyFleet, anyOptions, type Fleet } from '../support/random-fleet.ts'
import type { WaveOptions, WavePlan } from '../../src/plan/wave-request.ts'
import { movedHost } from '../support/wave-fixture.ts'

/** Many enough to find what is wrong within a few runs of the tests, few enough for a slow machine. */
const numRuns = 50

/** Shuffles by keys that were drawn, so that a failure can be run again. */
function shuffled<T>(list: readonly T[], keys: readonly number[]): T[] {
  return list
    .map((item, index) => ({ item, key: keys[index % keys.length] ?? 0 }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item)
}

function plan(fleet: Fleet, options: WaveOptions): WavePlan {
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
        const faults = waves.flatMap((wave) => {
          const fresh = wave.nodes.filter((name) => nodes.get(name)?.unschedulable === false)
          const zones = new Set(
            wave.nodes.map((name) => nodes.get(name)?.labels['topology.kubernetes.io/zone']),
          )
          const member = fleet.members.find(({ node }) => node === wave.nodes[0])
          const healthy = fleet.members.length - sickMembers - (member?.ready === true ? 1 : 0)
          const isAlone = wave.kind !== 'control-plane' || wave.nodes.length === 1
          return [
            wave.nodes.length > maxUnavailable ? ['too many', wave] : [],
            fresh.length > 0 && fresh.length + away.length > maxUnavailable ? ['too many away', wave] : [],
            options.zones === 'one-at-a-time' && zones.size > 1 ? ['zones', wave] : [],
            isAlone ? [] : ['control plane', wave],
            member !== undefined && healthy < Math.floor((fleet.members.length - 1) / 2) + 1
              ? ['quorum', wave]
              : [],
          ].flat()
        })
        expect(faults).toEqual([])
      }),
      { numRuns },
    )
  })

  it('let no more pods of a budget be away that cannot run elsewhere than it allows', () => {
    fc.assert(
      fc.property(anyFleet, anyOptions, (fleet, options) => {
        const faults = plan(fleet, options).waves.flatMap((wave) =>
          [...fleet.allowed].flatMap(([app, allowed]) => {
            const pinned = fleet.pinned.filter((pod) => pod.app === app && wave.nodes.includes(pod.node))
            return pinned.length > allowed ? [{ wave, app, allowed, pinned }] : []
          }),
        )
        expect(faults).toEqual([])
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
          const faults = wave.moves.filter(({ pod, from }) => {
            const { scheduling } = pods.get(pod.key)!
            const { node } = pod
            const host = scheduling.nodeSelector?.['kubernetes.io/hostname']
            const beside = [...node.pods].filter((other) => other !== pod && other.owner === pod.owner)
            return (
              wave.nodes.includes(node) ||
              node === from ||
              !node.isReady ||
              node.isCordoned ||
              node.traits.taints.some((taint) => !tolerates(scheduling.tolerations ?? [], taint)) ||
              (host !== undefined && node.name !== host) ||
              (scheduling.affinity?.podAnti !== undefined && beside.length > 0)
            )
          })
          expect(faults).toEqual([])
          for (const node of wave.nodes)
            for (const pod of node.pods) expect(staying.has(pod) || pod.owner === undefined).toBe(true)
        })
      }),
      { numRuns },
    )
  })
})
