import { resolve } from 'node:path'
import { readPlanOptions } from '../inventory/plan-options-file.ts'
import { readPlaybook } from '../inventory/playbook-file.ts'
import { MigrationError } from '../model/errors.ts'
import { rollbackMeans } from '../model/plan.ts'
import { PlanOptions } from '../model/plan-options.ts'
import { stepRow } from '../model/step-parameters.ts'
import { phases, type Playbook } from '../model/playbook.ts'
import type { StepName } from '../model/step-names.ts'
import type { PlanRequest } from '../plan/make-plan.ts'
import type { CommandContext } from './context.ts'
import type { CommandInput, FlagDefinition } from './define-command.ts'

/** Flags that beat what the options file says. */
export const planChoiceFlags: readonly FlagDefinition[] = [
  {
    flags: '--options <file>',
    text: {
      en: 'plan-options/v1: everything people choose about a plan',
      zh: 'plan-options/v1：制定计划的全部选项',
    },
  },
  {
    flags: '--playbook <name>',
    text: {
      en: 'a built-in playbook, or a file: osferry playbooks list',
      zh: '内置剧本的名称或文件：osferry playbooks list',
    },
  },
  {
    flags: '--max-unavailable <count>',
    text: { en: 'nodes that may be away at a time: 3 or 10%', zh: '同时不可用的节点数：3 或 10%' },
  },
  {
    flags: '--rollback <means>',
    choices: rollbackMeans,
    text: {
      en: 'the way back after the point of no return; none needs --accepted-by',
      zh: '越过不可回退点之后的回退手段；none 需要 --accepted-by',
    },
  },
  {
    flags: '--accepted-by <name>',
    text: { en: 'who accepts that there is no way back', zh: '接受“无回退手段”的责任人' },
  },
]

/** What was chosen: flags, then the options file, then defaults. Throws INPUT_NEEDED for what has none. */
export async function planChoices(
  context: CommandContext,
  input: CommandInput,
): Promise<Pick<PlanRequest, 'options' | 'playbook'>> {
  const { language, cwd } = context
  const path = input.value('--options')
  const file = path === undefined ? defaults : await readPlanOptions(resolve(cwd, path), { language })
  return await resolveChoices(context, withFlags(file, input))
}

/** Options with the playbook that they name. Throws INPUT_NEEDED when the way back or the playbook is missing. */
export async function resolveChoices(
  { language, cwd }: Pick<CommandContext, 'language' | 'cwd'>,
  options: PlanOptions,
): Promise<Pick<PlanRequest, 'options' | 'playbook'>> {
  const { rollback } = options
  if (rollback === undefined)
    throw needed('rollback', `--rollback ${rollbackMeans.join('|')}`, 'rollback: { means: snapshot }')
  const name = options.playbook
  if (name === undefined) throw needed('playbook', '--playbook NAME', 'playbook: centos8-to-containeros')
  const { playbook, sha256 } = await readMovingPlaybook({ cwd, language }, name)
  refuseStrangers(options.with, playbook)
  return { options: { ...options, rollback }, playbook: { playbook, sha256 } }
}

/** A playbook by name or path. Throws PLAYBOOK_*, and USAGE for one that changes nothing. */
export async function readMovingPlaybook(
  { language, cwd }: Pick<CommandContext, 'language' | 'cwd'>,
  name: string,
): Promise<PlanRequest['playbook']> {
  const { playbook, sha256 } = await readPlaybook(name, { cwd, language })
  const { target } = playbook
  if (target !== null) return { playbook: { ...playbook, target }, sha256 }
  const message = `the playbook ${playbook.name} changes nothing: there is nothing to plan`
  throw new MigrationError('USAGE', message, {
    hint: 'osferry playbooks list shows what each makes of a host',
  })
}

const defaults: PlanOptions = PlanOptions.parse({ schema: 'plan-options/v1' })

function withFlags(options: PlanOptions, input: CommandInput): PlanOptions {
  const most = input.value('--max-unavailable')
  const means = input.value('--rollback')
  const acceptedBy = input.value('--accepted-by')
  const playbook = input.value('--playbook')
  const chosen = means ?? options.rollback?.means
  const accepted = acceptedBy ?? options.rollback?.acceptedBy
  const rollback =
    chosen === undefined
      ? {}
      : // Who has accepted that there is no way back, has said nothing about another one.
        {
          rollback: {
            means: chosen,
            ...(chosen === 'none' && accepted !== undefined ? { acceptedBy: accepted } : {}),
          },
        }
  const result = PlanOptions.safeParse({
    ...options,
    ...(playbook === undefined ? {} : { playbook }),
    ...(most === undefined ? {} : { maxUnavailable: /^\d+$/.test(most) ? Number(most) : most }),
    ...rollback,
  })
  if (result.success) return result.data
  const [issue] = result.error.issues
  const flag =
    { maxUnavailable: '--max-unavailable', rollback: '--rollback', playbook: '--playbook' }[
      String(issue?.path[0])
    ] ?? ''
  const isUnaccepted = issue?.path.includes('acceptedBy') === true
  throw new MigrationError('USAGE', `${isUnaccepted ? '--rollback none' : flag}: ${issue?.message ?? ''}`, {
    hint: isUnaccepted
      ? 'add --accepted-by NAME: whoever it is stands in the plan and is approved with it'
      : 'osferry plan create --help lists what is allowed',
  })
}

/** What the plan may not say, or what the playbook says already, would be left out without a word. */
function refuseStrangers(given: PlanOptions['with'], { name, phases: steps }: Playbook): void {
  for (const [uses, parameters] of Object.entries(given)) {
    const step = phases.flatMap((phase) => steps[phase]).find((step) => step.uses === uses)
    if (step === undefined) {
      throw new MigrationError(
        'PLAN_OPTIONS_INVALID',
        `with: ${uses}: the playbook ${name} has no such step`,
        {
          hint: `osferry playbooks show ${name} lists its steps`,
        },
      )
    }
    const fixed = Object.keys(parameters ?? {}).find((key) => Object.hasOwn(step.with ?? {}, key))
    if (fixed !== undefined) {
      throw new MigrationError(
        'PLAN_OPTIONS_INVALID',
        `with: ${uses}: ${fixed} is said by the playbook ${name}`,
        {
          hint: 'leave it out, or take it out of a playbook of your own',
        },
      )
    }
    const { fromOptions } = stepRow(uses as StepName)
    const stranger = Object.keys(parameters ?? {}).find((name) => !fromOptions.includes(name))
    if (stranger === undefined) continue
    throw new MigrationError(
      'PLAN_OPTIONS_INVALID',
      `with: ${uses}: ${stranger} is nothing that the plan may say`,
      {
        hint:
          fromOptions.length === 0
            ? `everything about ${uses} stands in the playbook`
            : `${uses} takes ${fromOptions.join(', ')}`,
      },
    )
  }
}

function needed(what: string, flag: string, line: string): MigrationError {
  return new MigrationError('INPUT_NEEDED', `a plan needs ${what}`, {
    hint: `add ${flag}, or to the file of --options: ${line}`,
  })
}
