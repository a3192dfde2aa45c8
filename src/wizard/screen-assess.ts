import { clusterText, scopeText } from '../model/assessment-scope.ts'
import type { FixRow } from '../model/blocker-ranking.ts'
import { fixWords, ofTotal } from '../model/fix-words.ts'
import { verdicts, type Severity, type Target } from '../model/target.ts'
import { hostsInEnglish, inLanguage, type Language, type Text } from '../model/text.ts'
import type { CommandFor } from './actions.ts'
import type { Screen } from './screen.ts'
import type { AssessView, FindingTotal } from './tally.ts'
import { targetNames, verdictNames } from './target-names.ts'
import { pad, padStart } from './width.ts'

export const severityNames: Readonly<Record<Severity, Text>> = {
  block: { en: 'blocks', zh: '阻断' },
  high: { en: 'high', zh: '高' },
  medium: { en: 'medium', zh: '中' },
  low: { en: 'low', zh: '低' },
  info: { en: 'info', zh: '提示' },
}

/** Checks to fix that are listed for one target. */
const fixesShown = 5

/** The matrix of targets and verdicts, what to fix first for each target, and the other findings. */
export function assessScreen(view: AssessView, language: Language, command: CommandFor): Screen {
  const say = (text: Text): string => inLanguage(text, language)
  const fixes = view.fixes.flatMap(({ target, blockedHosts, rows }) =>
    rows.slice(0, fixesShown).map((row) => ({ target, blockedHosts, ...row })),
  )
  const first = new Set(fixes.map(({ key }) => key))
  const others = view.findings.filter(({ key }) => !first.has(key))
  const scope = scopeText(view, view.hosts)
  const cluster = clusterText(view.cluster)
  const hosts = scope ?? { en: hostsInEnglish(view.hosts), zh: `${view.hosts} 台主机` }
  return {
    stage: 'assess',
    body: [
      say({
        en: `${hosts.en}, ${view.complete} with complete facts. What is unknown is never ready.`,
        zh: `${hosts.zh}，其中 ${view.complete} 台信息完整。未知绝不视为就绪。`,
      }),
      ...(cluster === undefined ? [] : [say(cluster)]),
      ...matrix(view, language),
      '',
      ...(fixes.length > 0 ? [`${say(fixWords.title)}${say({ en: ':', zh: '：' })}`, head(language)] : []),
      ...(fixes.length === 0 && others.length > 0
        ? [say({ en: 'Nothing blocks. Findings:', zh: '没有阻断项。发现的问题：' })]
        : []),
    ],
    rows: [
      ...fixes.map((fix) => ({ id: fix.key, text: describeFix(fix, view, language) })),
      ...others.map((finding) => ({ id: finding.key, text: describe(finding, view, language) })),
      {
        id: 'next',
        text: say({ en: 'Write the reports', zh: '生成报告' }),
        command: command({ do: 'report' }),
      },
    ],
    keys: [{ key: 'n', label: { en: 'write reports', zh: '生成报告' } }],
    command: command({ do: 'assess' }),
  }
}

/** Over the list, whose rows begin with two more columns for the mark. */
function head(language: Language): string {
  const say = (text: Text): string => inLanguage(text, language)
  const cells = [
    pad('', 12),
    padStart(say(fixWords.blocks), blocksWidth),
    padStart(say(fixWords.thenUnblocked), thenWidth),
  ]
  return `  ${cells.join('  ')}`
}

const blocksWidth = 6
const thenWidth = 14

interface Fix extends FixRow {
  target: Target
  blockedHosts: number
}

function describeFix(
  { target, key, blocks, unblockedSoFar, blockedHosts }: Fix,
  view: AssessView,
  language: Language,
): string {
  const then = inLanguage(ofTotal(unblockedSoFar, blockedHosts), language)
  const cells = [
    pad(targetNames[target], 12),
    padStart(String(blocks), blocksWidth),
    padStart(then, thenWidth),
    titleOf(key, view, language),
  ]
  return cells.join('  ')
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
  const { key, hosts } = finding
  const count = inLanguage({ en: hostsInEnglish(hosts.length), zh: `${hosts.length} 台主机` }, language)
  const cells = [
    pad(status(finding, language), 12),
    padStart(count, blocksWidth + 2 + thenWidth),
    titleOf(key, view, language),
  ]
  return cells.join('  ')
}

function titleOf(key: string, view: AssessView, language: Language): string {
  const title = view.checks.get(key)?.title
  return title === undefined ? key : inLanguage(title, language)
}

function status({ status, severity }: FindingTotal, language: Language): string {
  const words: Readonly<Record<string, Text>> = {
    unknown: { en: 'unknown', zh: '未知' },
    error: { en: 'error', zh: '出错' },
    waived: { en: 'waived', zh: '已豁免' },
  }
  return inLanguage(words[status] ?? severityNames[severity], language)
}
