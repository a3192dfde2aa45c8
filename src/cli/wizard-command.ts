import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { isDocumentPath } from '../inventory/name-or-path.ts'
import { targets as allTargets } from '../model/target.ts'
import type { HostSource, WizardChoices, WizardTask } from '../wizard/actions.ts'
import type { CommandContext } from './context.ts'
import { languageOf } from './lang.ts'
import { runSettings } from './run-settings.ts'
import type { SettingKey } from './settings.ts'
import { settingRow } from './settings.ts'
import { sshSettingKeys } from './ssh-setting-keys.ts'
import { shortPath } from './state-paths.ts'
import { optionsFile } from './wizard-move.ts'
import { waiversPath } from './wizard-waivers.ts'

/**
 * The batch command that does what a screen of the wizard shows; for reading and copying. Give the settings as they
 * were at the start: files and variables count for the command too, flags of the wizard are repeated. `planSelector`: the
 * hosts of the plan under way; undefined = all.
 */
export function equivalentCommand(
  context: CommandContext,
  choices: WizardChoices,
  planSelector?: string,
): string {
  const { task, wish } = choices
  const inventory = inventoryWords(context, choices.inventoryPath)
  const words = isOfPlan(task)
    ? planWords(task, context, { wish, selector: planSelector, inventory })
    : wordsOf(task, context, choices)
  return ['osferry', ...words].map(quoted).join(' ')
}

interface PlanPlace {
  wish: WizardChoices['wish']
  selector: string | undefined
  inventory: readonly string[]
}

const planTasks = ['playbooks', 'plan', 'apply', 'approve', 'count-approvals', 'show-run'] as const
type PlanTask = Extract<WizardTask, { do: (typeof planTasks)[number] }>

function isOfPlan(task: WizardTask): task is PlanTask {
  return planTasks.some((known) => known === task.do)
}

/** The file with the answers and the same hosts: such a command makes the same plan, byte by byte. */
function planWords(
  task: PlanTask,
  context: CommandContext,
  { wish, selector, inventory }: PlanPlace,
): string[] {
  if (task.do === 'playbooks')
    return task.file === undefined ? ['playbooks', 'list'] : ['playbooks', 'validate', task.file || 'FILE']
  const out = wish === undefined ? 'plan.json' : `${wish.name}.json`
  if (task.do === 'show-run') return ['runs', 'show', task.run, ...flagWords(context, ['state'])]
  if (task.do === 'approve')
    return ['plan', 'approve', out, '--key', '~/.ssh/id_ed25519', '--digest', task.digest]
  if (task.do === 'count-approvals') return ['plan', 'verify', out, ...signerWords(context)]
  if (task.do === 'apply')
    return [
      'apply',
      out,
      ...ownPlaybook(wish),
      '--approve',
      task.digest,
      ...inventory,
      ...flagWords(context, applyKeys),
    ]
  const options = wish === undefined ? [] : ['--options', optionsFile(wish)]
  const hosts = selector === undefined ? [] : ['-l', selector]
  const file = out === 'plan.json' ? [] : ['--out', out]
  return ['plan', 'create', ...options, ...hosts, ...file, ...flagWords(context, ['facts', 'state'])]
}

/** Who may approve has to be said where no file of settings does. */
function signerWords(context: CommandContext): string[] {
  const isSet = context.settings.text('approvals.allowedSigners') !== undefined
  return isSet ? flagWords(context, approvalKeys) : ['--allowed-signers', 'FILE']
}

/** A plan has the name of its playbook only: where the file of one of the team is, has to be said. */
function ownPlaybook(wish: WizardChoices['wish']): string[] {
  return wish === undefined || !isDocumentPath(wish.playbook) ? [] : ['--playbook', wish.playbook]
}

function wordsOf(
  task: Exclude<WizardTask, PlanTask>,
  context: CommandContext,
  choices: WizardChoices,
): string[] {
  const { inventoryPath, skipped } = choices
  const inventory = inventoryWords(context, inventoryPath)
  if (task.do === 'load') return loadWords(task.source, context)
  if (task.do === 'test') {
    const left = withoutHosts(context, skipped)
    return ['doctor', '--hosts', ...inventory, ...left, ...flagWords(context, testKeys)]
  }
  if (task.do === 'collect') {
    const missing = task.onlyMissing === true ? ['--only-missing'] : []
    const left = withoutHosts(context, [...skipped, ...(task.without ?? [])])
    return ['collect', ...inventory, ...missing, ...left, ...flagWords(context, collectKeys)]
  }
  if (task.do === 'assess') return assessWords(task.waiving === true, context, choices)
  if (task.do === 'snapshot')
    return ['cluster', 'snapshot', ...inventory, ...flagWords(context, snapshotKeys)]
  if (task.do === 'explain')
    return ['checks', 'explain', task.check, ...flagWords(context, ['assess.checks'])]
  return ['report', ...languageWords(context), ...flagWords(context, ['report.dir', 'state'])]
}

