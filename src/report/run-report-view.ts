import type { RunReport, RunReportNode } from '../model/run-report.ts'
import { durationText } from '../model/duration-text.ts'
import { isLeftCordoned } from '../model/node-note.ts'
import { noteText } from '../model/node-note-text.ts'
import type { Estimate } from '../model/plan.ts'
import type { Verdict } from '../model/target.ts'
import type { Language, Text } from '../model/text.ts'
import { waveKindTexts } from '../model/wave-kind-texts.ts'
import { formatTime } from './html-parts.ts'
import { movedText, nodeStates, orDash, runHeadline, runMethod, runWords } from './run-report-words.ts'
import { say, verdictIcons } from './words.ts'

/** One table of the report; what stands in its cells is text of anybody, not yet escaped. */
export interface RunSection {
  id: string
  title: string
  head: readonly string[]
  rows: readonly (readonly string[])[]
}

/** What every format of the report shows, in one language. */
export interface RunReportView {
  title: string
  headline: string
  /** By its colour and its mark: the verdicts of the other report. */
  overall: Verdict
  icon: string
  meta: readonly string[]
  sections: readonly RunSection[]
  none: string
  method: { title: string; lines: readonly string[] }
}

/** The report of a run as tables: formats only differ in how they draw them. */
export function runReportView(report: RunReport, language: Language): RunReportView {
  const { run, createdAt, tool } = report
  const overall = overallOf(report)
  const said = (text: Text): string => say(text, language)
  const word = (key: keyof typeof runWords): string => said(runWords[key])
  return {
    title: word('title'),
    headline: said(runHeadline(report)),
    overall,
    icon: verdictIcons[overall],
    meta: [
      `${word('run')} ${run.id}`,
      `${word('by')} ${run.actor}`,
      `${word('plan')} ${run.plan.slice(0, 16)}…`,
      ...(run.lastHash === null ? [] : [`${word('chain')} ${run.lastHash.slice(0, 16)}…`]),
      `${word('made')} ${formatTime(createdAt)}`,
      `${tool.name} ${tool.version}`,
    ],
    sections: [
      counts(report, word, said),
      waves(report, word, said),
      nodeTimes(report, word, said),
      moved(report, word),
      problems(report, word, said),
      notes(report, word, said),
      waits(report, word, said),
      gates(report, word),
    ],
    none: word('none'),
    method: { title: word('method'), lines: runMethod.map(said) },
  }
}

/** Nobody can tell of a run that has not ended. */
function overallOf({ run, nodes }: RunReport): Verdict {
  if (run.outcome === null) return 'UNKNOWN'
  if (run.outcome === 'done')
    return nodes.some((node) => isLeftCordoned(node.notes)) ? 'READY_WITH_ACTIONS' : 'READY'
  return nodes.some(({ state }) => state === 'failed') ? 'BLOCKED' : 'READY_WITH_ACTIONS'
}

type Word = (key: keyof typeof runWords) => string
type Said = (text: Text) => string

function counts({ nodes }: RunReport, word: Word, said: Said): RunSection {
  const states = Object.keys(nodeStates) as RunReportNode['state'][]
  const rows = states.flatMap((state) => {
    const count = nodes.filter((node) => node.state === state).length
    return count === 0 ? [] : [[said(nodeStates[state]), String(count)]]
  })
  return { id: 'result', title: word('summary'), head: [word('state'), word('nodes')], rows }
}

function waves(report: RunReport, word: Word, said: Said): RunSection {
  return {
    id: 'waves',
    title: word('waves'),
    head: (['wave', 'kind', 'nodes', 'started', 'took', 'expected', 'evictions'] as const).map(word),
    rows: report.waves.map(({ index, kind, nodes, startedAt, durationMs, estimate, plannedEvictions }) => [
      String(index),
      said(waveKindTexts[kind]),
      String(nodes),
      startedAt === null ? '-' : formatTime(startedAt),
      orDash(durationMs),
      estimateText(estimate),
      String(plannedEvictions),
    ]),
  }
}

function nodeTimes(report: RunReport, word: Word, said: Said): RunSection {
  return {
    id: 'nodes',
    title: word('times'),
    head: (
      [
        'node',
        'state',
        'started',
        'took',
        'expected',
        'migrate',
        'replace',
        'restore',
        'back',
        'retries',
      ] as const
    ).map(word),
    rows: report.nodes.map(({ name, host, state, startedAt, durationMs, estimate, phases, retries }) => [
      name === host ? name : `${name} (${host})`,
      said(nodeStates[state]),
      startedAt === null ? '-' : formatTime(startedAt),
      orDash(durationMs),
      estimateText(estimate),
      ...[phases.migrate, phases.replace, phases.restore, phases.back].map(orDash),
      String(retries),
    ]),
  }
}

function moved(report: RunReport, word: Word): RunSection {
  const some = report.nodes.filter(
    ({ parked, restored, images, escalations }) =>
      parked !== null || restored !== null || images !== null || escalations > 0,
  )
  return {
    id: 'moved',
    title: word('moved'),
    head: (['node', 'parked', 'restored', 'images', 'escalations'] as const).map(word),
    rows: some.map(({ name, parked, restored, images, escalations }) => [
      name,
      ...[parked, restored, images].map(movedText),
      String(escalations),
    ]),
  }
}

function problems(report: RunReport, word: Word, said: Said): RunSection {
  const rows = report.nodes.flatMap(({ name, state, failures, returnedBecause }) => [
    ...failures.map(({ at, uses, code, message }) => [name, formatTime(at), uses, `${message} [${code}]`]),
    ...(returnedBecause === null ? [] : [[name, '-', said(nodeStates[state]), said(returnedBecause)]]),
  ])
  const head = (['node', 'at', 'step', 'what'] as const).map(word)
  return { id: 'problems', title: word('problems'), head, rows }
}

function notes(report: RunReport, word: Word, said: Said): RunSection {
  const rows = report.nodes.flatMap(({ name, notes: of }) => of.map((note) => [name, said(noteText(note))]))
  return { id: 'notes', title: word('notes'), head: (['node', 'what'] as const).map(word), rows }
}

/** Of all nodes; each has its own longest. */
const mostWaits = 50

function waits(report: RunReport, word: Word, said: Said): RunSection {
  const rows = report.nodes
    .flatMap(({ name, waits: of }) => of.map((wait) => ({ name, ...wait })))
    .sort((a, b) => b.forMs - a.forMs)
    .slice(0, mostWaits)
    .map(({ name, uses, waitsFor, forMs }) => [name, uses, said(waitsFor), durationText(forMs)])
  const head = (['node', 'step', 'waitsFor', 'took'] as const).map(word)
  return { id: 'waits', title: word('waits'), head, rows }
}

function gates(report: RunReport, word: Word): RunSection {
  const rows = report.gates.map(({ at, gate, message }) => [formatTime(at), gate, message])
  return { id: 'gates', title: word('gates'), head: (['at', 'gate', 'what'] as const).map(word), rows }
}

function estimateText({ p50Ms, p90Ms }: Estimate): string {
  return `${durationText(p50Ms)} / ${durationText(p90Ms)}`
}
