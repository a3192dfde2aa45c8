import { readPlaybook } from '../inventory/playbook-file.ts'
import { MigrationError } from '../model/errors.ts'
import type { Plan } from '../model/plan.ts'
import { builtInPlaybooks } from '../model/playbook-names.ts'
import { clusterChanges } from '../plan/cluster-changes.ts'
import { decideHost, isDecidedOtherwise } from '../plan/decided-data.ts'
import { endedWaivers } from '../plan/ended-waivers.ts'
import { changedInputs, planInputs, type ChangedInput, type InputHost } from '../plan/plan-inputs.ts'
import { snapshotFlag } from './cluster-flags.ts'
import type { CommandContext } from './context.ts'
import type { CommandInput, FlagDefinition } from './define-command.ts'
import { keptClusterView, viewedCluster } from './kept-cluster-view.ts'
import { planCluster, sha256, type PlanCluster } from './plan-cluster.ts'
import { changedConfigs } from './plan-configs.ts'
import { assessedHosts, factsOf } from './plan-hosts.ts'
import { todayOf } from './today-of.ts'

/** Flags by which a command says with what a plan is compared. */
export const stalenessFlags: readonly FlagDefinition[] = [
  {
    flags: '--playbook <file>',
    text: {
      en: 'the playbook of the plan, when it is no built-in one',
      zh: '计划所用的剧本文件（非内置剧本时）',
    },
  },
  snapshotFlag,
]

/** What of the saved documents and the playbook is another than when the plan was made. Contacts nobody. */
export async function planChanges(
  context: CommandContext,
  input: CommandInput,
  plan: Plan,
): Promise<ChangedInput[]> {
  const { playbook, sha256 } = await readPlaybook(playbookName(input, plan), {
    cwd: context.cwd,
    language: context.language,
  })
  return await changesFrom(context, plan, {
    snapshot: input.value('--cluster'),
    playbook: { name: playbook.name, sha256 },
  })
}

/** What of the saved documents of hosts is another than when the plan was made: not its playbook. Contacts nobody. */
export async function hostChanges(
  context: CommandContext,
  input: CommandInput,
  plan: Plan,
): Promise<ChangedInput[]> {
  const { playbook } = plan.inputs
  const changes = await changesFrom(context, plan, { snapshot: input.value('--cluster'), playbook })
  return changes.filter(({ host }) => host !== null)
}

interface Compared {
  snapshot: string | undefined
  playbook: Plan['inputs']['playbook']
}

async function changesFrom(context: CommandContext, plan: Plan, compared: Compared): Promise<ChangedInput[]> {
  const now = await inputsNow(context, plan, compared)
  const configs = await changedConfigs(context, plan)
  return [
    ...(await Promise.all(
      changedInputs(plan.inputs, now.inputs).map((change) => withDetails(context, { change, plan, now })),
    )),
    ...newData(plan, now),
    ...configs.map((host) => ({ input: 'configuration' as const, host })),
  ]
}

/** What is known of a change: ended waivers of an assessment, objects of a cluster. */
async function withDetails(
  context: CommandContext,
  compared: { change: ChangedInput; plan: Plan; now: Now },
): Promise<ChangedInput> {
  const isAssessment = compared.change.input === 'assessment'
  return isAssessment ? withEndedWaivers(context, compared) : await withObjects(context, compared)
}

/** Of a cluster which objects are others now, when what the plan rests on was kept. */
async function withObjects(
  context: CommandContext,
  { change, plan, now }: { change: ChangedInput; plan: Plan; now: Now },
): Promise<ChangedInput> {
  const { cluster } = plan.inputs
  if (change.input !== 'cluster' || cluster === null || now.cluster === undefined) return change
  const before = await keptClusterView(context, cluster.sha256)
  if (before === undefined) return change
  return { ...change, objects: clusterChanges(before, viewedCluster(now.cluster.view)) }
}

/** Of an assessment what no file tells: that a waiver on which the plan rests is over by now. */
function withEndedWaivers(
  context: CommandContext,
  { change, plan, now }: { change: ChangedInput; plan: Plan; now: Now },
): ChangedInput {
  const assessment = now.hosts.find(({ host }) => host === change.host)?.assessment ?? null
  if (assessment === null) return change
  const ended = endedWaivers(assessment, plan.playbook.target, todayOf(context))
  return ended.length === 0 ? change : { ...change, endedWaivers: ended }
}

async function inputsNow(
  context: CommandContext,
  plan: Plan,
  { snapshot, playbook }: Compared,
): Promise<Now> {
  const wanted = new Map<string, InputHost>()
  for (const { host } of plan.inputs.facts)
    wanted.set(host, { host, facts: await factsOf(context, host), assessment: null })
  for await (const assessment of assessedHosts(context)) {
    const known = wanted.get(assessment.host.name)
    if (known !== undefined) known.assessment = assessment
  }
  // A plan without a cluster does not care about one.
  const cluster = plan.inputs.cluster === null ? undefined : await planCluster(context, snapshot)
  const hosts = [...wanted.values()]
  const inputs = planInputs({
    hosts,
    target: plan.playbook.target,
    cluster: cluster?.input ?? null,
    playbook,
    today: todayOf(context),
    sha256,
  })
  return { inputs, hosts, cluster }
}

interface Now {
  inputs: Plan['inputs']
  hosts: readonly InputHost[]
  cluster: PlanCluster | undefined
}

/**
 * Pods, mounts and volume groups come and go, and are no input. What they make of the data of a node is: data that the plan does
 * not decide, or would decide otherwise now, as what it preserves has come to the disk of the system.
 */
function newData(plan: Plan, { hosts, cluster }: Now): ChangedInput[] {
  const factsOf = new Map(hosts.map(({ host, facts }) => [host, facts]))
  return plan.nodes
    .filter((node) => {
      const { name, host, target, rollback } = node
      const view = cluster?.views(name) ?? null
      const facts = factsOf.get(host)?.facts ?? {}
      const basis = { target, rules: plan.dataRules ?? [], means: rollback.means, cluster }
      return isDecidedOtherwise(node, decideHost({ name: host, facts, view }, basis))
    })
    .map(({ host }) => ({ input: 'data', host }))
}

function playbookName(input: CommandInput, { playbook: { name } }: Plan): string {
  const given = input.value('--playbook')
  if (given !== undefined) return given
  if (builtInPlaybooks.some((known) => known === name)) return name
  throw new MigrationError('INPUT_NEEDED', `the playbook ${name} is none of the built-in ones`, {
    hint: 'name its file: --playbook FILE',
  })
}
