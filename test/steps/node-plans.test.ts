import { describe, expect, it } from 'vitest'
import { createBudgetLedger } from '../../src/steps/budget-ledger.ts'
import { createNodePlans } from '../../src/steps/node-plans.ts'
import { classifyPod } from '../../src/steps/pod-class.ts'
import { createPodsByNode } from '../../src/steps/pods-by-node.ts'
import { drainBudget, drainPod, noChoices, noSurroundings } from './make-drain.ts'

describe('the plans of nodes', () => {
  it('are worked out again only for pods that have changed, or when more was looked up', () => {
    const ledger = createBudgetLedger()
    const pods = createPodsByNode()
    for (const pod of [drainPod(), drainPod({ name: 'web-2' })]) pods.set(pod)
    let around = 1
    const live = { isKnown: () => around > 1, learn: () => Promise.resolve(), version: () => around }
    const plans = createNodePlans({
      view: {
        podsOn: (node) => pods.on(node),
        podsVersion: (node) => pods.version(node),
        ledger,
        version: () => 1,
      },
      around: { ...noSurroundings, live },
      choices: noChoices,
    })
    expect(plans.going('node-1').map(({ action }) => action)).toEqual(['look-up', 'look-up'])
    around = 2
    const before = plans.going('node-1')
    expect(before.map(({ action }) => action)).toEqual(['evict', 'evict'])
    expect([plans.budgets('node-1'), plans.going('node-2')]).toEqual([[], []])

    ledger.onBudget(drainBudget())
    pods.set(drainPod({ name: 'web-2', phase: 'Succeeded' }))
    const after = plans.going('node-1')
    expect(after).toHaveLength(1)
    expect(after[0]).toBe(before[0])
    expect(plans.budgets('node-1')).toEqual(['shop/web'])
    expect(plans.budgets('node-1')).toBe(plans.budgets('node-1'))

    pods.set(drainPod({ labels: { app: 'other' } }))
    expect(plans.covering(drainPod())).toEqual(['shop/web'])
    expect(plans.budgets('node-1')).toEqual([])
  })
})

describe('the volumes of pods', () => {
  it('are found without a look at all volumes for each pod', () => {
    let reads = 0
    const volumes = Array.from({ length: 100 }, (_, index) => ({
      name: `pv-${index}`,
      get claim(): string {
        reads += 1
        return `shop/claim-${index}`
      },
      localPath: `/mnt/${index}`,
      uniqueName: undefined,
    }))
    const around = { ...noSurroundings, volumes }
    const found = volumes.map((_, index) => classifyPod(drainPod({ claims: [`claim-${index}`] }), around))
    expect(found[7]?.localData).toEqual(['/mnt/7 (pv-7)'])
    expect(reads).toBe(100)
  })
})
