import type { ApiObject, Cluster } from '../model/cluster-port.ts'
import type { DrainNode } from '../model/drain-node.ts'
import type { CordonOwner } from './cluster-cordon.ts'
import { patchNode } from './patch-node.ts'

/** Pods that have to move go to other nodes where they can: they would have to move once more. */
export const softTaint = { key: 'osferry.io/to-be-replaced', effect: 'PreferNoSchedule' } as const
/** On a node that osferry has tainted: who, and when. */
export const softTaintAnnotation = 'osferry.io/soft-taint'

type Target = Pick<DrainNode, 'name' | 'uid'>

/** Taints a node that waits to be drained, unless somebody else has; true when something was written. */
export async function putSoftTaint(
  cluster: Cluster,
  node: DrainNode,
  { owner, signal }: { owner: CordonOwner; signal: AbortSignal },
): Promise<boolean> {
  return await patchNode(cluster, node.name, {
    uid: node.uid,
    known: node,
    signal,
    patchOf: ({ taintObjects, annotations }) => {
      const isThere = taintObjects.some(isSoftTaint)
      // A taint without our annotation is somebody else's, and stays; with it, it is one of a run that ended before its time.
      if (isThere && annotations[softTaintAnnotation] === undefined) return undefined
      return {
        spec: { taints: [...taintObjects.filter((taint) => !isSoftTaint(taint)), softTaint] },
        annotations: { [softTaintAnnotation]: JSON.stringify(owner) },
      }
    },
  })
}

export interface TakeOptions {
  signal: AbortSignal
  dryRun?: boolean
  /** Where osferry has taken its mark away already. Default false: a taint without it is somebody else's. */
  isUnmarked?: boolean
}

/** Takes the taint away where osferry has put it; true when something was written. */
export async function takeSoftTaint(
  cluster: Cluster,
  { name, uid }: Target,
  { signal, dryRun = false, isUnmarked = false }: TakeOptions,
): Promise<boolean> {
  return await patchNode(cluster, name, {
    uid,
    known: undefined,
    signal,
    dryRun,
    patchOf: ({ taintObjects, annotations }) =>
      annotations[softTaintAnnotation] === undefined && !(isUnmarked && taintObjects.some(isSoftTaint))
        ? undefined
        : {
            spec: { taints: taintObjects.filter((taint) => !isSoftTaint(taint)) },
            annotations: { [softTaintAnnotation]: null },
          },
  })
}

function isSoftTaint({ key, effect }: ApiObject): boolean {
  return key === softTaint.key && effect === softTaint.effect
}
