import { join } from 'node:path'
import type { CommandContext } from '../../../src/cli/context.ts'
import { planCluster, sha256 } from '../../../src/cli/plan-cluster.ts'
import { saveSnapshot } from '../../../src/cli/save-snapshot.ts'
import type { Cluster } from '../../../src/model/cluster-port.ts'
import { planIssues } from '../../../src/model/plan-rules.ts'
import { Plan } from '../../../src/model/plan.ts'
import { PlanOptions } from '../../../src/model/plan-options.ts'
import { makePlan, type PlanRequest } from '../../../src/plan/make-plan.ts'
import { factsWith } from '../facts-fixture.ts'
import { assessedHost } from '../wizard-data.ts'
import { podTimes, type ScaleScene } from './scale-scene.ts'

/** How long all must be well before a node counts as back. */
export const stableMs = 60_000

/** Everything that is about the cluster; of a host that is asked over SSH there is none here. */
const playbook: PlanRequest['playbook'] = {
  sha256: 'a'.repeat(64),
  playbook: {
    schema: 'playbook/v1',
    name: 'nodes-only',
    title: { en: 'Nodes without local data', zh: '无本地数据的节点' },
    target: 'containeros',
    phases: {
      migrate: [
        { uses: 'cluster.snapshot' },
        { uses: 'cluster.cordon' },
        { uses: 'cluster.drain' },
        { uses: 'cluster.wait-detach' },
      ],
      replace: [
        { uses: 'host.provision', pointOfNoReturn: true },
        { uses: 'node.wait-ready', with: { stableFor: '1m' } },
      ],
      restore: [
        { uses: 'cluster.restore-metadata' },
        { uses: 'cluster.uncordon' },
        { uses: 'workloads.verify' },
      ],
    },
  },
}

/** Takes the snapshot of a scene and plans all its nodes, so many of which may be away at a time. */
export async function scalePlan(
  { nodes, installMs }: ScaleScene,
  { context, cluster, directory }: { context: CommandContext; cluster: Cluster; directory: string },
): Promise<Plan> {
  const path = join(directory, 'cluster.ndjson')
  await saveSnapshot(context, cluster, { path, createdAt: context.clock.now(), hosts: null })
  const read = await planCluster(context, path)
  if (read === undefined) throw new Error('the snapshot is not there')
  const { rollback = { means: 'reinstall' }, ...options } = PlanOptions.parse({
    schema: 'plan-options/v1',
    maxUnavailable: '5%',
    canary: { perClass: 0, soak: '0s' },
    soak: '0s',
    zones: 'any',
    rollback: { means: 'reinstall' },
    with: {
      'host.provision': { provider: 'command', argv: ['/opt/reinstall'], machine: 'as-listed' },
    },
  })
  const facts = factsWith({ images: { localOnly: [] } })
  const assessment = assessedHost('any', 1)
  const plan = makePlan({
    version: context.version,
    playbook,
    options: { ...options, rollback },
    hosts: nodes.map((name) => ({
      assessment: {
        ...assessment,
        host: { ...assessment.host, name, address: name },
        facts: { ...assessment.facts, collectedAt: facts.collection.finishedAt },
      },
      facts: { ...facts, host: { ...facts.host, name } },
      view: read.views(name) ?? null,
    })),
    // Machines of facts that are made up are nobody's.
    cluster: { ...read, nodeOf: (host) => host, machineIdOf: () => null },
    today: '2026-11-22',
    sha256,
    measured: measured(installMs),
  })
  const [issue] = planIssues(Plan.parse(plan))
  if (issue !== undefined || plan.leftOut.length > 0)
    throw new Error(`the plan is not whole: ${issue?.message ?? JSON.stringify(plan.leftOut[0])}`)
  return plan
}

/** What of a step nothing can make shorter, so that the bounds of the plan are bounds of this scene. */
function measured(installMs: ScaleScene['installMs']): NonNullable<PlanRequest['measured']> {
  const all = [...installMs.values()]
  const meanMs = all.reduce((sum, ms) => sum + ms, 0) / all.length
  const exactly = (ms: number): { p50Ms: number; p90Ms: number } => ({
    p50Ms: Math.floor(ms),
    p90Ms: Math.floor(ms),
  })
  const nothing = exactly(0)
  return {
    'cluster.snapshot': nothing,
    'cluster.cordon': nothing,
    'cluster.drain': exactly(podTimes.stopMs),
    'cluster.wait-detach': nothing,
    'host.provision': exactly(meanMs),
    'node.wait-ready': exactly(stableMs),
    'cluster.restore-metadata': nothing,
    'cluster.uncordon': nothing,
    'workloads.verify': nothing,
  }
}
