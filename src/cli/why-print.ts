import { styleText } from 'node:util'
import type { Text } from '../model/text.ts'
import { visibleLine } from '../model/visible-text.ts'
import type { WhyBlocker, WhyBudget, WhyVolume } from '../steps/why-blockers.ts'
import type { WhyGap } from '../steps/why-facts.ts'
import type { WhyReport, WhyState } from '../steps/why-node.ts'
import { ageText, inSeconds } from './age-text.ts'
import type { CommandContext } from './context.ts'
import type { CommandExit } from './define-command.ts'
import { waysForward, whyTexts } from './messages-why.ts'
import { isForMachines, printDocument, tellExit } from './output.ts'
import { wrapIndented } from './wrap-text.ts'

/** Pods, volumes and unhealthy pods shown of one blocker; `-o json` has all. */
const shown = 5

export interface WhyAnswer {
  reports: readonly WhyReport[]
  gaps: readonly WhyGap[]
  exit: CommandExit
}

/** Prints what blocks each node, with the ways forward, or the same as one document. */
export async function printWhy(context: CommandContext, { reports, gaps, exit }: WhyAnswer): Promise<void> {
  if (isForMachines(context)) {
    const items = reports.map(({ node, state, lease, blockers }) => ({
      node,
      state: state ?? null,
      lease: lease ?? null,
      blockers: blockers.map((blocker) => ({
        ...blocker,
        why: whyTexts[blocker.cause],
        ways: waysForward(blocker, node),
      })),
    }))
    return printDocument(context, { items, gaps, exit })
  }
  const blocks = reports.map((report) => nodeLines(context, report, gaps.length > 0))
  if (gaps.length > 0) blocks.push(gapLines(context, gaps))
  const width = context.format === 'wide' ? undefined : context.columns
  const shape = (line: string): string[] =>
    width === undefined ? [visibleLine(line)] : wrapIndented(visibleLine(line), width)
  const text = blocks
    .map((lines) => lines.flatMap((line) => shape(line).map((part) => `${part}\n`)).join(''))
    .join('\n')
  context.stdout.write(context.colour.stdout ? text.replace(/^(\S.*)$/gm, bold) : text)
  if (gaps.length > 0) tellExit(context, exit)
}

function bold(line: string): string {
  return styleText('bold', line, { validateStream: false })
}

function nodeLines(context: CommandContext, report: WhyReport, hasGaps: boolean): string[] {
  const { say } = context
  const { node, state, blockers } = report
  const head =
    state === undefined
      ? `${node}: ${say({ en: 'its own state could not be looked at', zh: '无法查看其自身状态' })}`
      : `${node}: ${stateWords(context, state).join('; ')}`
  const work = leaseLine(context, report)
  if (blockers.length > 0)
    return [head, ...work, ...blockers.flatMap((blocker) => blockerLines(context, blocker, node))]
  const nothing = hasGaps
    ? {
        en: '? nothing was found, but not everything could be looked at',
        zh: '? 未发现阻碍，但并非全部都能查看',
      }
    : { en: '✔ nothing blocks it', zh: '✔ 没有阻碍' }
  return [head, ...work, `  ${say(nothing)}`]
}

function stateWords(context: CommandContext, state: WhyState): string[] {
  const { say } = context
  const { isReady, readyChangedAt, isCordoned, cordonedAt, mark, taints } = state
  const ready: Text = isReady ? { en: 'ready', zh: '就绪' } : { en: 'not ready', zh: '未就绪' }
  const words = [`${say(ready)}${since(context, readyChangedAt)}`]
  if (isCordoned && mark !== undefined) {
    const { holder } = mark
    const by = { en: `cordoned by osferry, ${holder}`, zh: `由 osferry 封锁，${holder}` }
    words.push(`${say(by)}${since(context, cordonedAt)}`)
  } else if (isCordoned) {
    const by = { en: 'cordoned, not by osferry', zh: '已被封锁，并非由 osferry' }
    words.push(`${say(by)}${since(context, cordonedAt)}`)
  }
  const taint: Text = { en: 'taint', zh: '污点' }
  return [...words, ...taints.map(({ text, since: at }) => `${say(taint)} ${text}${since(context, at)}`)]
}

