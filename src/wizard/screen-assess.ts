import { verdicts, type Severity, type Target, type Verdict } from '../model/target.ts'
import { hostsInEnglish, inLanguage, type Language, type Text } from '../model/text.ts'
import type { Screen } from './screen.ts'
import type { AssessView, FindingTotal } from './tally.ts'
import { cut, pad, padStart } from './width.ts'

const targetNames: Readonly<Record<Target, string>> = {
  'anolis-rhck': 'Anolis RHCK',
  'anolis-anck': 'Anolis ANCK',
  containeros: 'ContainerOS',
}

const verdictNames: Readonly<Record<Verdict, Text>> = {
  READY: { en: 'READY', zh: '就绪' },
  READY_WITH_ACTIONS: { en: 'ACTIONS', zh: '需处理' },
  BLOCKED: { en: 'BLOCKED', zh: '受阻' },
  UNKNOWN: { en: 'UNKNOWN', zh: '未知' },
}

export const severityNames: Readonly<Record<Severity, Text>> = {
  block: { en: 'blocks', zh: '阻断' },
  high: { en: 'high', zh: '高' },
  medium: { en: 'medium', zh: '中' },
  low: { en: 'low', zh: '低' },
  info: { en: 'info', zh: '提示' },
}

/** The matrix of targets and verdicts, and the findings ranked by the hosts that fixing them unblocks. */
export function assessScreen(view: AssessView, language: Language, command: string): Screen {
  const say = (text: Text): string => inLanguage(text, language)
  const blockers = view.findings.filter(({ blocks }) => blocks > 0).length
  const title: Text =
    blockers > 0
      ? { en: 'Fix these first (hosts unblocked):', zh: '优先处理（可解除阻断的主机数）：' }
      : { en: 'Nothing blocks. Findings:', zh: '没有阻断项。发现的问题：' }
  return {
    stage: 'assess',
    body: [
      say({
        en: `${hostsInEnglish(view.hosts)}, ${view.complete} with complete facts. What is unknown is never ready.`,
        zh: `${view.hosts} 台主机，其中 ${view.complete} 台信息完整。未知绝不视为就绪。`,
      }),
      ...matrix(view, language),
      '',
      ...(view.findings.length > 0 ? [say(title)] : []),
    ],
    rows: [
      ...view.findings.map((finding) => ({ id: finding.key, text: describe(finding, view, language) })),
      { id: 'next', text: say({ en: 'Write the reports', zh: '生成报告' }) },
    ],
    keys: [{ key: 'n', label: { en: 'write reports', zh: '生成报告' } }],
    command,
  }
}

function matrix({ byTarget }: AssessView, language: Language): string[] {
  const head = verdicts.map((verdict) => padStart(inLanguage(verdictNames[verdict], language), 9)).join('')
  const rows = byTarget.map(({ target, verdicts: counts }) => {
    const cells = verdicts.map((verdict) => padStart(String(counts[verdict]), 9)).join('')
    return `${pad(targetNames[target], 12)}${cells}`
  })
  return [`${pad('', 12)}${head}`, ...rows]
}

function describe(finding: FindingTotal, view: AssessView, language: Language): string {
  const title = view.checks.get(finding.key)?.title
  const text = title === undefined ? finding.key : inLanguage(title, language)
  return `${padStart(amount(finding, language), 12)}  ${pad(status(finding, language), 7)} ${text}`
}

function amount({ blocks, unblocks, hosts }: FindingTotal, language: Language): string {
  const zh = language === 'zh-CN'
  if (blocks > 0) return `${bar(unblocks)} ${unblocks}/${blocks}`
  return zh ? `${hosts.length} 台` : hostsInEnglish(hosts.length)
}

function bar(hosts: number): string {
  return '▇'.repeat(Math.min(6, Math.ceil(Math.log2(hosts + 1))))
}

function status({ status, severity }: FindingTotal, language: Language): string {
  const words: Readonly<Record<string, Text>> = {
    unknown: { en: 'unknown', zh: '未知' },
    error: { en: 'error', zh: '出错' },
    waived: { en: 'waived', zh: '已豁免' },
  }
  return cut(inLanguage(words[status] ?? severityNames[severity], language), 7)
}
