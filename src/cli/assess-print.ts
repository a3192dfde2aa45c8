import type { AssessmentEnd, AssessmentHead } from '../inventory/assessment-file.ts'
import type { WaiverReport } from '../model/assessment.ts'
import { clusterText, scopeText } from '../model/assessment-scope.ts'
import { fixOrder } from '../model/blocker-ranking.ts'
import { fixWords, ofTotal } from '../model/fix-words.ts'
import { targets, type Severity } from '../model/target.ts'
import { hostsInEnglish, type Text } from '../model/text.ts'
import type { AssessTally, TroubledHost } from './assess-tally.ts'
import { shownFindings } from './assess-tally.ts'
import type { CommandContext } from './context.ts'
import { assessTexts as words } from './messages-assess.ts'
import { printTable } from './output.ts'

export interface AssessSummary {
  end: AssessmentEnd
  tally: AssessTally
  head: AssessmentHead | undefined
  show: Severity
}

const listed = 10
const maxHosts = 50
/** Checks to fix that are listed for one target. */
const fixesShown = 5

/** The summary for people: verdicts a target, blockers by hosts unblocked, findings, failed hosts, waivers. */
export async function printSummary(context: CommandContext, summary: AssessSummary): Promise<void> {
  await printVerdicts(context, summary)
  await printBlockers(context, summary)
  await printFindings(context, summary)
  await printTroubled(context, summary.tally)
  await printWaivers(context, summary.end.waivers)
}

async function printVerdicts(context: CommandContext, { end, head }: AssessSummary): Promise<void> {
  const number = true
  const { summary } = end
  const { hosts } = summary
  const scope = scopeText(head ?? {}, hosts)
  context.stdout.write(`${context.say(scope ?? { en: hostsInEnglish(hosts), zh: `${hosts} 台主机` })}\n`)
  const cluster = clusterText(head?.cluster)
  if (cluster !== undefined) context.stdout.write(`${context.say(cluster)}\n`)
  await printTable(context, {
    columns: [
      { key: 'target', title: words.target, value: ({ target }) => target },
      { key: 'kernel', title: words.kernel, value: ({ kernelLine }) => kernelLine },
      { key: 'ready', title: words.ready, value: ({ verdicts }) => String(verdicts.READY), number },
      {
        key: 'actions',
        title: words.withActions,
        value: ({ verdicts }) => String(verdicts.READY_WITH_ACTIONS),
        number,
      },
      { key: 'blocked', title: words.blocked, value: ({ verdicts }) => String(verdicts.BLOCKED), number },
      { key: 'unknown', title: words.unknown, value: ({ verdicts }) => String(verdicts.UNKNOWN), number },
      {
        key: 'share',
        title: words.readyShare,
        value: ({ readyRatio }) => (readyRatio * 100).toFixed(0),
        number,
      },
    ],
    items: summary.byTarget,
    name: ({ target }) => target,
  })
}

async function printBlockers(context: CommandContext, { tally, head }: AssessSummary): Promise<void> {
  const rows = targets.flatMap((target) => {
    const { rows, blockedHosts } = fixOrder(tally.blocked.get(target) ?? [])
    return rows.slice(0, fixesShown).map((row) => ({ target, blockedHosts, ...row }))
  })
  if (rows.length === 0) return
  heading(context, fixWords.title)
  context.stdout.write(`${context.say(fixWords.note)}\n`)
  const number = true
  await printTable(context, {
    columns: [
      { key: 'target', title: words.target, value: ({ target }) => target },
      { key: 'blocks', title: words.blocksHostsColumn, value: ({ blocks }) => String(blocks), number },
      {
        key: 'thenUnblocked',
        title: words.thenUnblockedColumn,
        value: ({ unblockedSoFar, blockedHosts }) => context.say(ofTotal(unblockedSoFar, blockedHosts)),
        number,
      },
      { key: 'check', title: words.checkColumn, value: ({ key }) => key },
      { key: 'title', title: words.titleColumn, value: ({ key }) => titleOf(head, key, context) },
    ],
    items: rows,
    name: ({ key }) => key,
  })
}

async function printFindings(context: CommandContext, { tally, head, show }: AssessSummary): Promise<void> {
  const findings = shownFindings(tally, show)
  if (findings.length === 0) return
  heading(context, words.findings)
  await printTable(context, {
    columns: [
      { key: 'severity', title: words.severityColumn, value: ({ severity }) => severity },
      { key: 'hosts', title: words.hostsColumn, value: ({ hosts }) => String(hosts), number: true },
      { key: 'check', title: words.checkColumn, value: ({ key }) => key },
      { key: 'title', title: words.titleColumn, value: ({ key }) => titleOf(head, key, context) },
      { key: 'targets', title: words.target, value: ({ targets }) => [...targets].join(','), wide: true },
    ],
    items: context.format === 'wide' ? findings : findings.slice(0, listed),
    name: ({ key }) => key,
  })
  more(context, context.format === 'wide' ? 0 : findings.length - listed)
}

async function printTroubled(context: CommandContext, { troubled }: AssessTally): Promise<void> {
  if (troubled.length === 0) return
  heading(context, words.noFacts)
  await printTable(context, {
    columns: [
      { key: 'host', title: words.hostColumn, value: ({ host }) => host },
      { key: 'status', title: words.statusColumn, value: ({ status }) => status },
      { key: 'code', title: words.codeColumn, value: ({ failure }) => failure?.code ?? '-' },
      { key: 'reason', title: words.reasonColumn, value: (host) => reasonOf(context, host) },
    ],
    items: troubled.slice(0, maxHosts),
    name: ({ host }) => host,
  })
  more(context, troubled.length - maxHosts)
}

function reasonOf(context: CommandContext, { status, failure }: TroubledHost): string {
  if (failure !== undefined) return failure.message
  return context.say(status === 'missing' ? words.neverCollected : words.someUnanswered)
}

const waiverWords: Readonly<Record<string, Text>> = {
  expired: words.expired,
  unmatched: words.unmatched,
  'unknown-check': words.unknownCheck,
}

async function printWaivers(context: CommandContext, waivers: readonly WaiverReport[]): Promise<void> {
  const odd = waivers.filter(({ status }) => status !== 'used')
  if (odd.length === 0) return
  heading(context, words.waivers)
  await printTable(context, {
    columns: [
      { key: 'index', title: { en: '#', zh: '#' }, value: ({ index }) => String(index + 1), number: true },
      { key: 'check', title: words.checkColumn, value: ({ check }) => check },
      {
        key: 'status',
        title: words.statusColumn,
        value: ({ status }) => context.say(waiverWords[status] ?? { en: status, zh: status }),
      },
      { key: 'owner', title: words.ownerColumn, value: ({ owner }) => owner },
      { key: 'expires', title: words.expiresColumn, value: ({ expires }) => expires },
    ],
    items: odd,
    name: ({ check }) => check,
  })
}

function heading(context: CommandContext, text: Text): void {
  context.stdout.write(`\n${context.say(text)}\n`)
}

function more(context: CommandContext, count: number): void {
  if (count > 0)
    context.stdout.write(
      context.say({
        en: `... and ${count} more (-o wide, osferry report)\n`,
        zh: `……另有 ${count} 项（-o wide 或 osferry report）\n`,
      }),
    )
}

function titleOf(head: AssessmentHead | undefined, key: string, context: CommandContext): string {
  const title = head?.checks.find(({ id }) => id === key)?.title
  return title === undefined ? key : context.say(title)
}
