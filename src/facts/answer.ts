import type { Collector, CollectorInput, FactSet } from '../model/collector.ts'
import { FactGap, factSets } from '../model/collector.ts'
import type { Fact, FactMap, FactName, FactSource, GapReason } from '../model/facts.ts'
import { factSchemas } from '../model/facts.ts'
import { clean, needsCleaning } from './clean.ts'
import type { Frame, Frames } from './frame.ts'
import { readFrames } from './frame.ts'
import { collectors } from './index.ts'
import type { FilesAnswer, HiddenDirectory } from './input.ts'
import { redact } from '../model/redact.ts'
import { inputOf, noting, readFiles, readHidden, readPaths } from './input.ts'
import { type CollectionPlan, planCollection, scriptVersion } from './script.ts'
import { withRemark } from './readable.ts'
import { cutRemark, hiddenRemark, rawOf, reasonToSkip } from './sections.ts'
import { integer } from './values.ts'

export interface AnswerOptions {
  /** The nonce the script was made with; null takes it from the answer's own header (a bundle). */
  nonce: string | null
  /** The set that was asked for; a bundle's header goes before it. */
  set: FactSet
  /** ISO 8601, UTC. */
  collectedAt: string
  /** Seconds since 1970 on the controller when the script was sent, where the caller knows. */
  sentAtSeconds?: number
  /** Seconds since 1970 on the controller when the answer came; null for a bundle. */
  receivedAtSeconds: number | null
  /** sha256 in hex. */
  hash: (bytes: Uint8Array) => string
  /** How the script ran, where the caller knows; else the header's user id tells. */
  privilege?: CollectorInput['privilege']
}

export interface Answer {
  facts: FactMap
  status: 'complete' | 'partial' | 'failed'
  privilege: CollectorInput['privilege']
  set: FactSet
  /** What the host calls itself, from the header; empty when it did not say. */
  hostname: string
  /** What was odd about the output: garbage, cut or doubled frames. For people. */
  problems: readonly string[]
}

/** Turns the script's output into facts. Never throws for what a host sends: every fact is good or says why not. */
export function parseAnswer(bytes: Uint8Array, options: AnswerOptions): Answer {
  return answerOf(collectors, bytes, options)
}

/** The same with given collectors: the seam for tests. */
export function answerOf(all: readonly Collector[], bytes: Uint8Array, options: AnswerOptions): Answer {
  const frames = readFrames(bytes, options.nonce)
  const set = setOf(frames, options)
  const plan = planOf(all, set)
  const privilege = options.privilege ?? privilegeOf(frames)
  const problems = [...frames.problems]
  const tooNew = Number(frames.head.get('version') ?? scriptVersion) > scriptVersion
  if (tooNew) problems.push(`the script's version ${frames.head.get('version')} is newer than this program`)
  const reading = readingOf({
    frames: tooNew ? { ...frames, sections: new Map() } : frames,
    plan,
    options,
    privilege,
  })
  const facts: Record<string, Fact<FactName>> = {}
  for (const collector of all) {
    facts[collector.fact] = reading.sectionIds.has(collector)
      ? factOf(collector, reading)
      : notCollected(collector, reading)
  }
  const known = new Set(['files', 'paths', ...plan.sections.map(({ id }) => id)])
  const unknownSections = [...frames.sections.keys()].filter((id) => !known.has(id))
  for (const id of unknownSections) problems.push(`section ${id} was not asked for`)
  return {
    facts,
    status: statusOf(Object.values(facts)),
    privilege,
    set,
    hostname: frames.head.get('host') ?? '',
    problems,
  }
}

/** All that the collectors of one host share. */
export interface Reading {
  frames: Frames
  plan: CollectionPlan
  options: AnswerOptions
  filesAnswer: FilesAnswer
  base: CollectorInput
  hiddenDirectories: readonly HiddenDirectory[]
  /** sha256 by section id, for sections that several facts read. */
  hashes: Map<string, string>
  /** Redacted text by section id, for the same reason. */
  texts: Map<string, string>
  /** True while compiling the schemas would take longer than it saves. */
  jitless: boolean
  /** The section of every collector of the plan; an empty string where it has none of its own. */
  sectionIds: ReadonlyMap<Collector, string>
}

interface ReadingParts {
  frames: Frames
  plan: CollectionPlan
  options: AnswerOptions
  privilege: CollectorInput['privilege']
}

function readingOf({ frames, plan, options, privilege }: ReadingParts): Reading {
  const files = frames.sections.get('files')
  const filesAnswer = readFiles(textOf(files), plan.files, files?.cut != null)
  const pathsText = textOf(frames.sections.get('paths'))
  const hiddenDirectories = readHidden(pathsText)
  const base = inputOf({
    stdout: '',
    exitCode: 0,
    files: filesAnswer.files,
    paths: readPaths(pathsText),
    hiddenDirectories,
    privilege,
    epochSeconds: Number(frames.head.get('epoch') ?? 0),
    endEpochSeconds: integer(frames.tail.get('epoch')),
    sentAtSeconds: options.sentAtSeconds ?? null,
    receivedAtSeconds: options.receivedAtSeconds,
  })
  return {
    frames,
    plan,
    options,
    filesAnswer,
    base,
    hiddenDirectories,
    hashes: new Map(),
    texts: new Map(),
    jitless: (answersRead += 1) < answersWorthCompiling,
    sectionIds: sectionIdsOf(plan),
  }
}

