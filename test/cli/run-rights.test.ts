import { expect, it } from 'vitest'
import { rightsOfPlan } from '../../src/cli/run-rights.ts'
import type { PlannedStep } from '../../src/model/plan.ts'
import { stepRow } from '../../src/model/step-parameters.ts'
import type { StepName } from '../../src/model/step-names.ts'
import { makePlan, planNode } from '../support/plan-fixture.ts'

function rights(...steps: readonly (readonly [StepName, object])[]) {
  const node = planNode('node-1')
  const made = steps.map(([uses, parameters]): PlannedStep => ({
    ...node.steps[0]!,
    uses,
    with: stepRow(uses).planned.parse(parameters),
  }))
  const wanted = rightsOfPlan(makePlan({ nodes: [{ ...node, steps: made }] }))
  return Object.fromEntries(wanted.map(({ task, resources }) => [task, [...resources].sort()]))
}

it('asks for the lease of the run, and for what each step writes', () => {
  expect(rights()).toEqual({ drain: ['leases'] })
  expect(rights(['cluster.cordon', {}], ['cluster.uncordon', {}])).toEqual({
    drain: ['leases', 'nodes'],
    restore: ['nodes'],
  })
})

it('asks for the rights to delete pods and to create them only when something may do so', () => {
  expect(rights(['cluster.drain', {}])).toEqual({ drain: ['leases', 'nodes', 'pods/eviction'] })
  expect(rights(['cluster.drain', { naked: 'recreate', escalate: 'delete' }])).toEqual({
    drain: ['leases', 'nodes', 'pods', 'pods/eviction'],
    restore: ['pods'],
    escalate: ['pods'],
  })
})

it('asks for the approval of certificates when the plan says so', () => {
  expect(rights(['node.wait-ready', {}])).toEqual({ drain: ['leases'] })
  expect(rights(['node.wait-ready', { approveCertificates: true }])).toMatchObject({
    restore: ['certificatesigningrequests/approval', 'signers'],
  })
})

it('asks for the right to write Secrets only when tokens are minted', () => {
  const config = 'a'.repeat(64)
  expect(rights(['ignition.render', { profile: 'ours', config }])).toEqual({ drain: ['leases'] })
  expect(rights(['ignition.render', { profile: 'ours', config, mintToken: {} }])).toEqual({
    drain: ['leases'],
    join: ['secrets'],
  })
})
