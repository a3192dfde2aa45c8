import type { ApiObject, Cluster } from '../model/cluster-port.ts'
import { parseDrainNode, type DrainNode } from '../model/drain-node.ts'
import { MigrationError } from '../model/errors.ts'
import { nodeRef } from './core-objects.ts'

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
  const fresh = async (): Promise<DrainNode | undefined> => {
    const object = await cluster.get(nodeRef(name), signal)
    return object === undefined ? undefined : parseDrainNode(object)
  }
  for (let attempt = 1; ; attempt += 1) {
    const node = (attempt === 1 ? known : undefined) ?? (await fresh())
    if (node === undefined || node.uid !== uid) return false
    const wanted = patchOf(node)
    if (wanted === undefined) return false
    const { spec = {}, ...marks } = wanted
    const patch = { metadata: { resourceVersion: node.resourceVersion, ...marks }, spec }
    const end = await sendNodePatch(cluster, name, { patch, signal, dryRun, isLast: attempt >= tries })
    if (end !== 'overtaken') return end === 'done'
  }
}

/** A patch of a node that is bound to the version that was looked at. */
export interface BoundPatch {
  patch: ApiObject
  signal: AbortSignal
  dryRun: boolean
  /** It is not tried again when somebody was faster. */
  isLast: boolean
}

/** Sends one patch; `overtaken` = somebody has changed the node in between. Throws CLUSTER_WRITE_REFUSED. */
export async function sendNodePatch(
  cluster: Cluster,
  name: string,
  { patch, signal, dryRun, isLast }: BoundPatch,
): Promise<'done' | 'overtaken' | 'gone'> {
  const answer = await cluster.patch(nodeRef(name), patch, { signal, dryRun })
  if (answer.outcome === 'done') return 'done'
  if (answer.outcome === 'gone' || answer.outcome === 'replaced') return 'gone'
  if (answer.outcome === 'conflict' && !isLast) return 'overtaken'
  throw new MigrationError('CLUSTER_WRITE_REFUSED', `node ${name} cannot be changed: ${answer.message}`, {
    hint: 'an admission webhook, or another controller that changes the node all the time, is in the way',
  })
}
