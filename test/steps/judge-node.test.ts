import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { comparedLists } from '../../src/model/compared-lists.ts'
import type { ComparedCluster } from '../../src/steps/compare-cluster.ts'
import { judgeNode, type NodeJudgement } from '../../src/steps/judge-node.ts'
import { placedPods, type PlacedPod } from '../../src/steps/placed-pods.ts'
import { clusterWorkload, guardService } from '../support/cluster-fixture.ts'

const nodes = ['node-1', 'node-2', 'node-3', 'node-4'] as const
type NodeName = (typeof nodes)[number]
const kinds = ['Deployment', 'StatefulSet'] as const
type Kind = (typeof kinds)[number]

/** Where each pod of a workload is ready; null = nowhere. */
type Places = readonly (NodeName | null)[]

/** A cluster with one workload of which so many pods are wanted, and its Service. */
function clusterWith(kind: Kind, places: Places): ComparedCluster {
  const ready = places.filter((node) => node !== null)
  const byNode = Object.fromEntries(nodes.map((name) => [name, ready.filter((at) => at === name).length]))
  const pods = places.flatMap((node, index): PlacedPod[] =>
    node === null ? [] : [{ workload: `${kind} shop/web`, node, name: `web-${index}` }],
  )
  return {
    nodes: [],
    workloads: [clusterWorkload(`${kind}/web`, { replicas: places.length, ready: ready.length })],
    pods: [],
    services: [guardService(byNode)],
    volumes: [],
    claims: [],
    attachments: [],
    placed: placedPods(pods),
  }
}

interface Case {
  kind: Kind
  was: Places
  is: Places
  first?: Places
  away?: readonly NodeName[]
}

function judge({ kind, was, is, first, away = [] }: Case): NodeJudgement {
  return judgeNode({
    asked: { node: 'node-1', lists: comparedLists, letsNakedGo: false },
    was: clusterWith(kind, was),
    is: clusterWith(kind, is),
    first: first && clusterWith(kind, first),
    daemonless: [],
    nodes: nodes.slice(0, 3),
    away: new Set(away),
  })
}

const open = (one: Case): string[] => judge(one).open.map(({ object }) => object)
const waiting = (one: Case): unknown[] =>
  judge(one).waiting.map(({ difference, nodes }) => [difference.object, ...nodes])
const count = (places: Places, name: NodeName): number => places.filter((at) => at === name).length
const readyOf = (places: Places): number => places.filter((at) => at !== null).length

const aKind = fc.constantFrom(...kinds)
const someAway = fc.subarray(nodes.slice(1))
/** How a workload was and is: each pod stays, moves or is not ready any more. */
const twoTimes = fc
  .array(fc.tuple(fc.constantFrom(...nodes), fc.option(fc.constantFrom(...nodes))), {
    minLength: 1,
    maxLength: 8,
  })
  .map((pods) => ({ was: pods.map(([was]) => was), is: pods.map(([, is]) => is) }))

describe('what one node of a run answers for', () => {
  it('is never fine when the node has lost a pod that is ready nowhere, whatever else is away', () => {
    fc.assert(
      fc.property(aKind, twoTimes, someAway, (kind, { was, is }, away) => {
        const isLost =
          kind === 'StatefulSet'
            ? was.some((name, index) => name === 'node-1' && is[index] === null)
            : count(is, 'node-1') < count(was, 'node-1') && readyOf(is) < readyOf(was)
        // What of the node is missing must not be found fine.
        expect(isLost && !open({ kind, was, is, away }).includes(`${kind} shop/web`)).toBe(false)
      }),
    )
  })

  it('is nothing that only nodes have lost that are away; it is told with their names', () => {
    const onlyOthers = fc.tuple(someAway, twoTimes).map(([away, { was, is }]) => ({
      away,
      was,
      // Pods of nodes that are away are gone, or where they were; all others have stayed.
      is: was.map((name, index) => (away.includes(name) && is[index] === null ? null : name)),
    }))
    fc.assert(
      fc.property(aKind, onlyOthers, (kind, { away, was, is }) => {
        const short = readyOf(is) < readyOf(was)
        const names = away.filter((name) => count(is, name) < count(was, name))
        expect(open({ kind, was, is, away })).toEqual([])
        const told = short
          ? [
              [`${kind} shop/web`, ...names],
              ['Service shop/guard', ...names],
            ]
          : []
        expect(waiting({ kind, was, is, away })).toEqual(told)
      }),
    )
  })

  it('hides nothing: what is short is open or waits for a node that is away and has lost some of it', () => {
    fc.assert(
      fc.property(aKind, twoTimes, someAway, (kind, { was, is }, away) => {
        const judged = judge({ kind, was, is, away })
        const told = [...judged.open, ...judged.waiting.map(({ difference }) => difference)]
        const names = told.map(({ object }) => object)
        expect(names.includes(`${kind} shop/web`)).toBe(readyOf(is) < readyOf(was))
        expect(new Set(names).size).toBe(names.length)
        for (const { nodes } of judged.waiting) {
          expect(nodes.length).toBeGreaterThan(0)
          for (const name of nodes) expect(away).toContain(name)
        }
      }),
    )
  })

  it('is everything that is short when no other node is away', () => {
    fc.assert(
      fc.property(aKind, twoTimes, (kind, { was, is }) => {
        expect(open({ kind, was, is })).toEqual(
          readyOf(is) < readyOf(was) ? [`${kind} shop/web`, 'Service shop/guard'] : [],
        )
      }),
    )
  })

  it('is what it has lost although its snapshot was taken while others were away, and the last brings all back', () => {
    const first = ['node-1', 'node-2', 'node-3'] as const
    // node-2 was away when node-1 began, and is back; what node-1 had is gone.
    const own = { kind: 'Deployment', first, was: ['node-1', null, 'node-3'] } as const
    expect(open({ ...own, is: [null, 'node-2', 'node-3'], away: ['node-3'] })).toContain(
      'Deployment shop/web',
    )
    // What node-2 had is not back: while it is away it answers for that, then the last one does.
    const others = { ...own, is: ['node-1', null, 'node-3'] } as const
    expect(open({ ...others, away: ['node-2'] })).toEqual([])
    expect(waiting({ ...others, away: ['node-2'] })).toContainEqual(['Deployment shop/web', 'node-2'])
    expect(open(others)).toContain('Deployment shop/web')
  })

  it('is not what a node has lost since the run began that is no node of the run', () => {
    const one = { kind: 'StatefulSet', first: ['node-1', 'node-4'], was: ['node-1', null] } as const
    expect(open({ ...one, is: ['node-1', null] })).toEqual([])
  })

  it('cannot be told without the places of pods: then all that is short counts', () => {
    const was = { ...clusterWith('Deployment', ['node-1', 'node-2']), placed: null }
    const is = clusterWith('Deployment', ['node-1', null])
    const judged = judgeNode({
      asked: { node: 'node-1', lists: ['workloads'], letsNakedGo: false },
      was,
      is,
      first: undefined,
      daemonless: [],
      nodes,
      away: new Set(['node-2']),
    })
    expect(judged.open).toMatchObject([{ object: 'Deployment shop/web' }])
  })
})