/** The run that has cordoned this node is still at work: no blocker. */
function leaseLine(context: CommandContext, { lease, state }: WhyReport): string[] {
  if (lease === undefined || lease.holder !== state?.mark?.holder) return []
  const { until, since: at } = lease
  const text = {
    en: `the drain of ${lease.holder} is at work${since(context, at)}, its lease lasts until ${inSeconds(until)}`,
    zh: `${lease.holder} 的排空正在进行${since(context, at)}，租约有效至 ${inSeconds(until)}`,
  }
  return [`  ${context.say(text)}`]
}

function blockerLines(context: CommandContext, blocker: WhyBlocker, node: string): string[] {
  const { say } = context
  const { cause, subject, pods, budget, volumes } = blocker
  const count = pods.length === 0 ? '' : `${pods.length} × `
  const about = subject === '' ? '' : `${say({ en: ': ', zh: '：' })}${subject}`
  const numbers = budget === undefined ? '' : ` (${budgetWords(context, budget)})`
  return [
    `  ✖ ${count}${say(whyTexts[cause])}${about}${numbers}${since(context, blocker.since)}`,
    ...some(
      context,
      pods.map(({ pod, owner, names, since: at }) =>
        [`      ${pod}`, owner, names.length === 0 ? '' : `(${names.join(', ')})`, forHowLong(context, at)]
          .filter((part) => part !== '')
          .join('  '),
      ),
    ),
    ...some(
      context,
      volumes.map((volume) => volumeLine(context, volume)),
    ),
    ...unhealthyLines(context, budget),
    ...waysForward(blocker, node).map((way) => `      → ${say(way)}`),
  ]
}

function budgetWords({ say }: CommandContext, budget: WhyBudget): string {
  const { rule, currentHealthy, desiredHealthy, allowed, expectedPods } = budget
  return say({
    en: `${rule}: ${currentHealthy} of ${expectedPods} healthy, ${desiredHealthy} needed, ${allowed} may go`,
    zh: `${rule}：共 ${expectedPods} 个，健康 ${currentHealthy}，至少需要 ${desiredHealthy}，允许中断 ${allowed}`,
  })
}

function unhealthyLines(context: CommandContext, budget: WhyBudget | undefined): string[] {
  const { say } = context
  const lines = (budget?.unhealthy ?? []).map(({ pod, node, reason, since: at }) => {
    const where = node === '' ? say({ en: 'on no node', zh: '未调度' }) : node
    return `      ${say({ en: 'not ready', zh: '未就绪' })}: ${pod}  ${where}  ${reason}${since(context, at)}`
  })
  return some(context, lines)
}

function volumeLine(context: CommandContext, volume: WhyVolume): string {
  const { say } = context
  const parts = [
    `      ${volume.volume}`,
    volume.claim === '' ? '' : `${say({ en: 'claim', zh: '声明' })} ${volume.claim}`,
    volume.attachment === '' ? '' : `${say({ en: 'attachment', zh: '挂接' })} ${volume.attachment}`,
    volume.isDetaching ? say({ en: 'is detaching', zh: '正在分离' }) : '',
    forHowLong(context, volume.since),
    volume.error ?? '',
  ]
  return parts.filter((part) => part !== '').join('  ')
}

function some({ say }: CommandContext, lines: readonly string[]): string[] {
  const more = lines.length - shown
  if (more <= 0) return [...lines]
  const text = { en: `and ${more} more`, zh: `另有 ${more} 项` }
  return [...lines.slice(0, shown), `      ${say(text)}`]
}

function gapLines({ say }: CommandContext, gaps: readonly WhyGap[]): string[] {
  return [
    say({ en: 'Could not be looked at:', zh: '无法查看：' }),
    ...gaps.map(({ what, reason }) => `  ? ${what}: ${reason}`),
  ]
}

function since(context: CommandContext, at: string | undefined): string {
  const text = forHowLong(context, at)
  return text === '' ? '' : `${context.say({ en: ', ', zh: '，' })}${text}`
}

/** Empty when it is not known. */
function forHowLong({ say, clock }: CommandContext, at: string | undefined): string {
  const ms = Date.parse(at ?? '')
  if (at === undefined || Number.isNaN(ms)) return ''
  const age = ageText(Date.parse(clock.now()) - ms)
  return say({ en: `for ${age} (since ${inSeconds(at)})`, zh: `已 ${age}（自 ${inSeconds(at)}）` })
}
