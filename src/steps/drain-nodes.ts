import type { DrainNode } from '../model/drain-node.ts'
import { MigrationError } from '../model/errors.ts'
import type { Log } from '../model/ports.ts'
import { cordonFound, stateFound, type CordonMark } from './cluster-cordon.ts'
import type { ClusterView } from './cluster-view.ts'
import type { Blocker } from './drain-blockers.ts'
import type { DrainChoices } from './drain-choices.ts'
import { NodeDrainError, type DrainFailure } from './drain-failure.ts'
import type { EscalationRecord } from './escalation.ts'
import { createNodeEvents } from './node-events.ts'
import { softTaint } from './soft-taint.ts'
import { softTaints } from './soft-taint-run.ts'
import { drainNode, giveBack, type DrainPhase } from './drain-node.ts'
import type { DrainPorts, DrainRun } from './drain-ports.ts'
import { startDrainPump } from './drain-pump.ts'
import { admitNodes, allowedNow } from './node-admission.ts'
import type { PodSurroundings } from './pod-class.ts'
import type { PodOutcome, PodWait } from './recreate-pods.ts'

/** How one node ended. `restored` = as it was found; `left` = it could not be given back. */
export interface NodeOutcome {
  node: string
  result: 'drained' | 'restored' | 'left' | 'not-started'
  /** It was cordoned before, and stays so. */
  wasCordoned: boolean
  /** By which run of osferry; undefined when by somebody else, or not at all. */
  cordonedBy: CordonMark | undefined
  failure: DrainFailure | undefined
  /** What failed beyond the node: the server, the lease, or giving it back. */
  problem: string | undefined
  /** What could not be done for it and is of no consequence. */
  warnings: readonly string[]
  /** Naked pods that went and could not be created again. */
  podsMissing: readonly PodOutcome[]
  podsGone: number
  podsTotal: number
  /** What was done to its pods beside evictions. */
  escalations: readonly EscalationRecord[]
}

/** How far a node is, for people who watch. */
export interface NodeStatus {
  node: string
  phase: DrainPhase
  podsGone: number
  podsTotal: number
  blockers: readonly Blocker[]
  /** Why the server cannot be reached just now. */
  awayReason: string | undefined
}

export interface DrainNodesOptions {
  ports: DrainPorts
  run: DrainRun
  view: ClusterView
  around: PodSurroundings
  choices: DrainChoices
  nodes: readonly string[]
  maxNodes: number
  /** Ends the run: nodes at work are given back. */
  stop: AbortSignal
  /** Ends the giving back too. */
  force: AbortSignal
  /** Told of Events on nodes that could not be written. */
  log: Pick<Log, 'info' | 'warn'>
  onPhase(status: NodeStatus): void
  /** Called with each step beside an eviction when it was taken. */
  onStep(record: EscalationRecord): void
  /** Called when giving back waits for a pod that is still ending. */
  onPodWait?: ((wait: PodWait) => void) | undefined
  /** Called with what could not be done for a node and is of no consequence. */
  onWarning(node: string, message: string): void
  /** Called once, with a way to ask how far all nodes are. */
  onStart(statuses: () => NodeStatus[]): void
}

export interface DrainNodesResult {
  outcomes: readonly NodeOutcome[]
  /** What made going on impossible: of the server or the lease. */
  error: unknown
}

