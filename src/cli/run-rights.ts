import type { Plan } from '../model/plan.ts'
import type { StepParameters } from '../model/step-parameters.ts'
import type { StepName } from '../model/step-names.ts'
import type { ClusterTask } from '../model/cluster-access.ts'
import type { RightsWanted } from '../steps/require-rights.ts'

type Wanted = readonly [ClusterTask, ...string[]]

/** What each step writes to in the cluster. */
const wantedBy: { readonly [Name in StepName]?: (parameters: StepParameters<Name>) => readonly Wanted[] } = {
  'cluster.cordon': () => [['drain', 'nodes']],
  'cluster.drain': ({ naked, rules, escalate }) => {
    const saves = naked === 'recreate' || rules.some(({ behavior }) => behavior === 'Save')
    const deletes = escalate !== 'none' || rules.some(({ behavior }) => behavior === 'Delete')
    return [
      ['drain', 'nodes', 'pods/eviction', ...(saves ? ['pods'] : [])],
      ...(saves ? [['restore', 'pods'] as const] : []),
      ...(deletes ? [['escalate', 'pods'] as const] : []),
    ]
  },
  'ignition.render': ({ mintToken }) => (mintToken === undefined ? [] : [['join', 'secrets']]),
  'node.wait-ready': ({ approveCertificates }) =>
    approveCertificates ? [['restore', 'certificatesigningrequests/approval', 'signers']] : [],
  'cluster.restore-metadata': () => [['restore', 'nodes']],
  'cluster.uncordon': () => [['restore', 'nodes']],
}

/** Every right to write that the plan needs, the lease of the run among them. */
export function rightsOfPlan({ nodes }: Plan): RightsWanted[] {
  const all = nodes
    .flatMap(({ steps }) => steps)
    .flatMap(({ uses, with: parameters }) => wantedOf(uses, parameters))
  const byTask = Map.groupBy([['drain', 'leases'] as Wanted, ...all], ([task]) => task)
  return [...byTask].map(([task, rows]) => ({
    task,
    resources: [...new Set(rows.flatMap(([, ...resources]) => resources))],
  }))
}

function wantedOf(uses: StepName, parameters: Record<string, unknown>): readonly Wanted[] {
  // The plan was read with the schema of each step.
  const ask = wantedBy[uses] as ((parameters: unknown) => readonly Wanted[]) | undefined
  return ask?.(parameters) ?? []
}
