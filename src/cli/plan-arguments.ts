import { resolve } from 'node:path'
import { readPlan, requireDigest, type PlanFile } from '../inventory/plan-file.ts'
import type { CommandContext } from './context.ts'
import type { ArgumentDefinition, CommandInput, FlagDefinition } from './define-command.ts'
import { shortPath } from './state-paths.ts'

/** The argument of every command about one plan. */
export const planArgument: ArgumentDefinition = {
  name: 'plan',
  text: { en: 'file with plan/v1', zh: 'plan/v1 文件' },
}

/** By which a person, or a pipeline, says which plan is meant. */
export const digestFlag: FlagDefinition = {
  flags: '--digest <sha256>',
  text: {
    en: 'digest of the plan that is meant, or at least its first twelve digits: any other plan is refused',
    zh: '所指计划的摘要，或至少前十二位；其他计划一律拒绝',
  },
}

/** Reads the plan of the command line, its path as people type it; refuses one that is not the plan of --digest. */
export async function planOf(context: CommandContext, input: CommandInput): Promise<PlanFile> {
  const read = await readPlan(resolve(context.cwd, input.arguments[0] ?? ''))
  const file = { ...read, path: shortPath(context, read.path) }
  const meant = input.value('--digest')
  if (meant !== undefined) requireDigest(file, meant)
  return file
}
