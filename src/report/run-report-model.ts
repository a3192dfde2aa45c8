import { z } from 'zod'
import type { JournalEvent, JournalRun } from '../model/journal-record.ts'
import type { Plan, PlannedNode } from '../model/plan.ts'
import type { RunReport, RunReportNode } from '../model/run-report.ts'
import { nodeNotes } from '../model/run-notes.ts'
import { applyEvent, newRunState, type RunState } from '../model/run-state.ts'
import type { StepName } from '../model/step-names.ts'
import type { Text } from '../model/text.ts'
import { createTimes, length, type NodeTimes } from './run-report-time.ts'

export interface RunReportInput {
  run: JournalRun
  plan: Plan
  events: Iterable<JournalEvent>
  /** ISO 8601. */
  now: string
  version: string
}

/** Most that are told of each; a run of thousands of nodes stays readable. */
const most = { waits: 3, failures: 20, gates: 200 }

/** What the records of a node tell beside its state. */
interface Told {
  failures: RunReportNode['failures']
  returnedBecause: Text | null
  retries: number
  /** The last result of each step. */
  results: Map<StepName, unknown>
}

/** The report of a run: its journal from the first record to the last, beside what its plan expected. Throws JOURNAL_CORRUPT. */
export function buildRunReport({ run, plan, events, now, version }: RunReportInput): RunReport {
  const state = newRunState(run.id)
  const times = createTimes()
  const told = new Map<string, Told>()
  const gates = new Map<string, RunReport['gates'][number]>()
  let lastHash: string | null = null
  let mostAtOnce = 0
  for (const event of events) {
    applyEvent(state, event)
    times.add(event)
    tell(told, event)
    noteGate(gates, event)
    lastHash = event.hash
    const atOnce = [...state.nodes.values()].filter(({ status }) => status === 'running').length
    mostAtOnce = Math.max(mostAtOnce, atOnce)
  }
  const { startedAt, lastAt } = state
  const waveOf = new Map(plan.waves.flatMap(({ index, nodes }) => nodes.map((name) => [name, index])))
  return {
    schema: 'run-report/v1',
    tool: { name: 'osferry', version },
    createdAt: now,
    run: {
      id: run.id,
      actor: run.actor,
      version: run.version,
      plan: run.plan,
      startedAt: run.startedAt,
      lastAt,
      outcome: state.status === 'ended' ? state.outcome : null,
      resumed: state.resumed,
      lastHash,
    },
    playbook: plan.playbook,
    durationMs: between(startedAt, lastAt),
    estimate: plan.estimate,
    mostAtOnce,
    waves: plan.waves.map(({ index, kind, nodes, estimate, simulated }) => {
      const of = state.waves.filter(({ wave }) => wave === index)
      const [first, last] = [of[0]?.startedAt ?? null, of.at(-1)?.endedAt ?? null]
      return {
        index,
        kind,
        nodes: nodes.length,
        startedAt: first,
        endedAt: last,
        durationMs: between(first, last),
        estimate,
        plannedEvictions: simulated.evictions,
      }
    }),
    nodes: plan.nodes.map((node) =>
      nodeReport(node, {
        wave: waveOf.get(node.name) ?? null,
        found: state.nodes.get(node.name),
        times: times.of(node.name),
        told: told.get(node.name),
        notes: notesOf(node.name, state),
        lastAt,
      }),
    ),
    gates: [...gates.values()].slice(0, most.gates),
  }
}

type FoundNode = ReturnType<ReturnType<typeof newRunState>['nodes']['get']>

function nodeReport(
  { name, host, rollback, estimate }: PlannedNode,
  about: {
    wave: number | null
    found: FoundNode
    times: NodeTimes
    told: Told | undefined
    notes: RunReportNode['notes']
    lastAt: string | null
  },
): RunReportNode {
  const { wave, found, times, told, notes, lastAt } = about
  const { startedAt = null, endedAt = null, status = 'planned' } = found ?? {}
  const result = (uses: StepName): unknown => told?.results.get(uses)
  return {
    name,
    host,
    wave,
    state: status,
    isPastPointOfNoReturn: found?.isPastNoReturn ?? false,
    rollback: rollback.means,
    startedAt,
    endedAt,
    durationMs: between(startedAt, endedAt ?? lastAt),
    phases: times.phases,
    estimate,
    retries: told?.retries ?? 0,
    waits: times.waits.toSorted((a, b) => b.forMs - a.forMs).slice(0, most.waits),
    failures: told?.failures ?? [],
    returnedBecause: told?.returnedBecause ?? null,
    parked: parked(result('data.park')),
    restored: restored(result('data.restore')),
    images: images(result('images.park')),
    escalations: Escalations.safeParse(result('cluster.drain')).data?.escalations.length ?? 0,
    notes,
  }
}

function notesOf(name: string, { nodes }: RunState): RunReportNode['notes'] {
  const node = nodes.get(name)
  return node === undefined ? [] : nodeNotes(node, nodes)
}

function tell(told: Map<string, Told>, { node, body, at }: JournalEvent): void {
  if (node === null) return
  const of: Told = told.get(node) ?? {
    failures: [],
    returnedBecause: null,
    retries: 0,
    results: new Map(),
  }
  told.set(node, of)
  if (body.type === 'step-started' && body.attempt > 1) of.retries += 1
  if (body.type === 'step-done') of.results.set(body.uses, body.result)
  if (body.type === 'node-returning' || body.type === 'node-rolling-back') of.returnedBecause = body.reason
  if (body.type !== 'step-failed' && body.type !== 'undo-failed') return
  const { code, message } = body.failure
  if (of.failures.length < most.failures)
    of.failures.push({ at, uses: body.uses, isUndo: body.type === 'undo-failed', code, message })
}

function noteGate(gates: Map<string, RunReport['gates'][number]>, { body, at }: JournalEvent): void {
  if (body.type !== 'gate' || body.outcome === 'open') return
  const { gate, outcome, message } = body
  const key = `${gate}\n${message}`
  if (!gates.has(key)) gates.set(key, { at, gate, outcome, message })
}

// What steps remember is theirs: what is not as expected is not told.
const bytes = z.int().min(0)
const Parked = z.object({ archives: z.array(z.object({ bytes })) })
const Restored = z.object({ archives: bytes, bytes })
const Images = z.object({ images: z.array(z.unknown()) })
const Escalations = z.object({ escalations: z.array(z.unknown()) })

function parked(result: unknown): RunReportNode['parked'] {
  const { data } = Parked.safeParse(result)
  if (data === undefined) return null
  return { count: data.archives.length, bytes: data.archives.reduce((sum, one) => sum + one.bytes, 0) }
}

function restored(result: unknown): RunReportNode['restored'] {
  const { data } = Restored.safeParse(result)
  return data === undefined ? null : { count: data.archives, bytes: data.bytes }
}

function images(result: unknown): RunReportNode['images'] {
  const { data } = Images.safeParse(result)
  return data === undefined ? null : { count: data.images.length, bytes: null }
}

function between(from: string | null, to: string | null): number | null {
  return from === null || to === null ? null : length(Date.parse(from), Date.parse(to))
}
