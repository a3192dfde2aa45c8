import { describe, expect, it } from 'vitest'
import { budgetNeverAllows } from '../../checks/budget-never-allows.ts'
import { budgetStatus, clusterBudget, controller, judgeNode } from '../support/cluster-fixture.ts'
import { itNeedsItsLists } from '../support/needs-lists.ts'

const full = budgetStatus({ disruptionsAllowed: 0, currentHealthy: 3, desiredHealthy: 3, expectedPods: 3 })

describe('budget-never-allows', () => {
  it('passes when a pod may go', () => {
    expect(judgeNode(budgetNeverAllows, {}).status).toBe('pass')
  })

  it('has nothing to say without budgets', () => {
    expect(judgeNode(budgetNeverAllows, { budgets: [] }).status).toBe('not-applicable')
  })

  it('blocks when all pods are well and none may go', () => {
    const budgets = [clusterBudget('web', { maxUnavailable: null, minAvailable: '100%', status: full })]
    expect(judgeNode(budgetNeverAllows, { budgets })).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('shop/web') },
      evidence: [{ excerpt: 'shop/web minAvailable 100%: 0 allowed, 3 healthy of 3, 3 needed' }],
    })
  })

  it.each([
    ['a pod is not healthy', { currentHealthy: 2 }],
    ['a pod is on its way out', { disruptedPods: ['web-9'] }],
    ['it covers no pod yet', { expectedPods: 0, currentHealthy: 0 }],
  ])('does not call it structural while %s', (_why, more) => {
    const budgets = [clusterBudget('web', { status: { ...full, ...more } })]
    expect(judgeNode(budgetNeverAllows, { budgets }).status).toBe('pass')
  })

  it('tells budgets apart that an operator opens by itself', () => {
    const owner = controller('postgresql.cnpg.io:Cluster/db')
    const budgets = [clusterBudget('db-primary', { owner, status: full })]
    expect(judgeNode(budgetNeverAllows, { budgets })).toMatchObject({
      status: 'fail',
      severity: 'low',
      here: { en: expect.stringContaining('CloudNativePG') },
    })
  })

  it.each([
    ['has no status yet', { status: null }],
    ['was changed since', { generation: 2 }],
  ])('is unknown when a budget %s', (_why, more) => {
    expect(judgeNode(budgetNeverAllows, { budgets: [clusterBudget('web', more)] }).status).toBe('unknown')
  })

  it('leaves budgets of other pods alone', () => {
    const selector = { matchLabels: { app: 'other' } }
    const budgets = [clusterBudget('other', { selector, status: full })]
    expect(judgeNode(budgetNeverAllows, { budgets }).status).toBe('not-applicable')
  })

  itNeedsItsLists(budgetNeverAllows)
})
