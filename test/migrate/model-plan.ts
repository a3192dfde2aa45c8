import type { Plan, PlannedNode, PlannedStep, PlannedWave } from '../../src/model/plan.ts'
import type { Phase } from '../../src/model/playbook.ts'
import type { StepName } from '../../src/model/step-names.ts'

const estimate = { p50Ms: 1000, p90Ms: 2000, basis: 'assumed' } as const
const sha256 = '0'.repeat(64)

const journey: readonly (readonly [Phase, StepName, number])[] = [
  ['migrate', 'cluster.cordon', 0],
  ['migrate', 'data.park', 5],
  ['migrate', 'cluster.drain', 30],
  ['replace', 'host.provision', 60],
  ['replace', 'node.wait-ready', 20],
  ['restore', 'data.restore', 5],
  ['restore', 'cluster.uncordon', 0],
]

/** The place of the step after which nothing is undone. */
export const pointIndex = 3

function modelNode(name: string): PlannedNode {
  return {
    name,
    host: name,
    uid: `uid-${name}`,
    role: 'worker',
    zone: null,
    target: 'containeros',
    why: { en: 'chosen', zh: '已选择' },
    steps: journey.map(([phase, uses, seconds]): PlannedStep => ({
      phase,
      uses,
      with: { seconds },
      pointOfNoReturn: uses === 'host.provision',
      timeoutMs: 600_000,
      estimate,
    })),
    rollback: { means: 'image', acceptedBy: null },
    data: [],
    estimate,
  }
}

/** A plan of these waves, each with what may be away at a time. */
export function modelPlan(
  waves: readonly { nodes: readonly string[]; maxUnavailable?: number; soakMs?: number }[],
  { failureBudget = 0 }: { failureBudget?: number } = {},
): Plan {
  return {
    schema: 'plan/v1',
    tool: { name: 'osferry', version: '0.0.0' },
    playbook: {
      name: 'centos8-to-containeros',
      title: { en: 'Move', zh: '迁移' },
      target: 'containeros',
    },
    inputs: {
      facts: [],
      assessment: [],
      cluster: null,
      playbook: { name: 'centos8-to-containeros', sha256 },
    },
    limits: { maxUnavailable: 2, failureBudget, windows: [], freezes: [] },
    nodes: waves.flatMap(({ nodes }) => nodes.map(modelNode)),
    waves: waves.map(({ nodes, maxUnavailable = 1, soakMs = 0 }, index): PlannedWave => ({
      index,
      kind: index === 0 ? 'canary' : 'workers',
      nodes: [...nodes],
      maxUnavailable,
      soakMs,
      simulated: { evictions: 0, headroom: { cpu: null, memory: null }, budgets: [], warnings: [] },
      estimate,
      lowerBoundMs: 0,
    })),
    leftOut: [],
    bounds: { waves: waves.length, makespanMs: 0, evictions: 0 },
    estimate,
  }
}
