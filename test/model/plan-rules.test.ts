import { describe, expect, it } from 'vitest'
import { planIssues } from '../../src/model/plan-rules.ts'
import type { Plan } from '../../src/model/plan.ts'
import { makePlan, planNode } from '../support/plan-fixture.ts'

type Change = (plan: Plan) => void

describe('planIssues', () => {
  it('finds nothing in a plan that is whole', () => {
    expect(planIssues(makePlan())).toEqual([])
  })

  it.each<[string, Change, string[]]>([
    [
      'a node twice',
      (plan) => plan.nodes.push(planNode('node-1')),
      ['nodes.3.name: node-1 is planned twice', 'nodes.3.host: node-1.prod is planned twice'],
    ],
    ['a node in no wave', ({ waves }) => waves[1]!.nodes.pop(), ['waves: node-3 is in no wave']],
    [
      'a node in two waves',
      ({ waves }) => waves[1]!.nodes.push('node-1'),
      ['waves.1.nodes.2: node-1 is in a wave already'],
    ],
    [
      'a stranger in a wave',
      ({ waves }) => waves[0]!.nodes.push('node-9'),
      ['waves.0.nodes.1: node-9 is not planned'],
    ],
    [
      'waves out of order',
      (plan) => (plan.waves = plan.waves.toReversed()),
      ['waves: wave 1 does not stand in its place', 'waves: wave 0 does not stand in its place'],
    ],
    [
      'a step of another phase',
      ({ nodes }) => (nodes[0]!.steps[1]!.phase = 'restore'),
      [
        'nodes.0.steps.1.phase: cluster.drain belongs to migrate',
        'nodes.0.steps.2.phase: replace comes after restore',
      ],
    ],
    [
      'a step twice',
      ({ nodes }) => nodes[0]!.steps.splice(1, 0, nodes[0]!.steps[0]!),
      ['nodes.0.steps.1.uses: cluster.cordon stands twice'],
    ],
    [
      'a point of no return that is not marked',
      ({ nodes }) => (nodes[0]!.steps[2]!.pointOfNoReturn = false),
      ['nodes.0.steps.2.pointOfNoReturn: host.provision is the point of no return'],
    ],
    [
      'a point of no return that is none',
      ({ nodes }) => (nodes[0]!.steps[0]!.pointOfNoReturn = true),
      ['nodes.0.steps.0.pointOfNoReturn: cluster.cordon cannot be the point of no return'],
    ],
    [
      'a provider without its program',
      ({ nodes }) => (nodes[0]!.steps[2]!.with = { provider: 'command' }),
      ['nodes.0.steps.2.with.argv: is needed with provider: command'],
    ],
    [
      'no way back that anybody has accepted',
      ({ nodes }) => (nodes[2]!.rollback.acceptedBy = null),
      ['nodes.2.rollback.acceptedBy: nobody has accepted that there is no way back'],
    ],
  ])('refuses %s', (_, change, issues) => {
    const plan = makePlan()
    change(plan)
    expect(planIssues(plan).map(({ path, message }) => `${path.join('.')}: ${message}`)).toEqual(issues)
  })

  it('refuses a parameter that its step does not have', () => {
    const plan = makePlan()
    plan.nodes[0]!.steps[1]!.with = { leaveLocalDta: true }
    expect(planIssues(plan)).toMatchObject([{ path: ['nodes', 0, 'steps', 1, 'with'] }])
  })
})
