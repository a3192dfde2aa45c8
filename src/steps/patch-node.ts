import type { ApiObject, Cluster } from '../model/cluster-port.ts'
import { parseDrainNode, type DrainNode } from '../model/drain-node.ts'
import { MigrationError } from '../model/errors.ts'

/** A change to one node that holds only for what the node is when it is made. */
export interface NodeChange {
  /** Another node under the same name is none of ours. */
  uid: string
  /** The node as a watch has told it: one request less when it is still so. */
  known: DrainNode | undefined
  signal: AbortSignal
  dryRun?: boolean
  /** Undefined = nothing to do. */
  patchOf: (node: DrainNode) => NodePatch | undefined
}

/** A merge patch of a node. */
export interface NodePatch {
  spec?: ApiObject
  labels?: Readonly<Record<string, string | null>>
  annotations: Readonly<Record<string, string | null>>
}

const tries = 5

/** Changes one node in one request; true when something was written. Throws CLUSTER_WRITE_REFUSED. */
export async function patchNode(cluster: Cluster, name: string, change: NodeChange): Promise<boolean> {
  const { uid, known, signal, dryRun = false, patchOf } = change
  const ref = { group: '', version: 'v1', resource: 'nodes', name }
  const fresh = async (): Promise<DrainNode | undefined> => {
    const object = await cluster.get(ref, signal)
    return object === undefined ? undefined : parseDrainNode(object)
  }
  for (let attempt = 1; ; attempt += 1) {
    const node = (attempt === 1 ? known : undefined) ?? (await fresh())
    if (node === undefined || node.uid !== uid) return false
    const wanted = patchOf(node)
    if (wanted === undefined) return false
    const { spec = {}, ...marks } = wanted
    const metadata = { resourceVersion: node.resourceVersion, ...marks }
    const answer = await cluster.patch(ref, { metadata, spec }, { signal, dryRun })
    if (answer.outcome === 'done') return true
    if (answer.outcome === 'gone' || answer.outcome === 'replaced') return false
    if (answer.outcome !== 'conflict' || attempt >= tries) {
      throw new MigrationError('CLUSTER_WRITE_REFUSED', `node ${name} cannot be changed: ${answer.message}`, {
        hint: 'an admission webhook, or another controller that changes the node all the time, is in the way',
      })
    }
  }
}
