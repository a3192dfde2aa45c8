import { isMigrationError, type MigrationError } from '../model/errors.ts'
import type { NodeGuard } from '../model/node-guard.ts'
import type { Plan, PlannedNode } from '../model/plan.ts'
import type { Wake } from '../steps/wake.ts'
import type { Engine } from './engine.ts'
import { runNode, type RunNodeOptions } from './run-node.ts'

/** The nodes on which this process is at work. */
export interface NodesAtWork {
  /** A node that was admitted. When it may not begin any more once it is held it is let go, without a record. */
  start(name: string): void
  count(): number
  /** How many of them have no record yet: they are away as well. */
  countEntering(): number
  /** Why a node was not touched: somebody else is at work on it. */
  refusals(): readonly MigrationError[]
  /** Resolves when none of these nodes is worked on any more. */
  settled(names: readonly string[]): Promise<void>
}

export interface NodesAtWorkOptions<Ports> {
  engine: Engine<Ports>
  wake: Wake
  /** What is held while a node is worked on. */
  guard: NodeGuard | undefined
  /** True while a node may be begun: asked once more when the guard has been entered, which may have taken long. */
  mayBegin: () => boolean
  options: Omit<RunNodeOptions, 'leave'>
}

/** What gates have said does not count for longer: who comes in later is admitted anew. */
const longestEntryMs = 60_000

/** Works on nodes side by side; what goes wrong beyond a node ends the run. */
export function createNodesAtWork<Ports>(
  plan: Plan,
  { engine, wake, guard, mayBegin, options }: NodesAtWorkOptions<Ports>,
): NodesAtWork {
  const nodes = new Map(plan.nodes.map((node) => [node.name, node]))
  const working = new Map<string, Promise<void>>()
  const entering = new Set<string>()
  const refusals: MigrationError[] = []

  async function work(node: PlannedNode): Promise<void> {
    const leave = async (): Promise<void> => await guard?.leave(node.name)
    try {
      if (guard !== undefined && !(await enter(guard, node.name))) return
      await runNode(engine, node, { ...options, leave })
    } catch (error) {
      if (!engine.over.aborted) engine.stop(error)
    } finally {
      await leave()
      working.delete(node.name)
      wake.notify()
    }
  }

  /** Only a node whose start has no record counts as entering: the others count by their records, and go on whatever is closed. */
  async function enter(guard: NodeGuard, name: string): Promise<boolean> {
    const isFresh = options.isFresh(name)
    if (isFresh) entering.add(name)
    const sinceMs = engine.clock.monotonicMs()
    try {
      await guard.enter(name, engine.over)
    } catch (error) {
      if (engine.over.aborted || !isMigrationError(error)) throw error
      const { message } = error
      const outcome = isMigrationError(error, 'CLUSTER_LOCKED', 'PROGRAM_AT_WORK') ? 'closed' : 'unknown'
      refusals.push(error)
      engine.record(name, { type: 'gate', gate: 'lease', outcome, message })
      return false
    } finally {
      entering.delete(name)
    }
    return !isFresh || (engine.clock.monotonicMs() - sinceMs < longestEntryMs && mayBegin())
  }

  return {
    start(name): void {
      const node = nodes.get(name)
      if (node === undefined) throw new Error(`the plan has no node ${name}`)
      if (working.has(name)) return
      working.set(name, work(node))
    },
    count: () => working.size,
    countEntering: () => entering.size,
    refusals: () => refusals,
    async settled(names): Promise<void> {
      await Promise.all(names.flatMap((name) => working.get(name) ?? []))
    },
  }
}
