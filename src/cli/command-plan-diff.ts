import { resolve } from 'node:path'
import { readPlan } from '../inventory/plan-file.ts'
import { shorten } from '../model/visible-text.ts'
import { diffPlans, type PlanChange } from '../plan/plan-diff.ts'
import type { Text } from '../model/text.ts'
import { changeKindTexts, changesExit, changesFlag } from './changes-found.ts'
import type { CommandContext } from './context.ts'
import { defineCommand } from './define-command.ts'
import { isForMachines, jsonText, printDocument, printListIfAny, tellExit, type Column } from './output.ts'

/** `osferry plan diff A B`: what another plan would do otherwise. */
export const planDiff = defineCommand({
  path: 'plan diff',
  details: {
    en: 'Compares two plans by node, step, wave, data, input and limit. It lists nothing when both have one digest, and something otherwise.',
    zh: '按节点、步骤、波次、数据、输入和限制比较两个计划。摘要相同时没有差异，否则必有差异。',
  },
  arguments: [
    { name: 'before', text: { en: 'file with plan/v1', zh: 'plan/v1 文件' } },
    { name: 'after', text: { en: 'file with plan/v1', zh: 'plan/v1 文件' } },
  ],
  flags: [changesFlag],
  examples: ['osferry plan diff approved.json plan.json --detailed-exitcode'],
  async run(context, input) {
    const [before, after] = await Promise.all(
      [0, 1].map((index) => readPlan(resolve(context.cwd, input.arguments[index] ?? ''))),
    )
    if (before === undefined || after === undefined) throw new Error('two plans are read')
    const changes = diffPlans(before.plan, after.plan)
    const exit = changesExit(context, changes.length, {
      isDetailed: input.on('--detailed-exitcode'),
      none: { en: 'both plans are the same', zh: '两个计划相同' },
    })
    if (isForMachines(context) && context.format !== 'ndjson') {
      const digests = { before: before.digest, after: after.digest }
      await printDocument(context, { digests, changes, exit })
      return exit
    }
    await print(context, changes)
    tellExit(context, exit)
    return exit
  },
})

async function print(context: CommandContext, changes: readonly PlanChange[]): Promise<void> {
  const columns: readonly Column<PlanChange>[] = [
    {
      key: 'kind',
      title: { en: 'CHANGE', zh: '差异' },
      value: ({ kind }) => context.say(changeKindTexts[kind]),
    },
    { key: 'where', title: { en: 'WHERE', zh: '位置' }, value: whereOf, wrap: true },
    { key: 'what', title: { en: 'WHAT', zh: '内容' }, value: whatOf, wrap: true },
    { key: 'was', title: { en: 'WAS', zh: '之前' }, value: ({ was }) => valueText(context, was), wrap: true },
    { key: 'is', title: { en: 'IS', zh: '现在' }, value: ({ is }) => valueText(context, is), wrap: true },
  ]
  await printListIfAny(context, { columns, items: changes, name: ({ path }) => path.join('/') })
}

const named = new Set(['nodes', 'waves', 'leftOut'])

/** A node, a wave, a host; else the part of the plan. */
function whereOf({ path: [part = '', name] }: PlanChange): string {
  return named.has(part) && name !== undefined ? name : part
}

function whatOf({ path }: PlanChange): string {
  const rest = path.slice(named.has(path[0] ?? '') ? 2 : 1)
  return rest.length === 0 ? (path[0] ?? '') : rest.join(' ')
}

function valueText({ say }: CommandContext, value: unknown): string {
  if (value === null) return '-'
  if (typeof value === 'string') return value
  if (typeof value === 'object' && 'en' in value && 'zh' in value) return say(value as Text)
  return shorten(jsonText(value), 120)
}