/** zod compiles a schema on its first use; that pays after about as many hosts. */
const answersWorthCompiling = 60
let answersRead = 0

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

function textOf(frame: Frame | undefined): string {
  return frame === undefined ? '' : decoder.decode(frame.bytes)
}

/** Sections that several facts read are decoded and searched for secrets once. */
function redactedText(frame: Frame | undefined, { texts }: Reading): string {
  if (frame === undefined) return ''
  const text = texts.get(frame.id) ?? redact(textOf(frame))
  texts.set(frame.id, text)
  return text
}

function factOf(collector: Collector, reading: Reading): Fact<FactName> {
  const frame = reading.frames.sections.get(reading.sectionIds.get(collector) ?? '')
  const source = sourceOf(collector, reading, frame)
  const { jitless } = reading
  const skipped = reasonToSkip(collector, reading, frame)
  if (skipped !== null) return { status: 'unavailable', ...skipped, source }
  const remarks: string[] = []
  const stdout = redactedText(frame, reading)
  const input = { ...reading.base, stdout, exitCode: frame?.exitCode ?? 0, atMost: noting(remarks) }
  try {
    const parsedText = collector.parse(input)
    for (const remark of [hiddenRemark(collector, reading), cutRemark(collector, reading)]) {
      if (remark !== null) remarks.push(remark)
    }
    const result = withRemark(parsedText, remarks.length === 0 ? null : remarks.join('; '))
    const noted = hasNote(result)
    const parsed = factSchemas[collector.fact].safeParse(noted ? result.value : result, { jitless })
    if (!parsed.success) {
      const issue = parsed.error.issues[0]
      const where = issue === undefined ? '' : `${issue.path.join('.')}: ${issue.message}`
      return gap('unparsable', `the output does not have the expected form (${where})`, source)
    }
    const value = needsCleaning(parsed.data) ? clean(parsed.data) : parsed.data
    const degraded = noted ? { degraded: clean(result.degraded) } : {}
    return { status: 'ok', value, source, ...degraded }
  } catch (error) {
    if (error instanceof FactGap) return gap(error.reason, error.message, source)
    // A parser that trips over what a host sends is a gap of that host, not the end of the run.
    return gap('unparsable', error instanceof Error ? error.message : String(error), source)
  }
}

function hasNote(result: object): result is { value: never; degraded: string } {
  return 'degraded' in result && 'value' in result && Object.keys(result).length === 2
}

function gap(reason: GapReason, message: string, source: FactSource): Fact<FactName> {
  return { status: 'unavailable', reason, message: clean(message).slice(0, 500), source }
}

function notCollected(collector: Collector, { options, plan }: Reading): Fact<FactName> {
  const source = { command: collector.command, collectedAt: options.collectedAt, sha256: null, bytes: 0 }
  const message = `not part of what was asked for (${plan.collectors.length} facts); it needs the ${collector.set} set`
  return gap('not-collected', message, source)
}

function sourceOf(collector: Collector, reading: Reading, frame: Frame | undefined): FactSource {
  const { command } = collector
  const { collectedAt, hash } = reading.options
  const raw = rawOf(collector, reading, frame)
  if (raw.bytes.length === 0) return { command, collectedAt, sha256: null, bytes: 0 }
  const known = raw.key === null ? undefined : reading.hashes.get(raw.key)
  const sha256 = known ?? hash(raw.bytes)
  if (raw.key !== null) reading.hashes.set(raw.key, sha256)
  return { command, collectedAt, sha256, bytes: raw.bytes.length }
}

const plans = new WeakMap<readonly Collector[], Map<FactSet, CollectionPlan>>()

/** Plans depend on the collectors and the set only: one is made for a whole fleet. */
function planOf(all: readonly Collector[], set: FactSet): CollectionPlan {
  const bySet = plans.get(all) ?? new Map<FactSet, CollectionPlan>()
  plans.set(all, bySet)
  const plan = bySet.get(set) ?? planCollection(all, set)
  bySet.set(set, plan)
  return plan
}

const idsByPlan = new WeakMap<CollectionPlan, ReadonlyMap<Collector, string>>()

function sectionIdsOf(plan: CollectionPlan): ReadonlyMap<Collector, string> {
  const known = idsByPlan.get(plan)
  if (known !== undefined) return known
  const ids = plan.sections.flatMap(({ id, facts }) => facts.map((fact): [string, string] => [fact, id]))
  const byFact = new Map(ids)
  const made = new Map(plan.collectors.map((collector) => [collector, byFact.get(collector.fact) ?? '']))
  idsByPlan.set(plan, made)
  return made
}

function setOf(frames: Frames, options: AnswerOptions): FactSet {
  const told = factSets.find((set) => set === frames.head.get('set'))
  return told ?? options.set
}

function privilegeOf(frames: Frames): CollectorInput['privilege'] {
  if (frames.head.get('uid') !== '0') return 'user'
  return frames.head.get('sudo') === 'yes' ? 'sudo' : 'root'
}

/** A tool that is not installed, or a fact that nobody asked for, does not make an answer partial. */
function statusOf(facts: readonly Fact<FactName>[]): Answer['status'] {
  if (!facts.some((fact) => fact.status === 'ok')) return 'failed'
  const harmless = new Set<GapReason>(['command-missing', 'not-collected'])
  return facts.every((fact) => fact.status === 'ok' || harmless.has(fact.reason)) ? 'complete' : 'partial'
}
