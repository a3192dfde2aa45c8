import type { Remedy } from '../model/check.ts'
import { hostsInEnglish, inLanguage, type Language, type Text } from '../model/text.ts'
import { shorten, visibleBlock, visibleLine } from '../model/visible-text.ts'
import { severityNames } from './screen-assess.ts'
import type { Screen } from './screen.ts'
import type { AssessView, FindingTotal } from './tally.ts'

export interface FindingPage {
  view: AssessView
  finding: FindingTotal
  /** Which of the examples is shown. */
  example: number
}

/** A finding's page: why, what was seen on one host, the evidence, how to fix it, which hosts. */
export function findingScreen(
  { view, finding, example }: FindingPage,
  language: Language,
  command: string,
): Screen {
  const say = (text: Text): string => inLanguage(text, language)
  const check = view.checks.get(finding.key)
  const shown = finding.examples[example % Math.max(1, finding.examples.length)]
  const remedies =
    shown !== undefined && shown.finding.remedies.length > 0
      ? shown.finding.remedies
      : (check?.remedies ?? [])
  const section = (title: Text, lines: readonly string[]): string[] => [
    say(title),
    ...lines.map((line) => `  ${line}`),
    '',
  ]
  const body = [
    check === undefined ? finding.key : say(check.title),
    `${finding.key} · ${say(severityNames[finding.severity])} · ${finding.targets.join(', ')}`,
    '',
    ...(check === undefined ? [] : section({ en: 'Why', zh: '原因' }, [say(check.what)])),
  ]
  if (shown !== undefined) {
    const { here, evidence, missing, waiver } = shown.finding
    const seen = [
      visibleBlock(say(here)),
      ...(missing ?? []).map(({ fact, message }) => visibleLine(`${fact}: ${message}`)),
    ]
    body.push(...section({ en: `Seen on ${shown.host}`, zh: `${shown.host} 上的情况` }, seen))
    const proof = evidence.flatMap(({ command: run, excerpt }) => [
      `$ ${visibleLine(run)}`,
      ...shorten(visibleBlock(excerpt), 1200)
        .split('\n')
        .map((line) => `  ${line}`),
    ])
    if (proof.length > 0) body.push(...section({ en: 'Evidence', zh: '证据' }, proof))
    if (waiver)
      body.push(
        ...section({ en: 'Waived', zh: '已豁免' }, [
          visibleLine(`${waiver.reason} · ${waiver.owner} · ${waiver.expires}`),
        ]),
      )
  }
  if (remedies.length > 0)
    body.push(
      ...section(
        { en: 'Fix', zh: '处理方法' },
        remedies.flatMap((remedy, index) => fixLines(remedy, index, language)),
      ),
    )
  body.push(
    ...section({ en: hostsInEnglish(finding.hosts.length), zh: `${finding.hosts.length} 台主机` }, [
      hostNames(finding, language),
    ]),
  )
  if (check !== undefined && check.sources.length > 0)
    body.push(...section({ en: 'Sources', zh: '依据' }, check.sources))
  return { stage: 'assess', body, rows: [], keys: keysFor(finding), command }
}

function keysFor(finding: FindingTotal): Screen['keys'] {
  const next = { key: 'e', label: { en: 'next host', zh: '下一台' } }
  const waive = { key: 'w', label: { en: 'waive', zh: '豁免' } }
  return [...(finding.examples.length > 1 ? [next] : []), ...(finding.status === 'fail' ? [waive] : [])]
}

function fixLines(remedy: Remedy, index: number, language: Language): string[] {
  const letter = `${String.fromCharCode(97 + (index % 26))})`
  if (remedy.kind === 'hint') return [`${letter} ${visibleLine(inLanguage(remedy.text, language))}`]
  const text =
    remedy.text === undefined ? [] : [`${letter} ${visibleLine(inLanguage(remedy.text, language))}`]
  const run = remedy.kind === 'command' ? `$ ${remedy.argv.map(shown).join(' ')}` : `playbook ${remedy.name}`
  return text.length > 0 ? [...text, `   ${run}`] : [`${letter} ${run}`]
}

/** A word as a person would type it into a shell. */
function shown(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${visibleLine(word).replaceAll("'", String.raw`'\''`)}'`
}

function hostNames({ hosts }: FindingTotal, language: Language): string {
  const some = hosts
    .slice(0, 60)
    .map((name) => visibleLine(name))
    .join('  ')
  const more = hosts.length - 60
  if (more <= 0) return some
  return `${some}  ${inLanguage({ en: `… and ${more} more`, zh: `… 另有 ${more} 台` }, language)}`
}
