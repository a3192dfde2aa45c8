import { existsSync } from 'node:fs'
import { planDigest, readPlan } from '../inventory/plan-file.ts'
import { readBounded } from '../inventory/read-bounded.ts'
import { writeFileAtomically } from '../inventory/atomic-file.ts'
import { canonicalJson } from '../model/canonical-json.ts'
import type { DataRule } from '../model/data-rules.ts'
import { isMigrationError, MigrationError } from '../model/errors.ts'
import { nearest } from '../model/nearest.ts'
import { planIssues } from '../model/plan-rules.ts'
import { Plan } from '../model/plan.ts'
import { makePlan, type PlanRequest } from '../plan/make-plan.ts'
import type { MeasuredSteps } from '../plan/step-estimates.ts'
import { staleAfterMs } from './assess-cluster.ts'
import type { CommandContext } from './context.ts'
import { keepClusterView } from './kept-cluster-view.ts'
import { measuredSteps } from './measured-steps.ts'
import { planCluster, sha256 } from './plan-cluster.ts'
import { planConfigs } from './plan-configs.ts'
import { planHosts } from './plan-hosts.ts'
import { shortPath } from './state-paths.ts'
import { todayOf } from './today-of.ts'

/** A plan, and what tells it from every other one. */
export interface MadePlan {
  plan: Plan
  digest: string
}

/** Makes the plan of the hosts that `-l` chooses, or of one node, from saved documents and the times in the journal. */
export async function createPlan(
  context: CommandContext,
  choices: Pick<PlanRequest, 'options' | 'playbook'>,
  {
    clusterFile,
    node,
    measured,
  }: {
    /** Another snapshot than the saved one. */
    clusterFile?: string
    node?: string
    /** In place of what the journal says now. */
    measured?: MeasuredSteps
  } = {},
): Promise<MadePlan> {
  const cluster = await planCluster(context, clusterFile)
  warnOfAge(context, cluster?.input.createdAt)
  const { chosen: hosts, names } = await planHosts(context, cluster, node)
  refuseUnknownHosts(choices.options.data, names)
  const configs = await planConfigs(context, { ...choices, hosts, cluster })
  const plan = makePlan({
    version: context.version,
    ...choices,
    hosts,
    cluster,
    today: todayOf(context),
    sha256,
    measured: measured ?? (await measuredSteps(context, choices.playbook.playbook.target)),
    ...(configs === undefined ? {} : { configs }),
  })
  const [issue] = planIssues(Plan.parse(plan))
  if (issue !== undefined) throw new Error(`the plan is not whole: ${issue.message}`)
  if (cluster !== undefined) await keepClusterView(context, cluster)
  return { plan, digest: planDigest(plan) }
}

/** Writes a plan; a file that is no plan of this osferry is refused. Tells whether it held another one before. */
export async function writePlan(
  context: CommandContext,
  path: string,
  { plan, digest }: MadePlan,
): Promise<{ hasChanged: boolean }> {
  const before = await digestBefore(context, path)
  await writeFileAtomically(path, `${canonicalJson(plan)}\n`)
  return { hasChanged: digest !== before }
}

/** Undefined when there was none, or a plan that cannot be read; what is no plan is not written over. */
async function digestBefore(context: CommandContext, path: string): Promise<string | undefined> {
  if (!existsSync(path)) return undefined
  try {
    return (await readPlan(path)).digest
  } catch (error) {
    if (!isMigrationError(error)) throw error
    const { code, message } = error
    if (code !== 'DOCUMENT_NEWER' && (await isPlanText(path))) {
      context.log.warn(message)
      return undefined
    }
    throw new MigrationError(
      'USAGE',
      `${shortPath(context, path)} is no plan of this osferry, and stays as it is`,
      {
        hint: 'name another file: --out FILE',
        cause: error,
      },
    )
  }
}

async function isPlanText(path: string): Promise<boolean> {
  const text = await readBounded(path)
  return text.trim() === '' || /"schema"\s*:\s*"plan\/v\d+"/.test(text)
}

/** A decision about a host that is spelled otherwise would be a decision about none. */
function refuseUnknownHosts(rules: readonly DataRule[], names: ReadonlySet<string>): void {
  for (const host of rules.flatMap(({ hosts }) => hosts ?? [])) {
    if (names.has(host)) continue
    const near = nearest(host, [...names])
    throw new MigrationError('PLAN_OPTIONS_INVALID', `data: hosts: no assessed host is called ${host}`, {
      hint: near === undefined ? 'osferry inventory list shows the names' : `Did you mean ${near}?`,
    })
  }
}

function warnOfAge({ log, clock }: CommandContext, createdAt: string | undefined): void {
  if (createdAt === undefined || Date.parse(clock.now()) - Date.parse(createdAt) <= staleAfterMs) return
  log.warn('the snapshot of the cluster is more than a day old: pods may be elsewhere by now', { createdAt })
}
