import type { RunSelection } from '../migrate/run-selection.ts'
import { MigrationError } from '../model/errors.ts'
import type { Plan } from '../model/plan.ts'
import { parseSelector, selects } from '../model/selector.ts'
import type { CommandContext } from './context.ts'
import type { CommandInput, FlagDefinition } from './define-command.ts'
import { wholeNumber } from './drain-choices.ts'
import { loadAllHosts } from './load-hosts.ts'

const ends = ['migrated', 'replaced', 'restored'] as const

/** Flags by which only a part of a plan is run. */
export const selectionFlags: readonly FlagDefinition[] = [
  {
    flags: '--wave <number>',
    text: { en: 'only this wave: 0 is the first', zh: '仅执行该波次，第一个为 0' },
  },
  {
    flags: '--only <selector>',
    many: true,
    text: {
      en: 'only these nodes: names with commas, or a selector of hosts such as role=worker,zone in (a,b)',
      zh: '仅这些节点：以逗号分隔的名称，或主机选择表达式，如 role=worker,zone in (a,b)',
    },
  },
  {
    flags: '--until <phase>',
    choices: ends,
    text: {
      en: 'take the nodes so far and hold them there; default restored',
      zh: '将节点推进到该阶段并停在该处，默认 restored',
    },
  },
  {
    flags: '--max-unavailable <number>',
    text: { en: 'fewer nodes away at a time than the plan allows', zh: '同时不可用的节点数（只能少于计划）' },
  },
]

/** What the flags choose of a plan. Throws USAGE, SELECTOR_*. */
export async function runSelection(
  context: CommandContext,
  input: CommandInput,
  plan: Plan,
): Promise<RunSelection> {
  const wave = wholeWave(input.value('--wave'))
  const until = ends.find((end) => end === input.value('--until'))
  const maxUnavailable = wholeNumber(input, '--max-unavailable')
  const given = input.values('--only')
  const only: string[] = []
  for (const text of given) only.push(...(await nodesOf(context, text, plan)))
  return {
    ...(wave === undefined ? {} : { wave }),
    ...(until === undefined ? {} : { until }),
    ...(maxUnavailable === undefined ? {} : { maxUnavailable }),
    ...(given.length === 0 ? {} : { only: [...new Set(only)] }),
  }
}

function wholeWave(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (/^\d{1,6}$/.test(text)) return Number(text)
  throw new MigrationError('USAGE', `--wave ${JSON.stringify(text)} is no number of a wave`, {
    hint: 'osferry plan show lists the waves: 0, 1, 2',
  })
}

/** Names of nodes or hosts of the plan; everything else is a selector of hosts of the inventory. */
async function nodesOf(context: CommandContext, text: string, { nodes }: Plan): Promise<string[]> {
  const words = text.split(',').map((word) => word.trim())
  const named = words.map((word) => nodes.find(({ name, host }) => name === word || host === word)?.name)
  if (named.every((name) => name !== undefined)) return named
  const selector = parseSelector(text)
  const hosts = new Map((await loadAllHosts(context)).map((host) => [host.name, host]))
  const found = nodes.filter(({ host }) => {
    const known = hosts.get(host)
    return known !== undefined && selects(selector, known)
  })
  if (found.length > 0) return found.map(({ name }) => name)
  throw new MigrationError('SELECTOR_EMPTY', `no node of the plan matches --only ${text}`, {
    hint: `its nodes are ${nodes
      .slice(0, 20)
      .map(({ name }) => name)
      .join(', ')}`,
  })
}
