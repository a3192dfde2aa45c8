import type { NodeGuard } from '../model/node-guard.ts'
import { acquireLease, type HeldLock } from './lease.ts'
import { heldLease, leasePlace, programMarkOf, type HeldLease, type LeasePorts } from './lease-object.ts'
import type { LeaseOptions } from './run-lease.ts'

export interface NodeLeasesOptions extends LeaseOptions {
  /** Names of the nodes of the cluster: hosts that are none have no lease. */
  nodes: ReadonlySet<string>
  /** The name of the Lease of a node. */
  leaseOf: (node: string) => string
  /** Asked about the mark of a program that was left on the Lease of a node, as `isAtWork` of a lease is. */
  isAtWork?: (node: string, mark: string) => Promise<boolean>
}

/** The same guard, which tells whoever comes after it that a program works on a node. For a host without a lease nothing is told. */
export interface NodeLeases extends NodeGuard {
  /** Resolves when it stands on the Lease; rejects when that is lost. */
  mark(node: string, mark: string, signal: AbortSignal): Promise<void>
  /** Without waiting, at the latest when the node is left; null = none is at work any more. */
  remark(node: string, mark: string | null): void
}

const leaveMs = 10_000

/** Who holds the Lease of a node, and the mark of a program that was left at work there; both undefined when nobody tells so. */
export async function readNodeLease(
  { cluster, clock }: Pick<LeasePorts, 'cluster' | 'clock'>,
  name: string,
  signal: AbortSignal,
): Promise<{ held: HeldLease | undefined; mark: string | undefined }> {
  const found = await cluster.get({ ...leasePlace, name }, signal)
  if (found === undefined) return { held: undefined, mark: undefined }
  return { held: heldLease(found, clock), mark: programMarkOf(found) }
}

/** Takes the Lease of each node that is worked on, and lets it go: nobody else works on the node meanwhile. */
export function nodeLeases(ports: LeasePorts, options: NodeLeasesOptions): NodeLeases {
  const { nodes, leaseOf, isAtWork, ...taken } = options
  const held = new Map<string, HeldLock>()
  const lost = new AbortController()
  return {
    lost: lost.signal,
    async enter(node, signal) {
      if (!nodes.has(node) || held.has(node)) return
      const lease = await acquireLease(
        ports,
        {
          ...taken,
          name: leaseOf(node),
          heldBy: `another osferry is at work on ${node}`,
          ...(isAtWork === undefined ? {} : { isAtWork: async (mark) => await isAtWork(node, mark) }),
        },
        signal,
      )
      held.set(node, lease)
      lease.lost.addEventListener('abort', () => lost.abort(lease.lost.reason), { once: true })
    },
    async leave(node) {
      const lease = held.get(node)
      held.delete(node)
      if (lease === undefined) return
      const [end, timer] = [new AbortController(), new AbortController()]
      const late = ports.wait(leaveMs, timer.signal).then(
        () => end.abort(),
        () => undefined,
      )
      await lease.release(end.signal)
      timer.abort()
      await late
    },
    async mark(node, mark, signal) {
      await held.get(node)?.mark(mark, signal)
    },
    remark(node, mark) {
      held.get(node)?.remark(mark)
    },
  }
}
