import { cordonAnnotation } from '../model/cordon-annotation.ts'
import type { Cluster, ObjectRef } from '../model/cluster-port.ts'
import { parseDrainNode, type DrainNode } from '../model/drain-node.ts'
import { MigrationError } from '../model/errors.ts'

/** What a cordon found; enough to give the node back as it was. */
export interface StateFound {
  node: string
  uid: string
  wasUnschedulable: boolean
  /** The annotation of an earlier run, when there is one. */
  annotation: string | undefined
}

export interface CordonOwner {
  /** Id of the run. */
  run: string
  /** `user@host`. */
  holder: string
  /** ISO 8601. */
  at: string
}

/** Reads what must be given back. */
export function stateFound(node: DrainNode): StateFound {
  return {
    node: node.name,
    uid: node.uid,
    wasUnschedulable: node.isUnschedulable,
    annotation: node.annotations[cordonAnnotation],
  }
}

const tries = 5

/**
 * Cordons a node and marks it as ours in one request, only when it is not cordoned: what somebody else has cordoned is
 * left as it is. `found` is what `stateFound` has told before. True when something was written.
 */
export async function cordonNode(
  cluster: Cluster,
  found: StateFound,
  options: { owner: CordonOwner; known: DrainNode | undefined; signal: AbortSignal; dryRun?: boolean },
): Promise<boolean> {
  const { owner, known, signal, dryRun = false } = options
  if (found.wasUnschedulable) return false
  const annotation = JSON.stringify({ ...owner, found: { unschedulable: false } })
  return await change(cluster, found, {
    known,
    signal,
    dryRun,
    patchOf: (node) =>
      // Somebody was faster: it is a cordon of theirs, and it stays theirs.
      node.isUnschedulable ? undefined : { spec: { unschedulable: true }, annotation },
  })
}

/** Gives the node back as it was found, unless nothing of ours is on it. True when something was written. */
export async function restoreNode(
  cluster: Cluster,
  found: StateFound,
  { run, signal }: { run: string; signal: AbortSignal },
): Promise<boolean> {
  return await change(cluster, found, {
    known: undefined,
    signal,
    dryRun: false,
    patchOf: ({ annotations }) =>
      isOurs(annotations[cordonAnnotation], run)
        ? {
            spec: { unschedulable: found.wasUnschedulable ? true : null },
            annotation: found.annotation ?? null,
          }
        : undefined,
  })
}

/** True for the annotation that this run has written. */
export function isOurs(annotation: string | undefined, run: string): boolean {
  if (annotation === undefined) return false
  try {
    return (JSON.parse(annotation) as { run?: unknown } | null)?.run === run
  } catch {
    return false
  }
}

interface Change {
  /** The node as a watch has told it: one request less when it is still so. */
  known: DrainNode | undefined
  signal: AbortSignal
  dryRun: boolean
  /** Undefined = nothing to do. */
  patchOf: (
    node: DrainNode,
  ) => { spec: { unschedulable: true | null }; annotation: string | null } | undefined
}

async function change(cluster: Cluster, { node: name, uid }: StateFound, how: Change): Promise<boolean> {
  const { known, signal, dryRun, patchOf } = how
  const ref = { group: '', version: 'v1', resource: 'nodes', name }
  for (let attempt = 1; ; attempt += 1) {
    const node = (attempt === 1 ? known : undefined) ?? (await freshNode(cluster, ref, signal))
    // Another node under the same name is none of ours.
    if (node === undefined || node.uid !== uid) return false
    const wanted = patchOf(node)
    if (wanted === undefined) return false
    const { resourceVersion } = node
    const metadata = { resourceVersion, annotations: { [cordonAnnotation]: wanted.annotation } }
    const answer = await cluster.patch(ref, { metadata, spec: wanted.spec }, { signal, dryRun })
    if (answer.outcome === 'done') return true
    if (answer.outcome === 'gone') return false
    if (answer.outcome !== 'conflict' || attempt >= tries) {
      throw new MigrationError('CLUSTER_WRITE_REFUSED', `node ${name} cannot be changed: ${answer.message}`, {
        hint: 'an admission webhook, or another controller that changes the node all the time, is in the way',
      })
    }
  }
}

async function freshNode(
  cluster: Cluster,
  ref: ObjectRef,
  signal: AbortSignal,
): Promise<DrainNode | undefined> {
  const object = await cluster.get(ref, signal)
  return object === undefined ? undefined : parseDrainNode(object)
}
