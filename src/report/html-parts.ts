import type { CheckInfo } from '../model/assessment.ts'
import type { Report, VerdictCounts } from '../model/report.ts'
import type { Verdict } from '../model/target.ts'
import { verdicts } from '../model/target.ts'
import type { Language } from '../model/text.ts'
import type { Word } from './words.ts'
import { say, verdictWords, words } from './words.ts'

/** What the parts of one page share. */
export interface HtmlPage {
  report: Report
  language: Language
  /** Every word of the report's own voice, in the page's language. */
  w: Readonly<Record<Word, string>>
  checks: ReadonlyMap<string, CheckInfo>
  /** Anchors of the hosts that have a sheet on this page. */
  anchors: ReadonlyMap<string, string>
}

/** One piece of a stacked bar, in percent of its width. */
interface Segment {
  verdict: Verdict
  x: string
  width: string
}

export interface Bar {
  segments: readonly Segment[]
  /** What the bar shows, for people who do not see it. */
  alt: string
}

export interface Chip {
  verdict: Verdict
  word: string
}

/** All words of the report in one language, for the templates. */
export function allWords(language: Language): Readonly<Record<Word, string>> {
  return Object.fromEntries(
    Object.entries(words).map(([name, text]) => [name, say(text, language)]),
  ) as Record<Word, string>
}

/** A verdict with its word; the template adds icon and colour. */
export function toChip(verdict: Verdict, language: Language): Chip {
  return { verdict, word: say(verdictWords[verdict], language) }
}

/** A stacked bar of verdicts, with its text alternative. */
export function verdictBar(counts: VerdictCounts, language: Language): Bar {
  const total = Math.max(
    1,
    verdicts.reduce((sum, verdict) => sum + counts[verdict], 0),
  )
  let x = 0
  const segments: Segment[] = []
  for (const verdict of verdicts) {
    const width = (counts[verdict] / total) * 100
    if (width > 0) segments.push({ verdict, x: percent(x), width: percent(width) })
    x += width
  }
  const alt = verdicts
    .map((verdict) => `${say(verdictWords[verdict], language)}: ${counts[verdict]}`)
    .join(', ')
  return { segments, alt }
}

/** The title of a check; its key when the catalogue does not hold it. */
export function checkTitle(key: string, page: Pick<HtmlPage, 'checks' | 'language'>): string {
  const check = page.checks.get(key)
  return check === undefined ? key : say(check.title, page.language)
}

/** `2026-11-21 08:30 UTC`. */
export function formatTime(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`
}

/** Minutes of work as people read them. */
export function formatEffort(minutes: number, language: Language): string {
  if (minutes < 90) return say({ en: `${minutes} min`, zh: `${minutes} 分钟` }, language)
  const hours = Math.round(minutes / 6) / 10
  if (hours < 24) return say({ en: `${hours} h`, zh: `${hours} 小时` }, language)
  const days = Math.round(hours / 0.8) / 10
  return say({ en: `${days} working days`, zh: `${days} 人天` }, language)
}

/** A share of the whole, for the width of a bar. */
export function percent(value: number): string {
  return `${Math.round(value * 100) / 100}%`
}
