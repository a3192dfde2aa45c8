import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { AssessmentHead } from '../inventory/assessment-file.ts'
import { writeFileAtomically } from '../inventory/atomic-file.ts'
import { readPlanOptions } from '../inventory/plan-options-file.ts'
import { readBounded } from '../inventory/read-bounded.ts'
import { MigrationError } from '../model/errors.ts'
import { parseSelector, selects } from '../model/selector.ts'
import { decideHost } from '../plan/decided-data.ts'
import { scheduleWaves } from '../plan/schedule-waves.ts'
import type { HostData, MoveActions, MoveBasis, PlanDraft, PlanWish } from '../wizard/move.ts'
import { withSetting } from './config.ts'
import type { CommandContext } from './context.ts'
import { createPlan, writePlan } from './create-plan.ts'
import { planCluster } from './plan-cluster.ts'
import { readMovingPlaybook, resolveChoices } from './plan-choices.ts'
import { assessedHosts, planHosts } from './plan-hosts.ts'
import { shortPath } from './state-paths.ts'
import { wizardApprovals } from './wizard-approvals.ts'
import { startWizardRun } from './wizard-run.ts'
import { wizardPlaybook, wizardPlaybooks } from './wizard-playbooks.ts'
import { hostGroups, judgedHost, selectorOfGroups, type JudgedHost } from './wizard-groups.ts'

/** The move as the wizard plans it, and the selector of a wish for its command. */
export interface WizardMove extends MoveActions {
  selectorOf: (wish: PlanWish) => string | undefined
}

/** What the wizard can plan, done by the same code as `osferry plan create`. */
export function createWizardMove(contextNow: () => CommandContext): WizardMove {
  let known: { hosts: readonly JudgedHost[]; groupOf: ReadonlyMap<string, string> } = {
    hosts: [],
    groupOf: new Map(),
  }
  const selectorOf = ({ groups }: PlanWish): string | undefined => {
    const own = selectorOfGroups(groups, known.hosts, known.groupOf)
    const terms = [contextNow().settings.text('selector'), own].filter((term) => term !== undefined)
    return own === undefined ? undefined : terms.join(',')
  }
  /** Warnings would be written into the screens: they are shown on them. */
  const contextOf = (wish: PlanWish, signal: AbortSignal, notes: string[]): CommandContext => {
    const { settings, log, ...rest } = contextNow()
    const selector = selectorOf(wish)
    return {
      ...rest,
      signal,
      log: { ...log, warn: (message) => void notes.push(message) },
      settings: selector === undefined ? settings : withSetting(settings, 'selector', selector),
    }
  }
  return {
    selectorOf,
    async basis(own, { signal }) {
      const context = { ...contextNow(), signal }
      const judged = await judgedHosts(context)
      const { groups, groupOf } = hostGroups(judged.hosts, judged.checks)
      known = { hosts: judged.hosts, groupOf }
      return { groups, ...(await wizardPlaybooks(context, own)), stores: storesOf(context) }
    },
    readPlaybook: (nameOrPath) => wizardPlaybook(contextNow(), nameOrPath),
    localData: (wish, { signal }) => localDataOf(contextOf(wish, signal, []), wish),
    async draft(wish, { signal }) {
      const notes: string[] = []
      return await makeDraft(contextOf(wish, signal, notes), wish, notes)
    },
    async save(wish, { signal }) {
      const notes: string[] = []
      const context = contextOf(wish, signal, notes)
      const draft = await makeDraft(context, wish, notes)
      const path = resolve(context.cwd, `${wish.name}.json`)
      await writePlan(context, path, draft)
      return {
        ...draft,
        playbook: wish.playbook,
        path: shortPath(context, path),
        optionsPath: optionsFile(wish),
        approvals: await wizardApprovals(context, { path, digest: draft.digest }),
      }
    },
    approvals: ({ path, digest }, { signal }) =>
      wizardApprovals({ ...contextNow(), signal }, { path, digest }),
    startRun: (saved, digest, { hooks, signal }) =>
      startWizardRun(
        { ...contextNow(), signal },
        { path: saved.path, playbook: saved.playbook, digest },
        hooks,
      ),
  }
}

/** Where the answers of a plan are: beside it. */
export function optionsFile({ name }: Pick<PlanWish, 'name'>): string {
  return `${name}.options.yaml`
}

async function judgedHosts(
  context: CommandContext,
): Promise<{ hosts: JudgedHost[]; checks: AssessmentHead['checks'] }> {
  const text = context.settings.text('selector')
  const selector = text === undefined ? undefined : parseSelector(text)
  let checks: AssessmentHead['checks'] = []
  const hosts: JudgedHost[] = []
  const onHead = (head: AssessmentHead): void => {
    checks = head.checks
  }
  for await (const assessment of assessedHosts(context, onHead))
    if (selector === undefined || selects(selector, assessment.host)) hosts.push(judgedHost(assessment))
  return { hosts, checks }
}

function storesOf({ settings }: CommandContext): MoveBasis['stores'] {
  return [...new Set([...settings.stores.keys(), settings.required('store')])]
}

async function localDataOf(context: CommandContext, wish: PlanWish): Promise<HostData[]> {
  const { options } = wish
  const { playbook } = await readMovingPlaybook(context, wish.playbook)
  const { target } = playbook
  const cluster = await planCluster(context, undefined)
  const { chosen } = await planHosts(context, cluster)
  return chosen.flatMap(({ assessment, facts, view }) => {
    const { name } = assessment.host
    const { data } = decideHost(
      { name, facts: facts?.facts ?? {}, view },
      { target, rules: options.data, means: options.rollback?.means, cluster },
    )
    return data.map((item) => ({ host: name, target, data: item }))
  })
}

/** The plan is made of the file with the answers, so that the same file makes it again. */
async function makeDraft(context: CommandContext, wish: PlanWish, notes: string[]): Promise<PlanDraft> {
  const path = resolve(context.cwd, optionsFile(wish))
  await writeAnswers(path, wish)
  const options = await readPlanOptions(path, { language: context.language })
  const made = await createPlan(context, await resolveChoices(context, options))
  const { limits, waves } = made.plan
  const { waves: times } = scheduleWaves(waves, Date.parse(context.clock.now()), limits)
  const at = (ms: number): string => new Date(ms).toISOString()
  return {
    ...made,
    slots: times.map(({ index, startsAtMs, endsAtMs, mayPassEnd }) => ({
      index,
      startsAt: at(startsAtMs),
      p50At: at(endsAtMs.p50),
      p90At: at(endsAtMs.p90),
      mayPassEnd,
    })),
    notes,
  }
}

const firstLine = '# Answers given to the osferry wizard.'

/** Writes the answers; a file of the same name that somebody wrote by hand is refused and stays. */
async function writeAnswers(path: string, wish: PlanWish): Promise<void> {
  const { stringify } = await import('yaml')
  if (existsSync(path) && !(await readBounded(path)).startsWith(`${firstLine}\n`)) {
    throw new MigrationError(
      'USAGE',
      `${optionsFile(wish)} was not written by the wizard, and stays as it is`,
      {
        hint: `give it another name; or plan with it: osferry plan create --options ${optionsFile(wish)}`,
        details: { file: path },
      },
    )
  }
  await writeFileAtomically(path, `${firstLine}\n${stringify(wish.options, { lineWidth: 0 })}`)
}
