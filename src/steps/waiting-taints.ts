import { z } from 'zod'
import type { Cluster, ObjectQuery } from '../model/cluster-port.ts'
import { parseDrainNode, type DrainNode } from '../model/drain-node.ts'
import { isMigrationError } from '../model/errors.ts'
import type { Clock } from '../model/ports.ts'
import { putSoftTaint, softTaintAnnotation, takeSoftTaint } from './soft-taint.ts'
import type { Wait } from './wake.ts'

/** The soft taints of a run: on nodes that wait for their turn, so that pods prefer other nodes. */
export interface WaitingTaints {
  /** Taints these nodes, one after the other, unless they have begun by then; does not wait for it. */
  put(nodes: readonly string[]): void
  /** Says that a node has begun: it gets no taint any more. */
  begun(node: string): void
  /** Takes the taint off a node that has ended; soon, and without an error: what is left `takeAll` looks for. */
  take(node: string): Promise<void>
  /** Takes it off every node that has one of this run, also of a process that was killed. Once. */
  takeAll(): Promise<void>
}

export interface WaitingTaintsOptions {
  cluster: Cluster
  clock: Clock
  wait: Wait
  run: { id: string; holder: string }
  /** Names of all nodes of the plan: no other node is touched. */
  nodes: ReadonlySet<string>
  /** Ends the putting. */
  signal: AbortSignal
  /** Ends the taking away, too: everything is left as it is. */
  forced: AbortSignal
  /** Told of a taint that could not be put on a node, or is left on it. */
  onTrouble: (what: 'not-put' | 'left', node: string, reason: string) => void
}

const takeMs = 10_000
const takeAllMs = 120_000
/** The server's own taint of a cordon is gone by then. */
const settleMs = 1500
const allNodes: ObjectQuery = { group: '', version: 'v1', resource: 'nodes' }

/** Nothing is asked of the cluster before the first call. */
export function waitingTaints(options: WaitingTaintsOptions): WaitingTaints {
  const { cluster, clock, wait, run, nodes, signal, forced, onTrouble } = options
  const closing = new AbortController()
  const until = AbortSignal.any([signal, closing.signal])
  const begun = new Set<string>()
  /** Nodes that were looked at after their end. */
  const ended = new Set<string>()
  /** Where the taint was taken off, and when. */
  const takenAtMs = new Map<string, number>()
  let putting: Promise<void> = Promise.resolve()
  let writing: { name: string; done: Promise<void> } | undefined
  let taken: Promise<void> | undefined

  async function listed(until: AbortSignal): Promise<DrainNode[]> {
    const all = (await cluster.list(allNodes, until)).map(parseDrainNode)
    return all.filter(({ name }) => nodes.has(name))
  }

  async function putOne(node: DrainNode): Promise<void> {
    const owner = { run: run.id, holder: run.holder, at: clock.now() }
    try {
      await putSoftTaint(cluster, node, { owner, signal: until })
    } catch (error) {
      // A nicety: pods may have to move once more, and no run fails for that.
      if (!until.aborted) onTrouble('not-put', node.name, reasonOf(error))
    }
  }

  async function putAll(names: readonly string[]): Promise<void> {
    const found = new Map((await listed(until)).map((node) => [node.name, node]))
    for (const name of names) {
      const node = found.get(name)
      if (until.aborted) return
      if (node === undefined || begun.has(name)) continue
      writing = { name, done: putOne(node) }
      await writing.done
    }
  }

  async function takeOne(node: DrainNode, until: AbortSignal): Promise<void> {
    if (!isOurs(node.annotations[softTaintAnnotation], run.id)) return
    try {
      if (await takeSoftTaint(cluster, node, { signal: until })) takenAtMs.set(node.name, clock.monotonicMs())
    } catch (error) {
      onTrouble('left', node.name, reasonOf(error))
    }
  }

  /**
   * A controller of the server that lifts its own taint, of the cordon that has just ended, writes all taints of the node as it saw
   * them: one that was taken off at that moment is there again, without our mark. Source: PatchNodeTaints in
   * kubernetes/pkg/controller/controller_utils.go
   */
  async function takeWhatIsBack(until: AbortSignal): Promise<void> {
    if (takenAtMs.size === 0) return
    const restMs = Math.max(...takenAtMs.values()) + settleMs - clock.monotonicMs()
    if (restMs > 0) await wait(restMs, until)
    for (const node of await listed(until)) {
      until.throwIfAborted()
      if (takenAtMs.has(node.name) && node.annotations[softTaintAnnotation] === undefined)
        await takeSoftTaint(cluster, node, { signal: until, isUnmarked: true })
    }
  }

  async function takeNow(): Promise<void> {
    closing.abort(new Error('the run is over'))
    await putting
    await within(options, { ms: takeAllMs, until: forced }, async (until) => {
      for (const node of await listed(until)) {
        until.throwIfAborted()
        await takeOne(node, until)
      }
      await takeWhatIsBack(until)
    }).catch((error: unknown) => onTrouble('left', '', reasonOf(error)))
  }

  return {
    put(names): void {
      putting = putAll(names).catch((error: unknown) => {
        if (!until.aborted) onTrouble('not-put', '', reasonOf(error))
      })
    },
    begun: (node) => void begun.add(node),
    async take(name): Promise<void> {
      if (!nodes.has(name) || ended.has(name) || taken !== undefined) return
      begun.add(name)
      await within(options, { ms: takeMs, until: forced }, async (until) => {
        if (writing?.name === name) await writing.done
        const ref = { ...allNodes, name }
        const object = await cluster.get(ref, until)
        if (object !== undefined) await takeOne(parseDrainNode(object), until)
        ended.add(name)
        // `takeAll` looks once more.
      }).catch(() => undefined)
    },
    async takeAll(): Promise<void> {
      taken ??= takeNow()
      await taken
    },
  }
}

/** Runs work with a signal that aborts after a time, or with another. */
async function within(
  { wait }: Pick<WaitingTaintsOptions, 'wait'>,
  { ms, until }: { ms: number; until: AbortSignal },
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const [late, timer] = [new AbortController(), new AbortController()]
  const timing = wait(ms, timer.signal).then(
    () => late.abort(new Error(`it was not done in ${ms / 1000} s`)),
    () => undefined,
  )
  try {
    await work(AbortSignal.any([until, late.signal]))
  } finally {
    timer.abort()
    await timing
  }
}

const Owner = z.object({ run: z.string() })
/** Anybody may write an annotation: one of osferry is short. */
const longest = 10_000

function isOurs(annotation: string | undefined, run: string): boolean {
  if (annotation === undefined || annotation.length > longest) return false
  try {
    return Owner.parse(JSON.parse(annotation)).run === run
  } catch {
    return false
  }
}

function reasonOf(error: unknown): string {
  if (isMigrationError(error) || error instanceof Error) return error.message
  return String(error)
}
