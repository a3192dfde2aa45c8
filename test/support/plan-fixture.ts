import type { StepParameters } from '../../src/model/step-parameters.ts'
import type { Estimate, Plan, PlannedNode, PlannedStep } from '../../src/model/plan.ts'

const estimate: Estimate = { p50Ms: 3_600_000, p90Ms: 5_400_000, basis: 'assumed' }
const sha256 = (digit: string): string => digit.repeat(64)

function step(
  phase: PlannedStep['phase'],
  uses: PlannedStep['uses'],
  more: Partial<PlannedStep> = {},
): PlannedStep {
  return { phase, uses, with: {}, pointOfNoReturn: false, timeoutMs: 600_000, estimate, ...more }
}

function provision(name: string): StepParameters<'host.provision'> {
  return {
    provider: 'command',
    machine: 'as-listed',
    argv: ['/opt/reinstall', '--node', name],
    environment: [],
    retryExitCodes: [75],
  }
}

/** A planned worker. */
export function planNode(name: string, more: Partial<PlannedNode> = {}): PlannedNode {
  return {
    name,
    host: `${name}.prod`,
    uid: `uid-${name}`,
    role: 'worker',
    zone: 'zone-a',
    target: 'containeros',
    why: { en: 'stateless', zh: '无状态' },
    steps: [
      step('migrate', 'cluster.cordon', { with: { softTaint: true } }),
      step('migrate', 'cluster.drain', { with: { leaveLocalData: true }, timeoutMs: 3_600_000 }),
      step('replace', 'host.provision', {
        with: provision(name),
        pointOfNoReturn: true,
      }),
      step('restore', 'cluster.uncordon'),
    ],
    rollback: { means: 'old-disk', acceptedBy: null },
    data: [],
    estimate,
    ...more,
  }
}

/** A plan of three nodes in two waves, as `osferry plan create` would write it. */
export function makePlan(more: Partial<Plan> = {}): Plan {
  const names = ['node-1', 'node-2', 'node-3']
  const simulated = { evictions: 4, headroom: { cpu: 0.42, memory: null }, budgets: [], warnings: [] }
  const wave = { maxUnavailable: 1, soakMs: 600_000, simulated, estimate, lowerBoundMs: 1_800_000 }
  return {
    schema: 'plan/v1',
    tool: { name: 'osferry', version: '0.1.0' },
    playbook: {
      name: 'centos8-to-containeros',
      title: { en: 'CentOS 8 to ContainerOS', zh: 'CentOS 8 迁移到 ContainerOS' },
      target: 'containeros',
    },
    inputs: {
      facts: names.map((name) => ({
        host: `${name}.prod`,
        sha256: sha256('a'),
        collectedAt: '2026-11-20T09:00:00.000Z',
      })),
      assessment: names.map((name) => ({ host: `${name}.prod`, sha256: sha256('b') })),
      cluster: {
        uid: 'cluster-uid',
        context: 'production',
        server: 'https://10.0.0.1:6443',
        createdAt: '2026-11-20T09:00:00.000Z',
        sha256: sha256('c'),
      },
      playbook: { name: 'centos8-to-containeros', sha256: sha256('d') },
    },
    limits: { maxUnavailable: 1, failureBudget: 0, windows: [], freezes: [] },
    nodes: [
      planNode('node-1'),
      planNode('node-2', { zone: null }),
      planNode('node-3', {
        rollback: { means: 'none', acceptedBy: 'li.wei' },
        data: [
          {
            id: 'local-volume:/mnt/disks/a',
            kind: 'local-volume',
            path: '/mnt/disks/a',
            usedBy: ['pv-a'],
            bytes: 5_000_000_000,
            action: 'park',
            reason: { en: 'li.wei', zh: 'li.wei' },
          },
        ],
      }),
    ],
    waves: [
      { ...wave, index: 0, kind: 'canary', nodes: ['node-1'] },
      { ...wave, index: 1, kind: 'workers', nodes: ['node-2', 'node-3'] },
    ],
    leftOut: [{ host: 'node-4.prod', reasons: [{ en: 'is BLOCKED', zh: '被阻断' }] }],
    bounds: { waves: 2, makespanMs: 3_600_000, evictions: 12 },
    estimate,
    ...more,
  }
}
