import type { KernelLine } from '../model/kernel.ts'
import type { BlockerRanking, ReportLine, ReportNumbers } from '../model/report.ts'
import type { Verdict } from '../model/target.ts'
import type { Text } from '../model/text.ts'
import { lineNames } from './lines.ts'

/** What the verdict sentence is made of. */
export interface HeadlineInput {
  numbers: ReportNumbers
  leading: KernelLine | null
  ranking: BlockerRanking | undefined
  acceptedRisks: number
}

/** The line that most hosts are ready for; then ready after actions; then with the fewest blocked. */
export function leadingLine(lines: readonly ReportLine[]): KernelLine | null {
  const ranked = [...lines].sort(
    (a, b) =>
      b.verdicts.READY - a.verdicts.READY ||
      b.verdicts.READY_WITH_ACTIONS - a.verdicts.READY_WITH_ACTIONS ||
      a.verdicts.BLOCKED - b.verdicts.BLOCKED,
  )
  return ranked[0]?.kernelLine ?? null
}

/** The five numbers: the hosts in scope, divided by their verdict on the leading line. */
export function fiveNumbers(hosts: number, leading: ReportLine | undefined): ReportNumbers {
  if (leading === undefined) return { hosts, ready: 0, readyWithActions: 0, blocked: 0, unknown: hosts }
  const { READY, READY_WITH_ACTIONS, BLOCKED } = leading.verdicts
  return {
    hosts,
    ready: READY,
    readyWithActions: READY_WITH_ACTIONS,
    blocked: BLOCKED,
    unknown: hosts - READY - READY_WITH_ACTIONS - BLOCKED,
  }
}

/** The worst that any host has on the leading line; what could not be told is worse than work to do. */
export function overallVerdict({ blocked, unknown, readyWithActions, hosts }: ReportNumbers): Verdict {
  if (blocked > 0) return 'BLOCKED'
  if (unknown > 0 || hosts === 0) return 'UNKNOWN'
  return readyWithActions > 0 ? 'READY_WITH_ACTIONS' : 'READY'
}

/** The verdict as two or three sentences in both languages. */
export function writeHeadline(input: HeadlineInput): Text {
  if (input.numbers.hosts === 0 || input.leading === null) {
    return { en: 'No host was judged.', zh: '没有任何主机得到评估。' }
  }
  const sentences = [
    mainSentence(input.numbers, input.leading),
    ...fixSentence(input),
    ...riskSentence(input),
  ]
  return {
    en: sentences.map(({ en }) => en).join(' '),
    zh: sentences.map(({ zh }) => zh).join(''),
  }
}

function mainSentence(numbers: ReportNumbers, leading: KernelLine): Text {
  const { long } = lineNames[leading]
  const en = [
    ...(numbers.readyWithActions > 0 ? [`${numbers.readyWithActions} can after listed actions`] : []),
    ...(numbers.blocked > 0 ? [`${numbers.blocked} ${is(numbers.blocked)} blocked`] : []),
    ...(numbers.unknown > 0 ? [`${numbers.unknown} could not be judged`] : []),
  ]
  const zh = [
    ...(numbers.readyWithActions > 0 ? [`${numbers.readyWithActions} 台完成所列操作后即可迁移`] : []),
    ...(numbers.blocked > 0 ? [`${numbers.blocked} 台被阻断`] : []),
    ...(numbers.unknown > 0 ? [`${numbers.unknown} 台无法判定`] : []),
  ]
  const who = numbers.hosts === numbers.ready ? allOf(numbers.hosts) : partOf(numbers)
  return {
    en: `${who.en} can move to ${long.en} now${en.length === 0 ? '' : `; ${listEn(en)}`}.`,
    zh: `${who.zh} ${long.zh}${zh.length === 0 ? '' : `；${zh.join('，')}`}。`,
  }
}

function allOf(hosts: number): Text {
  return hosts === 1
    ? { en: 'The only host', zh: '唯一的主机现在即可迁移到' }
    : { en: `All ${hosts} hosts`, zh: `全部 ${hosts} 台主机现在即可迁移到` }
}

function partOf({ hosts, ready }: ReportNumbers): Text {
  if (ready > 0)
    return { en: `${ready} of ${hosts} hosts`, zh: `${hosts} 台主机中有 ${ready} 台现在即可迁移到` }
  return hosts === 1
    ? { en: 'No host', zh: '目前没有主机可以直接迁移到' }
    : { en: `None of ${hosts} hosts`, zh: `${hosts} 台主机目前均不能直接迁移到` }
}

function fixSentence({ ranking }: HeadlineInput): Text[] {
  const step = ranking?.steps.find(
    ({ hostsSoFar }) => hostsSoFar * 2 >= (ranking.blockedHosts || Number.POSITIVE_INFINITY),
  )
  if (ranking === undefined || step === undefined) return []
  const { fixesSoFar, hostsSoFar } = step
  const all = hostsSoFar === ranking.blockedHosts
  const things = fixesSoFar === 1 ? 'one thing' : `${fixesSoFar} things`
  const hosts = all ? allBlocked(hostsSoFar) : `${hostsSoFar} of the ${ranking.blockedHosts} blocked hosts`
  const zhHosts = all ? allBlockedZh(hostsSoFar) : `${ranking.blockedHosts} 台被阻断主机中的 ${hostsSoFar} 台`
  return [
    {
      en: `Fixing ${things} would unblock ${hosts}.`,
      zh: `解决 ${fixesSoFar} 个问题即可为${zhHosts}解除阻断。`,
    },
  ]
}

function allBlocked(hosts: number): string {
  return hosts === 1 ? 'the blocked host' : `all ${hosts} blocked hosts`
}

function allBlockedZh(hosts: number): string {
  return hosts === 1 ? '唯一被阻断的主机' : `全部 ${hosts} 台被阻断主机`
}

function riskSentence({ acceptedRisks }: HeadlineInput): Text[] {
  if (acceptedRisks === 0) return []
  return [
    {
      en: `${acceptedRisks} ${acceptedRisks === 1 ? 'finding has' : 'findings have'} been accepted as a risk.`,
      zh: `另有 ${acceptedRisks} 项发现已作为风险被接受。`,
    },
  ]
}

function is(count: number): string {
  return count === 1 ? 'is' : 'are'
}

function listEn(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`
}