const testKeys = ['collect.concurrency', ...sshSettingKeys, 'state'] as const
const collectKeys = ['facts', 'collect.set', 'collect.timeoutSeconds', ...testKeys] as const
const approvalKeys = ['approvals.allowedSigners', 'approvals.require'] as const
const applyKeys = [
  'facts',
  ...approvalKeys,
  ...runSettings.filter((key) => key !== 'inventory'),
  'state',
] as const
const snapshotKeys = ['facts', 'cluster.kubeconfig', 'cluster.context', 'state'] as const
const assessKeys = ['facts', 'assess.waivers', 'assess.checks', 'assess.anck', 'state'] as const

function loadWords(source: Pick<HostSource, 'kind' | 'path'> | undefined, context: CommandContext): string[] {
  if (source === undefined) return ['inventory', 'import', '--from', 'ansible:PATH']
  const home = context.env['HOME'] ?? homedir()
  if (source.kind === 'inventory')
    return ['inventory', 'list', ...inventoryWords(context, source.path.replace(/^~(?=\/)/, home))]
  const from =
    source.kind === 'ssh-config' && source.path === '~/.ssh/config'
      ? source.kind
      : `${source.kind}:${source.path.replace(/^~(?=\/)/, home)}`
  // As the wizard imports: an inventory that somebody wrote is never replaced.
  const { settings } = context
  const isTaken = existsSync(settings.required('inventory'))
  const own = join(settings.required('state'), 'inventory.yaml')
  return ['inventory', 'import', '--from', from, ...(isTaken ? ['--to', shortPath(context, own)] : [])]
}

/** No selector: hosts that were left out or cannot be reached stay in every count. */
function assessWords(waiving: boolean, context: CommandContext, choices: WizardChoices): string[] {
  const { inventoryPath, targets } = choices
  const path = waiversPath(context)
  const isSet = context.settings.text('assess.waivers') !== undefined
  const waivers = !isSet && (waiving || existsSync(path)) ? ['--waivers', shortPath(context, path)] : []
  const all = targets.length === allTargets.length
  const inventory = inventoryWords(context, inventoryPath)
  const wanted = all ? [] : targets.flatMap((target) => ['--target', target])
  return ['assess', ...inventory, ...waivers, ...wanted, ...flagWords(context, assessKeys)]
}

function inventoryWords(context: CommandContext, path: string | undefined): string[] {
  if (path === undefined) return []
  const { value, origin } = context.settings.all.get('inventory') ?? {}
  const isUsual = origin?.from !== 'flag' && (path === value || path === shortPath(context, String(value)))
  return isUsual ? [] : ['--inventory', shortPath(context, path)]
}

/** A selector of the settings counts for the command by itself; only a `-l` of its own would take its place. */
function withoutHosts({ settings }: CommandContext, names: readonly string[]): string[] {
  if (names.length === 0) return []
  const terms = [settings.text('selector'), `host notin (${[...new Set(names)].sort().join(',')})`]
  return ['-l', terms.filter((term) => term !== undefined).join(',')]
}

/** Reports are in the language of the screens, unless the settings say another. */
function languageWords({ settings, language, env }: CommandContext): string[] {
  const asked = settings.all.get('lang')?.origin.from === 'flag'
  const isUsual = !asked && languageOf(settings.text('lang'), env) === language
  return isUsual || settings.text('report.lang') !== undefined ? [] : ['--lang', language]
}

/** The flags that the wizard was started with, for a command that has them too. */
function flagWords(context: CommandContext, keys: readonly SettingKey[]): string[] {
  return keys.flatMap((key) => {
    const { value, origin } = context.settings.all.get(key) ?? {}
    if (origin?.from !== 'flag') return []
    const { kind, flagValue } = settingRow(key)
    if (flagValue !== undefined) return [origin.name]
    const values = Array.isArray(value) ? value : [value]
    return values.flatMap((one) => {
      const text = kind === 'path' || kind === 'path-list' ? shortPath(context, String(one)) : String(one)
      return [origin.name, kind === 'seconds' ? String(Number(one) / 1000) : text]
    })
  })
}

function quoted(word: string): string {
  return /^[\w./:=@%+,~-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`
}