/** Drains nodes, some at once; a node that fails is given back, and no further node is begun then. */
export async function drainNodes(options: DrainNodesOptions): Promise<DrainNodesResult> {
  const { ports, run, view, around, choices, stop, force } = options
  const events = createNodeEvents({ ...ports, log: options.log }, run)
  const taints = softTaints({ ...options, onWarning: (node, text) => options.onWarning(node, text) })
  const fatal = new AbortController()
  const both = AbortSignal.any([stop, fatal.signal, view.failure])
  const pump = startDrainPump({
    ports,
    view,
    around,
    choices,
    onStep: (record) => options.onStep(record),
    onBroken: (error) => fatal.abort(error),
    signal: both,
  })
  const { plans, evictor } = pump
  const waiting = [...options.nodes]
  const active = new Map<string, Promise<void>>()
  const outcomes = new Map<string, NodeOutcome>()
  const totals = new Map<string, number>()
  const phases = new Map<string, DrainPhase>()
  const failed = new Set<string>()

  let admittedAt = ''

  function statusOf(node: string): NodeStatus {
    const phase = phases.get(node) ?? 'waiting'
    const podsTotal = totals.get(node) ?? plans.going(node).length
    const outcome = outcomes.get(node)
    const isBegun = active.has(node) && !['waiting', 'cordoning', 'settling'].includes(phase)
    const left = isBegun ? evictor.left(node).length : podsTotal
    const podsGone = outcome?.podsGone ?? Math.max(0, podsTotal - left)
    const blockers = active.has(node) ? evictor.blockers(node) : []
    return { node, phase, podsTotal, podsGone, blockers, awayReason: view.awayReason() }
  }

  async function work(node: string, now: DrainNode): Promise<void> {
    const found = stateFound(now)
    totals.set(node, plans.going(node).length)
    const onPhase = (phase: DrainPhase): void => {
      phases.set(node, phase)
      options.onPhase(statusOf(node))
    }
    const { onPodWait } = options
    const step = { ports, run, view, evictor, around, choices, onPhase, onPodWait }
    const base = {
      node,
      wasCordoned: found.wasUnschedulable,
      cordonedBy: cordonFound(found),
      failure: undefined,
      problem: undefined,
      warnings: [],
      podsMissing: [],
    }
    try {
      await taints.put(() => [...waiting], both)
      events.tell(now, 'OsferryDrainStarted', `osferry began to drain it: ${run.holder}`)
      await drainNode(found, step, both)
      outcomes.set(node, { ...base, result: 'drained', ...counts(node) })
      await evictor.end(node)
      onPhase('drained')
      events.tell(now, 'OsferryDrained', `osferry has drained it: ${run.holder}`)
      // Done, whatever becomes of the taint: the cordon does its work.
      await taints.take(node)
    } catch (error) {
      failed.add(node)
      const failure = error instanceof NodeDrainError ? error.failure : undefined
      // The server, the lease or a bug: the other nodes cannot go on either.
      if (failure === undefined && !both.aborted) fatal.abort(error)
      const kept = { ...base, failure, ...counts(node) }
      try {
        const podsMissing = await giveBack(step, found, force)
        outcomes.set(node, { ...kept, result: 'restored', podsMissing })
        events.tell(now, 'OsferryGivenBack', `osferry gave it back, not drained: ${run.holder}`)
      } catch (problem) {
        if (!(problem instanceof Error)) throw problem
        outcomes.set(node, { ...kept, result: 'left', problem: problem.message })
      }
      onPhase('failed')
    }
  }

  function counts(node: string): Pick<NodeOutcome, 'podsGone' | 'podsTotal' | 'escalations'> {
    const { podsGone, podsTotal } = statusOf(node)
    return { podsGone, podsTotal, escalations: evictor.records(node) }
  }

  /** A node that was deleted while it waited, by an autoscaler for example: nothing is wrong with the others. */
  function dropGone(node: string): void {
    waiting.splice(waiting.indexOf(node), 1)
    const failure = { reason: 'node-gone' } as const
    outcomes.set(node, { ...notBegun(node), wasCordoned: false, failure })
    phases.set(node, 'failed')
    options.onPhase(statusOf(node))
  }

  function notBegun(node: string): NodeOutcome {
    const now = view.nodes.get(node)
    const none = {
      wasCordoned: now?.isUnschedulable ?? false,
      cordonedBy: now === undefined ? undefined : cordonFound(stateFound(now)),
      failure: undefined,
      problem: undefined,
      warnings: [],
      podsMissing: [],
      podsGone: 0,
      escalations: [],
    }
    const podsTotal = totals.get(node) ?? plans.going(node).length
    return { node, result: 'not-started', podsTotal, ...none }
  }

  function admit(): void {
    // What may be begun is another question only when something is told, or a node was begun or is done with.
    const now = `${plans.version()} ${active.size} ${waiting.length}`
    if (now === admittedAt) return
    admittedAt = now
    for (const node of waiting.filter((name) => !view.nodes.has(name))) dropGone(node)
    const needs = (node: string): readonly string[] => plans.budgets(node)
    const admitted = admitNodes({
      waiting: waiting.map((node) => ({ node, budgets: needs(node) })),
      active: [...active.keys()].map((node) => ({ node, budgets: needs(node) })),
      allowed: (key) => allowedNow(view.ledger, key),
      maxNodes: options.maxNodes,
    })
    for (const node of admitted) {
      const now = view.nodes.get(node)
      if (now === undefined) continue
      waiting.splice(waiting.indexOf(node), 1)
      const working = work(node, now).finally(() => {
        active.delete(node)
        view.wake.notify()
      })
      working.catch((error: unknown) => fatal.abort(error))
      active.set(node, working)
    }
  }

  options.onStart(() => options.nodes.map(statusOf))
  while (!both.aborted && (active.size > 0 || (waiting.length > 0 && failed.size === 0))) {
    if (failed.size === 0 && waiting.length > 0) admit()
    await view.wake.changed(undefined, both).catch(() => undefined)
  }
  await Promise.allSettled(active.values())
  await pump.end()
  const tainted = await taints.takeAll()
  await events.finish()
  for (const node of options.nodes) if (!outcomes.has(node)) outcomes.set(node, notBegun(node))
  const error: unknown = fatal.signal.aborted
    ? fatal.signal.reason
    : view.failure.aborted
      ? view.failure.reason
      : stop.reason instanceof MigrationError
        ? stop.reason
        : undefined
  const final = options.nodes.flatMap((node) => withTaint(outcomes.get(node), tainted))
  // A step may have been on its way when its node was given back.
  const told = final.map((one) => ({
    ...one,
    escalations: evictor.records(one.node),
    warnings: [taints.warnings.get(one.node)].filter((text) => text !== undefined),
  }))
  return { outcomes: told, error }
}

/** A taint that could not be taken away is told with the node, drained or not. */
function withTaint(outcome: NodeOutcome | undefined, tainted: ReadonlyMap<string, string>): NodeOutcome[] {
  const why = tainted.get(outcome?.node ?? '')
  if (outcome === undefined || why === undefined) return outcome === undefined ? [] : [outcome]
  const problem = `the taint ${softTaint.key} is left on it: ${why}`
  return [{ ...outcome, problem: outcome.problem === undefined ? problem : `${outcome.problem}; ${problem}` }]
}
