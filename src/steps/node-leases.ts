import type { NodeGuard } from '../model/node-guard.ts'
import { acquireLease, type HeldLock, type LeasePorts } from './lease.ts'
import type { LeaseOptions } from './run-lease.ts'

export interface NodeLeasesOptions extends LeaseOptions {
  /** Names of the nodes of the cluster: hosts that are none have no lease. */
  nodes: ReadonlySet<string>
}

/** Source: validation of names of objects: DNS subdomains of at most 253 characters. */
const longestName = 253
const leaveMs = 10_000

/** The Lease of a node. */
export function nodeLeaseName(node: string): string {
  return `osferry-node-${node}`.slice(0, longestName).replace(/[.-]+$/, '')
}

/** Takes the Lease of each node that is worked on, and lets it go: nobody else works on the node meanwhile. */
export function nodeLeases(ports: LeasePorts, options: NodeLeasesOptions): NodeGuard {
  const { nodes, ...taken } = options
  const held = new Map<string, HeldLock>()
  const lost = new AbortController()
  return {
    lost: lost.signal,
    async enter(node, signal) {
      if (!nodes.has(node) || held.has(node)) return
      const lease = await acquireLease(
        ports,
        { ...taken, name: nodeLeaseName(node), heldBy: `another osferry is at work on ${node}` },
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
  }
}
