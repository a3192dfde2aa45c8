import type { ClusterFrame } from '../inventory/cluster-file.ts'
import type { ClusterEnd } from '../model/cluster.ts'
import type { Text } from '../model/text.ts'
import { visibleLine } from '../model/visible-text.ts'
import type { CommandContext } from './context.ts'
import { clusterTexts as words, gapWords, matchWords } from './messages-cluster.ts'
import { printTable } from './output.ts'
import { clusterPath, shortPath } from './state-paths.ts'

/** Rows of each table; `-o wide` has all of them. */
const rowsShown = 10
const colon: Text = { en: ': ', zh: '：' }

/** The summary for people: nodes, pods, budgets that let nothing go, what was not read, hosts without a node. */
export async function printClusterSummary(context: CommandContext, frame: ClusterFrame): Promise<void> {
  const { stdout, say } = context
  const { context: name, server, version } = frame.head
  stdout.write(`${say(words.cluster)}${say(colon)}${visibleLine(`${name} ${server} ${version}`)}\n`)
  for (const [title, text] of summaryLines(context, frame.end))
    stdout.write(`${say(title)}${say(colon)}${text}\n`)
  await printBudgets(context, frame.end)
  await printFindings(context, frame.end)
  await printGaps(context, frame.end)
  stdout.write(`\n${say(words.saved)} ${shortPath(context, clusterPath(context))}\n`)
}

function summaryLines({ say }: CommandContext, { counts, summary, hosts }: ClusterEnd): [Text, string][] {
  const unread = say(words.notRead)
  const total = (count: number | null): string => (count === null ? unread : String(count))
  const parts = (list: readonly (readonly [string, number])[]): string =>
    list
      .filter(([, count]) => count > 0)
      .map(([word, count]) => `${count} ${word}`)
      .join(', ')
  const detail = (text: string): string => (text === '' ? '' : ` (${text})`)
  const { nodes, pods, blockingBudgets } = summary
  const readiness =
    nodes === null
      ? ''
      : parts([
          [say(words.ready), nodes.ready],
          [say(words.notReady), nodes.notReady],
          [say(words.unknown), nodes.unknown],
          [say(words.unschedulable), nodes.unschedulable],
        ])
  const phases = parts(Object.entries(pods ?? {}).map(([phase, count]) => [visibleLine(phase), count]))
  const closed = parts([[say(words.budgetsClosed), blockingBudgets?.length ?? 0]])
  const matching =
    hosts === null
      ? say(counts.nodes === null ? words.nodesUnknown : words.noHosts)
      : `${hosts.matches.length} ${say(words.matched)}${detail(parts([[say(words.findings), hosts.findings.length]]))}`
  return [
    [words.nodes, `${total(counts.nodes)}${detail(readiness)}`],
    [words.pods, `${total(counts.pods)}${detail(phases)}`],
    [words.workloads, total(counts.workloads)],
    [words.budgets, `${total(counts.budgets)}${detail(closed)}`],
    [words.volumes, total(counts.volumes)],
    [words.hosts, matching],
  ]
}

async function printBudgets(context: CommandContext, { summary }: ClusterEnd): Promise<void> {
  const budgets = summary.blockingBudgets ?? []
  if (budgets.length === 0) return
  heading(context, words.closedBudgets)
  await printTable(context, {
    columns: [
      {
        key: 'budget',
        title: words.budgetColumn,
        value: ({ namespace, name }) => `${namespace}/${name}`,
      },
      {
        key: 'pods',
        title: words.podsColumn,
        value: ({ pods }) => (pods === null ? context.say(words.statusMissing) : String(pods)),
      },
    ],
    items: shown(context, budgets),
    name: ({ name }) => name,
  })
  more(context, budgets.length)
}

async function printFindings(context: CommandContext, { hosts }: ClusterEnd): Promise<void> {
  const findings = hosts?.findings ?? []
  if (findings.length === 0) return
  heading(context, words.unmatched)
  await printTable(context, {
    columns: [
      { key: 'kind', title: words.kindColumn, value: ({ key }) => context.say(matchWords[key]) },
      { key: 'what', title: words.hereColumn, value: ({ here }) => context.say(here) },
    ],
    items: shown(context, findings),
    name: ({ key }) => key,
  })
  more(context, findings.length)
}

async function printGaps(context: CommandContext, { gaps }: ClusterEnd): Promise<void> {
  if (gaps.length === 0) return
  heading(context, words.gaps)
  await printTable(context, {
    columns: [
      { key: 'resource', title: words.resourceColumn, value: ({ resource }) => resource },
      { key: 'reason', title: words.reasonColumn, value: ({ reason }) => context.say(gapWords[reason]) },
      { key: 'message', title: words.messageColumn, value: ({ message }) => message },
    ],
    items: gaps,
    name: ({ resource }) => resource,
  })
}

function heading({ stdout, say }: CommandContext, text: Text): void {
  stdout.write(`\n${say(text)}\n`)
}

function shown<T>({ format }: CommandContext, items: readonly T[]): readonly T[] {
  return format === 'wide' ? items : items.slice(0, rowsShown)
}

function more({ stdout, say, format }: CommandContext, count: number): void {
  const left = format === 'wide' ? 0 : count - rowsShown
  if (left > 0)
    stdout.write(say({ en: `... and ${left} more (-o wide)\n`, zh: `……另有 ${left} 项（-o wide）\n` }))
}
