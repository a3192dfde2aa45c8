import type { Plan, PlannedNode } from '../model/plan.ts'
import type { Wake } from '../steps/wake.ts'
import type { Engine } from './engine.ts'
import { runNode, type RunNodeOptions } from './run-node.ts'

/** The nodes on which this process is at work. */
export interface NodesAtWork {
  start(name: string): void
  count(): number
  /** Resolves when none of these nodes is worked on any more. */
  settled(names: readonly string[]): Promise<void>
}

/** Works on nodes side by side; what goes wrong beyond a node ends the run. */
export function createNodesAtWork<Ports>(
  plan: Plan,
  { engine, wake, options }: { engine: Engine<Ports>; wake: Wake; options: RunNodeOptions },
): NodesAtWork {
  const nodes = new Map(plan.nodes.map((node) => [node.name, node]))
  const working = new Map<string, Promise<void>>()

  async function work(node: PlannedNode): Promise<void> {
    try {
      await runNode(engine, node, options)
    } catch (error) {
      engine.stop(error)
    } finally {
      working.delete(node.name)
      wake.notify()
    }
  }

  return {
    start(name): void {
      const node = nodes.get(name)
      if (node === undefined) throw new Error(`the plan has no node ${name}`)
      if (working.has(name)) return
      // Its first record is written at once: from then on it counts as away.
      working.set(name, work(node))
    },
    count: () => working.size,
    async settled(names): Promise<void> {
      await Promise.all(names.flatMap((name) => working.get(name) ?? []))
    },
  }
}
