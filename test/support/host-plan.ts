import type { Plan, PlannedNode } from '../../src/model/plan.ts'
import type { StepParameters } from '../../src/model/step-parameters.ts'
import { makePlan, planNode } from './plan-fixture.ts'

/** A host that is no node of a cluster, and gets its system by a program. */
export function planHost(
  name: string,
  programs: Partial<StepParameters<'host.provision'>>,
  more: Partial<PlannedNode> = {},
): PlannedNode {
  const { steps, ...node } = planNode(name)
  const provision = {
    provider: 'command' as const,
    // Hosts of tests have no sshd.
    machine: 'as-listed' as const,
    environment: [],
    retryExitCodes: [75],
    ...programs,
  }
  return {
    ...node,
    host: name,
    uid: null,
    role: 'host',
    zone: null,
    steps: steps
      .filter(({ uses }) => uses === 'host.provision')
      .map((step) => ({ ...step, with: provision })),
    ...more,
  }
}

/** A plan of hosts without a cluster, a wave each. */
export function hostPlan(nodes: readonly PlannedNode[], more: Partial<Plan> = {}): Plan {
  const plan = makePlan()
  const [wave] = plan.waves
  return {
    ...plan,
    inputs: {
      ...plan.inputs,
      cluster: null,
      facts: nodes.map(({ host }) => ({ host, sha256: 'a'.repeat(64), collectedAt: null })),
      assessment: nodes.map(({ host }) => ({ host, sha256: 'b'.repeat(64) })),
    },
    nodes: [...nodes],
    waves: nodes.map(({ name }, index) => ({
      ...wave!,
      index,
      kind: 'hosts',
      nodes: [name],
      soakMs: 0,
    })),
    leftOut: [],
    ...more,
  }
}
