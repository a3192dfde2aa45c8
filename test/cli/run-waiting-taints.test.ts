import { expect, it } from 'vitest'
import { nodesThatWait } from '../../src/cli/run-waiting-taints.ts'
import { runStateOf } from '../../src/migrate/run-state.ts'
import type { Plan } from '../../src/model/plan.ts'
import { modelPlan } from '../migrate/model-plan.ts'

function planOf(softTaint?: boolean): Plan {
  const plan = modelPlan([{ nodes: ['a'] }, { nodes: ['b', 'c', 'd'], maxUnavailable: 2 }, { nodes: ['e'] }])
  for (const node of plan.nodes)
    node.steps = node.steps.map((step) => ({
      ...step,
      with: step.uses === 'cluster.cordon' && softTaint !== undefined ? { softTaint } : {},
    }))
  return plan
}

const fresh = { selection: {}, isAborting: false, state: runStateOf([]) }

it('is for nodes that are still to do, but those that begin at once', () => {
  expect(nodesThatWait(planOf(), fresh)).toEqual(['b', 'c', 'd', 'e'])
  expect(nodesThatWait(planOf(), { ...fresh, selection: { wave: 1 } })).toEqual(['d'])
  expect(nodesThatWait(planOf(), { ...fresh, selection: { wave: 1, maxUnavailable: 1 } })).toEqual(['c', 'd'])
  expect(nodesThatWait(planOf(), { ...fresh, selection: { only: ['a'] } })).toEqual([])
})

it('is for no node when the plan says so, or the run only brings nodes back', () => {
  expect(nodesThatWait(planOf(false), fresh)).toEqual([])
  expect(nodesThatWait(planOf(), { ...fresh, selection: { rollback: ['a'] } })).toEqual([])
  expect(nodesThatWait(planOf(), { ...fresh, isAborting: true })).toEqual([])
})

it('is for no host that is no node of the cluster', () => {
  const plan = planOf()
  for (const node of plan.nodes) node.uid = null
  expect(nodesThatWait(plan, fresh)).toEqual([])
})
