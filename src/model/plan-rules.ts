import type { Plan, PlannedNode } from './plan.ts'
import { phases } from './playbook.ts'
import { stepRow } from './step-parameters.ts'

/** What is wrong with a plan whose shape is right, and where. */
export interface PlanIssue {
  path: readonly PropertyKey[]
  message: string
}

/** Everything that keeps a plan from being run as it is written; nothing when it is whole. */
export function planIssues(plan: Plan): PlanIssue[] {
  const { nodes, waves } = plan
  return [
    ...repeated(nodes.map(({ name }) => name)).map((index) => ({
      path: ['nodes', index, 'name'],
      message: `${nodes[index]?.name ?? ''} is planned twice`,
    })),
    ...repeated(nodes.map(({ host }) => host)).map((index) => ({
      path: ['nodes', index, 'host'],
      message: `${nodes[index]?.host ?? ''} is planned twice`,
    })),
    ...waves
      .filter(({ index }, position) => index !== position)
      .map(({ index }) => ({ path: ['waves'], message: `wave ${index} does not stand in its place` })),
    ...waveIssues(plan),
    ...nodes.flatMap((node, index) =>
      nodeIssues(node).map(({ path, message }) => ({ path: ['nodes', index, ...path], message })),
    ),
  ]
}

/** Each planned node is in exactly one wave, and no other one in any. */
function waveIssues({ nodes, waves }: Plan): PlanIssue[] {
  const planned = new Set(nodes.map(({ name }) => name))
  const placed = new Set<string>()
  const issues: PlanIssue[] = []
  for (const [wave, { nodes: names }] of waves.entries()) {
    for (const [index, name] of names.entries()) {
      const path = ['waves', wave, 'nodes', index]
      if (!planned.has(name)) issues.push({ path, message: `${name} is not planned` })
      if (placed.has(name)) issues.push({ path, message: `${name} is in a wave already` })
      placed.add(name)
    }
  }
  for (const name of planned)
    if (!placed.has(name)) issues.push({ path: ['waves'], message: `${name} is in no wave` })
  return issues
}

function nodeIssues({ steps, rollback }: PlannedNode): PlanIssue[] {
  const issues: PlanIssue[] = []
  for (const [index, step] of steps.entries()) {
    const { uses, phase, pointOfNoReturn } = step
    const row = stepRow(uses)
    const at = ['steps', index]
    if (phase !== row.phase)
      issues.push({ path: [...at, 'phase'], message: `${uses} belongs to ${row.phase}` })
    const before = steps[index - 1]
    if (before !== undefined && phases.indexOf(before.phase) > phases.indexOf(phase))
      issues.push({ path: [...at, 'phase'], message: `${phase} comes after ${before.phase}` })
    if (pointOfNoReturn !== row.pointOfNoReturn)
      issues.push({
        path: [...at, 'pointOfNoReturn'],
        message: `${uses} ${row.pointOfNoReturn ? 'is' : 'cannot be'} the point of no return`,
      })
    for (const { path, message } of row.planned.safeParse(step.with, { jitless: true }).error?.issues ?? [])
      issues.push({ path: [...at, 'with', ...path], message })
  }
  for (const index of repeated(steps.map(({ uses }) => uses)))
    issues.push({ path: ['steps', index, 'uses'], message: `${steps[index]?.uses ?? ''} stands twice` })
  if (rollback.means === 'none' && rollback.acceptedBy === null)
    issues.push({
      path: ['rollback', 'acceptedBy'],
      message: 'nobody has accepted that there is no way back',
    })
  return issues
}

/** Positions of what stood before. */
function repeated(names: readonly string[]): number[] {
  const seen = new Set<string>()
  return names.flatMap((name, index) => {
    const isKnown = seen.has(name)
    seen.add(name)
    return isKnown ? [index] : []
  })
}
