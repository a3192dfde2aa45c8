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

/** Gives the node back as it was found, unless nothing of ours is on it. True when something was written. */
export async function restoreNode(
  cluster: Cluster,
  found: StateFound,
  { run, signal }: { run: string; signal: AbortSignal },
): Promise<boolean> {
  return await patchNode(cluster, found.node, {
    uid: found.uid,
    known: undefined,
    signal,
    patchOf: ({ annotations }) =>
      isOurs(annotations[cordonAnnotation], run)
        ? {
            spec: { unschedulable: found.wasUnschedulable ? true : null },
            annotations: { [cordonAnnotation]: found.annotation ?? null },
          }
        : undefined,
  })
}

/** True for the annotation that this run has written. */
export function isOurs(annotation: string | undefined, run: string): boolean {
  return cordonMark(annotation)?.id === run
}

/** Who has cordoned a node, and how it was before. */
export interface CordonMark {
  id: string
  holder: string
  at: string
  foundUnschedulable: boolean
}

const Mark = z.object({
  run: z.string(),
  holder: z.string().catch(''),
  at: z.string().catch(''),
  found: z.object({ unschedulable: z.boolean() }).catch({ unschedulable: false }),
})

/** Anybody may write an annotation: one of osferry is short. */
const longest = 10_000

/** Reads the annotation of a cordon; undefined when osferry has not written it. */
export function cordonMark(annotation: string | undefined): CordonMark | undefined {
  if (annotation === undefined || annotation.length > longest) return undefined
  try {
    const { run, holder, at, found } = Mark.parse(JSON.parse(annotation))
    return { id: run, holder, at, foundUnschedulable: found.unschedulable }
  } catch {
    return undefined
  }
}
