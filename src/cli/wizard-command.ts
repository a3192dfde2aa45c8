import type { WizardChoices } from '../wizard/actions.ts'
import type { CommandContext } from './context.ts'
import { targets as allTargets } from '../model/target.ts'
import { shortPath } from './state-paths.ts'

/** The batch command that does what a stage of the wizard does; for reading and copying. */
export function equivalentCommand(context: CommandContext, choices: WizardChoices): string {
  return ['osferry', ...words(context, choices)].map(quoted).join(' ')
}

function words(context: CommandContext, choices: WizardChoices): string[] {
  const { stage, source, inventoryPath, targets, skipped } = choices
  const inventory = inventoryWords(context, inventoryPath)
  const selector = skipped.length === 0 ? [] : ['-l', `host notin (${skipped.join(',')})`]
  if (stage === 'sources') {
    if (source === undefined) return ['inventory', 'import', '--from', 'ansible:PATH']
    if (source.kind === 'inventory') return ['inventory', 'list', '--inventory', source.path]
    return ['inventory', 'import', '--from', `${source.kind}:${source.path}`]
  }
  if (stage === 'access' || stage === 'collect') return ['collect', ...inventory, ...selector]
  if (stage === 'report') return ['report']
  const all = targets.length === allTargets.length
  return [
    'assess',
    ...inventory,
    ...selector,
    ...(all ? [] : targets.flatMap((target) => ['--target', target])),
  ]
}

function inventoryWords(context: CommandContext, path: string | undefined): string[] {
  if (path === undefined) return []
  const short = shortPath(context, path)
  return short === 'inventory.yaml' ? [] : ['--inventory', short]
}

function quoted(word: string): string {
  return /^[\w./:=@%+,~-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}
