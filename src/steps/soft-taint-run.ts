import type { DrainNode } from '../model/drain-node.ts'
import { MigrationError } from '../model/errors.ts'
import type { ClusterView } from './cluster-view.ts'
import type { DrainChoices } from './drain-choices.ts'
import type { DrainPorts, DrainRun } from './drain-ports.ts'
import { putSoftTaint, softTaint, takeSoftTaint } from './soft-taint.ts'

/** The soft taints of one run: on nodes that wait, until they are drained or the run ends. */
export interface SoftTaints {
  /** Taints the nodes that wait; only the first call does so. One that cannot be is told, and no more. */
  put(waiting: () => readonly string[], signal: AbortSignal): Promise<void>
  /** Takes the taint off one node. */
  take(node: string): Promise<void>
  /** Takes it off all; tells why not, by node. */
  takeAll(): Promise<ReadonlyMap<string, string>>
  /** Why a node could not be tainted, by node. */
  warnings: ReadonlyMap<string, string>
}

export interface SoftTaintOptions {
  ports: DrainPorts
  run: DrainRun
  view: Pick<ClusterView, 'nodes'>
  choices: DrainChoices
  nodes: readonly string[]
  /** Ends the taking away, too. */
  force: AbortSignal
  /** Called for each node that could not be tainted. */
  onWarning: (node: string, message: string) => void
}

export function softTaints(options: SoftTaintOptions): SoftTaints {
  const { ports, run, view, choices, nodes, force, onWarning } = options
  const { cluster, clock } = ports
  const tainted = new Map<string, Pick<DrainNode, 'name' | 'uid'>>()
  const left = new Map<string, string>()
  const warnings = new Map<string, string>()
  let putting: Promise<void> | undefined

  async function putAll(waiting: readonly string[], signal: AbortSignal): Promise<void> {
    const owner = { run: run.id, holder: run.holder, at: clock.now() }
    for (const name of waiting) {
      const node = view.nodes.get(name)
      if (node === undefined) continue
      // Before it is written: an answer that is lost must not leave the taint.
      tainted.set(name, node)
      try {
        if (!(await putSoftTaint(cluster, node, { owner, signal }))) tainted.delete(name)
      } catch (problem) {
        // A nicety: pods may have to move once more, and no drain fails for that.
        if (signal.aborted || !(problem instanceof MigrationError)) throw problem
        const message = `the taint ${softTaint.key} could not be put on it: ${problem.message}`
        warnings.set(name, message)
        onWarning(name, message)
      }
    }
  }

  async function take(name: string): Promise<void> {
    const node = tainted.get(name)
    if (node === undefined) return
    try {
      await takeSoftTaint(cluster, node, { signal: force })
      tainted.delete(name)
      left.delete(name)
    } catch (problem) {
      if (!(problem instanceof Error)) throw problem
      left.set(name, problem.message)
    }
  }

  return {
    async put(waiting, signal): Promise<void> {
      if (choices.noSoftTaint === true || nodes.length < 2) return
      // After all nodes that begin now are told apart from those that wait.
      putting ??= Promise.resolve().then(() => putAll(waiting(), signal))
      await putting
    },
    take,
    warnings,
    async takeAll(): Promise<ReadonlyMap<string, string>> {
      await putting?.catch(() => undefined)
      for (const name of tainted.keys()) await take(name)
      return left
    },
  }
}
