import { describe, expect, it } from 'vitest'
import { budgetsOverlap } from '../../checks/budgets-overlap.ts'
import { clusterBudget, controller, clusterPod, judgeNode } from '../support/cluster-fixture.ts'
import { itNeedsItsLists } from '../support/needs-lists.ts'

describe('budgets-overlap', () => {
  it('passes with one budget for a pod', () => {
    expect(judgeNode(budgetsOverlap, {}).status).toBe('pass')
  })

  it('blocks when two budgets select one pod, and names both', () => {
    const budgets = [clusterBudget('web'), clusterBudget('everything', { selector: {} })]
    expect(judgeNode(budgetsOverlap, { budgets })).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('shop/web-0') },
      evidence: [{ excerpt: 'shop/web-0: web, everything' }],
    })
  })

  it('accepts an empty selector of policy/v1beta1, which selects nothing', () => {
    const budgets = [
      clusterBudget('web'),
      clusterBudget('all', { selector: {}, apiVersion: 'policy/v1beta1' }),
    ]
    expect(judgeNode(budgetsOverlap, { budgets }).status).toBe('pass')
  })

  it('leaves pods alone that are never evicted', () => {
    const pods = [clusterPod('agent', { owner: controller('DaemonSet/agent') })]
    const budgets = [clusterBudget('one'), clusterBudget('two')]
    expect(judgeNode(budgetsOverlap, { pods, budgets }).status).toBe('pass')
  })

  itNeedsItsLists(budgetsOverlap)
})
