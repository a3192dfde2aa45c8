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
  /** A selector chose the hosts: then none of them is "the only host" and not all are "all hosts". */
  isSelection: boolean
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
  const sentences = [mainSentence(input, input.leading), ...fixSentence(input), ...riskSentence(input)]
  return {
    en: sentences.map(({ en }) => en).join(' '),
    zh: sentences.map(({ zh }) => zh).join(''),
  }
}

/** Starts with the best that can be said: ready now, else ready after actions, else none. */
function mainSentence({ numbers, isSelection }: HeadlineInput, leading: KernelLine): Text {
  const { hosts, ready, readyWithActions, blocked, unknown } = numbers
  const { long } = lineNames[leading]
  const chosen = isSelection ? chosenWord : { en: '', zh: '' }
  const first = ready > 0 ? 'ready' : readyWithActions > 0 ? 'actions' : 'none'
  const rest: Text[] = [
    ...(first === 'ready'
      ? partText(readyWithActions, { en: 'can after the listed actions', zh: '台完成所列操作后可迁移' })
      : []),
    ...partText(blocked, { en: blocked === 1 ? 'is blocked' : 'are blocked', zh: '台被阻断' }),
    ...partText(unknown, { en: 'could not be judged', zh: '台无法判定' }),
  ]
  const some = amount(first === 'ready' ? ready : readyWithActions, hosts, isSelection)
  const main: Readonly<Record<typeof first, Text>> = {
    ready: { en: `${some.en} can move to ${long.en} now`, zh: `${some.zh}现在即可迁移到 ${long.zh}` },
    actions: {
      en: `${some.en} can move to ${long.en} after the listed actions`,
      zh: `${some.zh}完成所列操作后可迁移到 ${long.zh}`,
    },
    none: {
      en: `${hosts === 1 ? `The ${chosen.en}host` : `None of ${hosts} ${chosen.en}hosts`} can${hosts === 1 ? 'not' : ''} move to ${long.en} as it stands`,
      zh: `${hosts === 1 ? `${isSelection ? '所选' : '该'}主机目前不能` : `${chosen.zh}${hosts} 台主机目前均不能`}迁移到 ${long.zh}`,
    },
  }
  return {
    en: `${main[first].en}${rest.length === 0 ? '' : `; ${listEn(rest.map(({ en }) => en))}`}.`,
    zh: `${main[first].zh}${rest.length === 0 ? '' : `；${rest.map(({ zh }) => zh).join('，')}`}。`,
  }
}

function partText(count: number, words: Text): Text[] {
  return count === 0 ? [] : [{ en: `${count} ${words.en}`, zh: `${count} ${words.zh}` }]
}

const chosenWord: Text = { en: 'chosen ', zh: '所选 ' }

function amount(count: number, hosts: number, isSelection: boolean): Text {
  const { en, zh } = isSelection ? chosenWord : { en: '', zh: '' }
  if (count < hosts)
    return { en: `${count} of ${hosts} ${en}hosts`, zh: `${zh}${hosts} 台主机中有 ${count} 台` }
  if (hosts > 1)
    return { en: `All ${hosts} ${en}hosts`, zh: `${isSelection ? '所选的' : ''}全部 ${hosts} 台主机` }
  return isSelection ? { en: 'The chosen host', zh: '所选主机' } : { en: 'The only host', zh: '唯一的主机' }
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
      zh: `解决 ${fixesSoFar} 个问题即可为${/^\d/.test(zhHosts) ? ' ' : ''}${zhHosts}解除阻断。`,
    },
  ]
}

function allBlocked(hosts: number): string {
  if (hosts === 1) return 'the blocked host'
  return hosts === 2 ? 'both blocked hosts' : `all ${hosts} blocked hosts`
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

function listEn(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`
}
