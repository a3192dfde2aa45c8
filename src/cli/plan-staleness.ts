import type { PlanFile } from '../inventory/plan-file.ts'
import { readPlaybook } from '../inventory/playbook-file.ts'
import { MigrationError } from '../model/errors.ts'
import type { Plan } from '../model/plan.ts'
import { builtInPlaybooks } from '../model/playbook-names.ts'
import type { Text } from '../model/text.ts'
import { dataOfHost } from '../plan/data-of-host.ts'
import { changedInputs, planInputs, type ChangedInput, type InputHost } from '../plan/plan-inputs.ts'
import { snapshotFlag } from './cluster-flags.ts'
import type { CommandContext } from './context.ts'
import type { CommandInput, FlagDefinition } from './define-command.ts'
import { planCluster, sha256, type PlanCluster } from './plan-cluster.ts'
import { changedConfigs } from './plan-configs.ts'
import { assessedHosts, factsOf } from './plan-hosts.ts'

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
    ...changedInputs(plan.inputs, now.inputs),
    ...newData(plan, now),
    ...configs.map((host) => ({ input: 'configuration' as const, host })),
  ]
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
    sha256,
  })
  return { inputs, hosts, cluster }
}

interface Now {
  inputs: Plan['inputs']
  hosts: readonly InputHost[]
  cluster: PlanCluster | undefined
}

/** Pods come and go, and are no input; data that they have brought to a node since is not decided by the plan. */
function newData({ nodes, playbook: { target } }: Plan, { hosts, cluster }: Now): ChangedInput[] {
  const factsOf = new Map(hosts.map(({ host, facts }) => [host, facts]))
  return nodes
    .filter(({ name, host, data }) => {
      const view = cluster?.views(name) ?? null
      const facts = factsOf.get(host)?.facts ?? {}
      const found = dataOfHost({ view, facts, target, volumesOf: cluster?.volumesOf })
      const decided = new Set(data.map(({ id }) => id))
      return found.data.some(({ id }) => !decided.has(id))
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

const inputTexts: Readonly<Record<ChangedInput['input'], Text>> = {
  facts: { en: 'facts', zh: '主机信息' },
  assessment: { en: 'assessment', zh: '评估' },
  cluster: { en: 'cluster', zh: '集群' },
  playbook: { en: 'playbook', zh: '剧本' },
  configuration: { en: 'Ignition configuration', zh: 'Ignition 配置' },
  data: { en: 'data that nobody has decided about', zh: '尚未决定去向的数据' },
}
const shownAtMost = 20
const madeAgain =
  'make it again with osferry plan create, look at osferry plan diff, and let it be approved again'

/** Throws PLAN_STALE with what has changed, when anything has. */
export function refuseStale(
  { say }: CommandContext,
  { path, hint = madeAgain }: Pick<PlanFile, 'path'> & { hint?: string },
  changes: readonly ChangedInput[],
): void {
  if (changes.length === 0) return
  const lines = changes
    .slice(0, shownAtMost)
    .map(({ input, host }) => (host === null ? say(inputTexts[input]) : `${say(inputTexts[input])}: ${host}`))
  const more = changes.length > shownAtMost ? [`... ${changes.length - shownAtMost}`] : []
  throw new MigrationError(
    'PLAN_STALE',
    [`${path} was made for something else; changed since:`, ...lines, ...more].join('\n  '),
    {
      hint,
      details: { file: path, changes: changes.length },
    },
  )
}
