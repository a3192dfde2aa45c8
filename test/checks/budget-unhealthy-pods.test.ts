import { describe, expect, it } from 'vitest'
import { budgetUnhealthyPods } from '../../checks/budget-unhealthy-pods.ts'
import { budgetStatus, clusterBudget, clusterPod, judgeNode } from '../support/cluster-fixture.ts'
import { itNeedsItsLists } from '../support/needs-lists.ts'

const ill = budgetStatus({ disruptionsAllowed: 0, currentHealthy: 2, desiredHealthy: 2, expectedPods: 3 })
const crashing = [clusterPod('web-0', { ready: false })]

describe('budget-unhealthy-pods', () => {
  it('passes while a pod may go', () => {
    expect(judgeNode(budgetUnhealthyPods, {}).status).toBe('pass')
  })

  it('says that a pod elsewhere uses up the budget', () => {
    const budgets = [clusterBudget('web', { status: ill })]
    expect(judgeNode(budgetUnhealthyPods, { budgets })).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('shop/web') },
    })
  })

  it('names the pod on this node that is not ready', () => {
    const budgets = [clusterBudget('web', { status: { ...ill, currentHealthy: 1 } })]
    expect(judgeNode(budgetUnhealthyPods, { pods: crashing, budgets })).toMatchObject({
      status: 'fail',
      evidence: [{ excerpt: expect.stringContaining('shop/web-0: not ready, on this node') }],
    })
  })

  it.each([
    ['its policy lets such pods go', { unhealthyPodEvictionPolicy: 'AlwaysAllow', status: ill }],
    ['enough others are healthy', { status: ill }],
  ])('accepts a pod that is not ready when %s', (_why, more) => {
    const budgets = [clusterBudget('web', more)]
    expect(judgeNode(budgetUnhealthyPods, { pods: crashing, budgets }).status).toBe('pass')
  })

  it('does not mind that a pod is on its way out', () => {
    const budgets = [clusterBudget('web', { status: { ...ill, disruptedPods: ['web-1'] } })]
    expect(judgeNode(budgetUnhealthyPods, { budgets }).status).toBe('pass')
  })

  it('leaves a budget that never allows anything to its own check', () => {
    const budgets = [clusterBudget('web', { status: { ...ill, currentHealthy: 3, desiredHealthy: 3 } })]
    expect(judgeNode(budgetUnhealthyPods, { budgets }).status).toBe('pass')
  })

  it('is unknown without a status', () => {
    const budgets = [clusterBudget('web', { status: null })]
    expect(judgeNode(budgetUnhealthyPods, { budgets }).status).toBe('unknown')
  })

  itNeedsItsLists(budgetUnhealthyPods)
})
