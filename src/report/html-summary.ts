import { ofTotal } from '../model/fix-words.ts'
import type { BlockerRanking, FixStep, Report, ReportLine } from '../model/report.ts'
import type { Verdict } from '../model/target.ts'
import { confidences, verdicts } from '../model/target.ts'
import type { Bar, Chip, HtmlPage } from './html-parts.ts'
import { checkTitle, formatEffort, percent, toChip, verdictBar } from './html-parts.ts'
import { lineNames } from './lines.ts'
import { say } from './words.ts'

export interface NumberCard {
  label: string
  value: number
  verdict: Verdict | null
}

export interface MatrixRow {
  name: string
  short: string
  leading: boolean
  decidesFor: number
  chips: readonly (Chip & { count: number })[]
  readyPercent: number
  bar: Bar
  /** Pass, fail, unknown, error, waived, not applicable: hosts x checks. */
  results: readonly number[]
  confidence: string
}

interface StepRow {
  number: number
  fixes: readonly { key: string; title: string; hosts: number }[]
  /** `3 of 7` */
  soFar: string
  unknownSoFar: number
  /** Width of the part gained before this step, and by it. */
  before: string
  gained: string
  effort: string
}

export interface BlockerPanel {
  name: string
  leading: boolean
  blockedHosts: number
  steps: readonly StepRow[]
  laterSteps: readonly StepRow[]
}

/** Steps in sight; the rest is folded. */
const firstSteps = 8

/** The five numbers as cards. */
export function numberCards({ report, w }: HtmlPage): NumberCard[] {
  const { hosts, ready, readyWithActions, blocked, unknown } = report.numbers
  return [
    { label: w.hosts, value: hosts, verdict: null },
    { label: w.ready, value: ready, verdict: 'READY' },
    { label: w.readyWithActions, value: readyWithActions, verdict: 'READY_WITH_ACTIONS' },
    { label: w.blocked, value: blocked, verdict: 'BLOCKED' },
    { label: w.unknown, value: unknown, verdict: 'UNKNOWN' },
  ]
}

/** The verdicts on the leading line, as one bar. */
export function leadingBar({ report, language }: HtmlPage): Bar {
  const { ready, readyWithActions, blocked, unknown } = report.numbers
  const counts = { READY: ready, READY_WITH_ACTIONS: readyWithActions, BLOCKED: blocked, UNKNOWN: unknown }
  return verdictBar(counts, language)
}

/** Targets and kernel lines side by side. */
export function matrixRows(page: HtmlPage): MatrixRow[] {
  return page.report.lines.map((line) => matrixRow(line, page))
}

/** One panel a line; the leading line's comes first. */
export function blockerPanels(page: HtmlPage): BlockerPanel[] {
  const { report } = page
  const panels = report.blockers.map(({ kernelLine, ranking }): BlockerPanel => {
    const steps = ranking.steps.map((step, index) => stepRow(step, { index, ranking, page }))
    return {
      name: lineNames[kernelLine].title,
      leading: kernelLine === report.leading,
      blockedHosts: ranking.blockedHosts,
      steps: steps.slice(0, firstSteps),
      laterSteps: steps.slice(firstSteps),
    }
  })
  return panels.sort((a, b) => Number(b.leading) - Number(a.leading))
}

function matrixRow(line: ReportLine, { report, language }: HtmlPage): MatrixRow {
  const { kernelLine, verdicts: counts, readyRatio, decidesFor } = line
  const { pass, fail, unknown, error, waived, notApplicable } = line.counts
  return {
    name: lineNames[kernelLine].title,
    short: lineNames[kernelLine].short,
    leading: kernelLine === report.leading,
    decidesFor,
    chips: verdicts.map((verdict) => ({ ...toChip(verdict, language), count: counts[verdict] })),
    readyPercent: Math.floor(readyRatio * 100),
    bar: verdictBar(counts, language),
    results: [pass, fail, unknown, error, waived, notApplicable],
    confidence: confidences
      .filter((grade) => line.confidences[grade] > 0)
      .map((grade) => `${grade}: ${line.confidences[grade]}`)
      .join(' · '),
  }
}

function stepRow(
  step: FixStep,
  { index, ranking, page }: { index: number; ranking: BlockerRanking; page: HtmlPage },
): StepRow {
  const hostsOf = new Map(ranking.blockers.map(({ key, hosts }) => [key, hosts]))
  const share = (hosts: number): string => percent((hosts / Math.max(1, ranking.blockedHosts)) * 100)
  return {
    number: index + 1,
    fixes: step.fixes.map((key) => ({ key, title: checkTitle(key, page), hosts: hostsOf.get(key) ?? 0 })),
    soFar: say(ofTotal(step.hostsSoFar, ranking.blockedHosts), page.language),
    unknownSoFar: step.unknownSoFar,
    before: share(step.hostsSoFar - step.hosts),
    gained: share(step.hosts),
    effort: formatEffort(effortOf(step, hostsOf, page.report), page.language),
  }
}

function effortOf(step: FixStep, hostsOf: ReadonlyMap<string, number>, report: Report): number {
  return step.fixes.reduce((sum, key) => {
    const effort = report.checks.find(({ id }) => id === key)?.effort
    if (effort === undefined) return sum
    return sum + effort.onceMinutes + effort.perHostMinutes * (hostsOf.get(key) ?? 0)
  }, 0)
}
