import { nodesToBegin } from '../migrate/nodes-in-reach.ts'
import type { RunSelection } from '../migrate/run-selection.ts'
import type { RunState } from '../migrate/run-state.ts'
import type { JournalEvent } from '../model/journal-record.ts'
import type { NodeGuard } from '../model/node-guard.ts'
import { CordonParameters } from '../model/parameters-migrate.ts'
import type { Plan } from '../model/plan.ts'
import { softTaint } from '../steps/soft-taint.ts'
import { waitingTaints } from '../steps/waiting-taints.ts'
import type { RunSink } from './run-webhooks.ts'
import type { RunWorld } from './run-world.ts'
import { sleep } from './sleep.ts'

/** Puts the soft taint on nodes that wait, from the record that the run begins or goes on, and takes it off again. */
export interface RunTaints extends Pick<RunSink, 'onEvent'> {
  /** The same guard; the taint of a node goes before what it holds. */
  guarding(guard: NodeGuard): NodeGuard
  /** Takes all off; before the run lets go what else it holds. */
  takeAll(): Promise<void>
}

export interface RunTaintsOptions {
  selection: RunSelection
  isAborting: boolean
  /** As it was before this process. */
  state: RunState
}

/** Undefined for a plan without a cluster. */
export function runWaitingTaints(
  { cluster, context, plan, run, signal }: RunWorld,
  options: RunTaintsOptions,
): RunTaints | undefined {
  if (cluster === undefined) return undefined
  const { clock, log } = context
  const taints = waitingTaints({
    cluster,
    clock,
    wait: sleep,
    run,
    nodes: new Set(plan.nodes.filter(({ uid }) => uid !== null).map(({ name }) => name)),
    signal,
    forced: context.forced(),
    onTrouble(what, node, reason): void {
      const fields = { taint: softTaint.key, ...(node === '' ? {} : { node }), reason }
      if (what === 'not-put') log.warn('a taint by which pods prefer other nodes could not be put', fields)
      else log.warn('a taint of this run may be left; osferry restore NODE takes it off', fields)
    },
  })
  let isPut = false
  return {
    onEvent({ node, body }: Pick<JournalEvent, 'node' | 'body'>): void {
      if (node !== null && body.type === 'node-started') taints.begun(node)
      if (isPut || (body.type !== 'run-started' && body.type !== 'run-resumed')) return
      isPut = true
      const waiting = nodesThatWait(plan, options)
      if (waiting.length > 0) taints.put(waiting)
    },
    guarding: (guard) => ({
      lost: guard.lost,
      enter: async (node, until) => await guard.enter(node, until),
      async leave(node) {
        await taints.take(node)
        await guard.leave(node)
      },
    }),
    async takeAll() {
      // A run that has not begun has written nothing.
      if (isPut) await taints.takeAll()
    },
  }
}

/** In the order of their waves, without those that begin at once. */
export function nodesThatWait(plan: Plan, options: RunTaintsOptions): string[] {
  const toBegin = nodesToBegin(plan, options)
  const waves = plan.waves
    .map(({ nodes, maxUnavailable }) => ({
      names: nodes.filter((name) => toBegin.has(name)),
      maxUnavailable,
    }))
    .filter(({ names }) => names.length > 0)
  const [first, ...later] = waves
  if (first === undefined) return []
  const atOnce = Math.min(first.maxUnavailable, options.selection.maxUnavailable ?? first.maxUnavailable)
  const wanted = new Set(plan.nodes.filter(wantsTaint).map(({ name }) => name))
  return [...first.names.slice(atOnce), ...later.flatMap(({ names }) => names)].filter((name) =>
    wanted.has(name),
  )
}

/** By the parameter of its cordon; a host that is no node has none. */
function wantsTaint({ uid, steps }: Plan['nodes'][number]): boolean {
  return (
    uid !== null &&
    steps.some(
      ({ uses, with: given }) => uses === 'cluster.cordon' && CordonParameters.parse(given).softTaint,
    )
  )
}
