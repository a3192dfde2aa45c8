import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { admitNodes } from '../../src/steps/node-admission.ts'
import { pickEvictions } from '../../src/steps/pick-evictions.ts'
import { graceFor } from '../../src/steps/pod-grace.ts'
import { planPod } from '../../src/steps/drain-preflight.ts'
import { drainPod, noChoices, noSurroundings, podTask } from './make-drain.ts'

const free = (): number => Number.POSITIVE_INFINITY
const namesOf = (tasks: readonly ReturnType<typeof podTask>[]): string[] =>
  tasks.map(({ planned }) => planned.pod.name)

describe('pickEvictions', () => {
  it('takes unready pods first, then volumes, then the longest grace', () => {
    const tasks = [
      podTask(drainPod({ name: 'plain' })),
      podTask(drainPod({ name: 'long', graceSeconds: 300 })),
      podTask(drainPod({ name: 'volume', claims: ['data'] })),
      podTask(drainPod({ name: 'sick', isReady: false })),
    ]
    const picked = pickEvictions({ tasks, nodes: ['node-1'], credits: free, nowMs: 0 })
    expect(namesOf(picked)).toEqual(['sick', 'volume', 'long', 'plain'])
  })

  it('begins with critical pods when the others are gone', () => {
    const critical = podTask(drainPod({ name: 'dns', priorityClass: 'system-cluster-critical' }))
    const other = podTask(drainPod(), { state: 'sent' })
    const input = { nodes: ['node-1'], credits: free, nowMs: 0 }
    expect(pickEvictions({ tasks: [critical, other], ...input })).toEqual([])
    expect(pickEvictions({ tasks: [critical], ...input })).toEqual([critical])
  })

  it('lets only the lowest order of the rules go, critical pods without a rule last', () => {
    const pods = [
      { name: 'dns', priorityClass: 'system-cluster-critical' },
      { name: 'first', labels: { order: '-1' } },
      { name: 'middle' },
      { name: 'after', labels: { order: '5' } },
    ]
    const rules = [-1, 5].map((order) => ({
      name: `order ${order}`,
      match: { labels: { order: `${order}` } },
      behavior: 'Drain' as const,
      order,
    }))
    const choices = { ...noChoices, rules }
    let tasks = pods.map((more) => {
      const pod = drainPod({ labels: {}, ...more })
      return podTask(pod, { planned: planPod(pod, noSurroundings, choices) })
    })
    const gone: string[] = []
    while (tasks.length > 0) {
      const picked = pickEvictions({ tasks, nodes: ['node-1'], credits: free, nowMs: 0 })
      expect(picked).toHaveLength(1)
      gone.push(...namesOf(picked))
      // While it ends it keeps its place.
      const ending = tasks.map((task) => {
        if (!picked.includes(task)) return task
        const pod = { ...task.planned.pod, deletionTimestamp: '2026-01-01T00:00:00Z' }
        return podTask(pod, { planned: planPod(pod, noSurroundings, choices), state: 'sent' })
      })
      expect(pickEvictions({ tasks: ending, nodes: ['node-1'], credits: free, nowMs: 0 })).toEqual([])
      tasks = tasks.filter((task) => !picked.includes(task))
    }
    expect(gone).toEqual(['first', 'middle', 'after', 'dns'])
  })

  it('does not let a pod wait for others when its time is nearly over', () => {
    const tasks = [
      podTask(drainPod({ name: 'stuck' }), { state: 'sent' }),
      podTask(drainPod({ name: 'dns', priorityClass: 'system-node-critical' })),
    ]
    const input = { tasks, nodes: ['node-1'], credits: free, nowMs: 0 }
    expect(pickEvictions(input)).toEqual([])
    expect(namesOf(pickEvictions({ ...input, isPressed: () => true }))).toEqual(['dns'])
  })

  it('never takes more than a budget has, nor more than may be on the way', () => {
    const pod = fc.record({
      name: fc.uuid(),
      budget: fc.constantFrom('a', 'b', 'c', undefined),
      posting: fc.boolean(),
      node: fc.constantFrom('node-1', 'node-2', 'node-3'),
    })
    const credit = fc.record({ a: fc.nat(3), b: fc.nat(3), c: fc.nat(3) })
    fc.assert(
      fc.property(fc.array(pod, { maxLength: 80 }), credit, (pods, credits) => {
        const tasks = pods.map(({ name, budget, posting, node }) =>
          podTask(drainPod({ name, node }), {
            budgets: budget === undefined ? [] : [budget],
            state: posting ? 'posting' : 'waiting',
          }),
        )
        const nodes = ['node-1', 'node-2']
        const credited = (key: string): number => credits[key as 'a' | 'b' | 'c']
        const picked = pickEvictions({ tasks, nodes, credits: credited, nowMs: 0 })
        for (const key of ['a', 'b', 'c'])
          expect(picked.filter(({ budgets }) => budgets.includes(key)).length).toBeLessThanOrEqual(
            credited(key),
          )
        const posting = tasks.filter(({ state }) => state === 'posting').length
        expect(picked.length).toBeLessThanOrEqual(Math.max(0, 40 - posting))
        expect(picked.every(({ node, state }) => nodes.includes(node) && state === 'waiting')).toBe(true)
      }),
    )
  })
})

describe('admitNodes', () => {
  it('begins with a node only when one disruption of each of its budgets is nobody else’s', () => {
    const waiting = [
      { node: 'b', budgets: ['x', 'y'] },
      { node: 'c', budgets: ['z'] },
    ]
    const active = [{ node: 'a', budgets: ['y'] }]
    expect(admitNodes({ waiting, active, allowed: () => 1, maxNodes: 9 })).toEqual(['c'])
    expect(admitNodes({ waiting, active, allowed: () => 2, maxNodes: 9 })).toEqual(['b', 'c'])
    expect(admitNodes({ waiting, active, allowed: () => 2, maxNodes: 2 })).toEqual(['b'])
  })

  it('always has a node at work, and never two that need the same last disruption', () => {
    const node = fc.record({
      node: fc.uuid(),
      budgets: fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { maxLength: 3 }),
    })
    const input = fc.tuple(
      fc.array(node, { minLength: 1, maxLength: 8 }),
      fc.nat(3),
      fc.integer({ min: 1, max: 8 }),
    )
    fc.assert(
      fc.property(input, ([waiting, allowed, maxNodes]) => {
        const admitted = admitNodes({ waiting, active: [], allowed: () => allowed, maxNodes })
        expect(admitted.length).toBeGreaterThanOrEqual(1)
        expect(admitted.length).toBeLessThanOrEqual(maxNodes)
        for (const budget of ['a', 'b', 'c']) {
          const sharing = waiting.filter(
            (one) => admitted.includes(one.node) && one.budgets.some((name) => name === budget),
          )
          expect(sharing.length).toBeLessThanOrEqual(Math.max(1, allowed))
        }
      }),
    )
  })
})

describe('graceFor', () => {
  it('never lengthens and never asks for 0', () => {
    fc.assert(
      fc.property(
        fc.nat(10_000),
        fc.option(fc.nat(10_000), { nil: undefined }),
        (ownSeconds, mostSeconds) => {
          const seconds = graceFor({ ownSeconds, mostSeconds })
          if (seconds === undefined) return
          expect(seconds).toBeGreaterThanOrEqual(1)
          expect(seconds).toBeLessThanOrEqual(Math.max(1, ownSeconds))
        },
      ),
    )
  })
})
