import { z } from 'zod'
import type { Cluster } from '../model/cluster-port.ts'
import { cordonAnnotation } from '../model/cordon-annotation.ts'
import type { DrainNode } from '../model/drain-node.ts'
import { patchNode } from './patch-node.ts'

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
  return await patchNode(cluster, found.node, {
    uid: found.uid,
    known,
    signal,
    dryRun,
    patchOf: (node) =>
      // Somebody was faster: it is a cordon of theirs, and it stays theirs.
      node.isUnschedulable
        ? undefined
        : { spec: { unschedulable: true }, annotations: { [cordonAnnotation]: annotation } },
  })
}

/**
 * Gives the node back as it was found. A cordon that was cut off may still arrive: where none of ours is seen, the node is
 * changed and changed back, so that either conflicts with the other. True when something of ours was taken away.
 */
export async function restoreNode(
  cluster: Cluster,
  found: StateFound,
  { run, signal }: { run: string; signal: AbortSignal },
): Promise<boolean> {
  const { node, uid, wasUnschedulable, annotation } = found
  const target = { uid, known: undefined, signal }
  const take = async (): Promise<boolean> =>
    await patchNode(cluster, node, {
      ...target,
      patchOf: ({ annotations }) =>
        isOurs(annotations[cordonAnnotation], run)
          ? {
              spec: { unschedulable: wasUnschedulable ? true : null },
              annotations: { [cordonAnnotation]: annotation ?? null },
            }
          : undefined,
    })
  // One that was cordoned before was never written to.
  const isTaken = await take()
  if (isTaken || wasUnschedulable) return isTaken
  const mark = JSON.stringify({ run, found: { unschedulable: false } })
  const isFenced = await patchNode(cluster, node, {
    ...target,
    patchOf: ({ annotations }) =>
      isOurs(annotations[cordonAnnotation], run) ? undefined : { annotations: { [cordonAnnotation]: mark } },
  })
  // It came in between.
  if (!isFenced) return await take()
  // Only the mark: a cordon is of somebody else now.
  await patchNode(cluster, node, {
    ...target,
    patchOf: () => ({ annotations: { [cordonAnnotation]: annotation ?? null } }),
  })
  return false
}

/** True for the annotation that this run has written. */
export function isOurs(annotation: string | undefined, run: string): boolean {
  return cordonMark(annotation)?.run === run
}

/** Who has cordoned a node, and how it was before. */
export interface CordonMark extends CordonOwner {
  foundUnschedulable: boolean
}

const Mark = z.object({
  run: z.string(),
  holder: z.string().catch(''),
  at: z.string().catch(''),
  found: z.object({ unschedulable: z.boolean() }).catch({ unschedulable: false }),
})

/** Whose cordon was found; undefined when there was none, or it is none of osferry. */
export function cordonFound({ wasUnschedulable, annotation }: StateFound): CordonMark | undefined {
  return wasUnschedulable ? cordonMark(annotation) : undefined
}

/** Anybody may write an annotation: one of osferry is short. */
const longest = 10_000

/** Reads the annotation of a cordon; undefined when osferry has not written it. */
export function cordonMark(annotation: string | undefined): CordonMark | undefined {
  if (annotation === undefined || annotation.length > longest) return undefined
  try {
    const { run, holder, at, found } = Mark.parse(JSON.parse(annotation))
    return { run, holder, at, foundUnschedulable: found.unschedulable }
  } catch {
    return undefined
  }
}
