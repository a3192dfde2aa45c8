import type { Cluster } from '../model/cluster-port.ts'
import type { DrainNode } from '../model/drain-node.ts'
import { isOurs, type CordonOwner, type StateFound } from './cluster-cordon.ts'
import { patchNode } from './patch-node.ts'

/** Source: https://kubernetes.io/docs/reference/labels-annotations-taints/#node-kubernetes-io-exclude-from-external-load-balancers */
const balancerLabel = 'node.kubernetes.io/exclude-from-external-load-balancers'
/** On a node that osferry has taken out of external load balancers: who, and when. */
export const balancerAnnotation = 'osferry.io/load-balancer'

/** Takes a node out of external load balancers, unless somebody has done so before; true when something was written. */
export async function excludeFromBalancers(
  cluster: Cluster,
  { node, uid }: StateFound,
  options: { owner: CordonOwner; known: DrainNode | undefined; signal: AbortSignal },
): Promise<boolean> {
  const { owner, known, signal } = options
  return await patchNode(cluster, node, {
    uid,
    known,
    signal,
    patchOf: ({ labels }) =>
      Object.hasOwn(labels, balancerLabel)
        ? undefined
        : {
            labels: { [balancerLabel]: 'true' },
            annotations: { [balancerAnnotation]: JSON.stringify(owner) },
          },
  })
}

/**
 * Gives a node back to its load balancers when this run, or an earlier one when `run` is undefined, has taken it out. True
 * when something was written.
 */
export async function includeInBalancers(
  cluster: Cluster,
  { node, uid }: Pick<StateFound, 'node' | 'uid'>,
  { run, signal, dryRun = false }: { run: string | undefined; signal: AbortSignal; dryRun?: boolean },
): Promise<boolean> {
  return await patchNode(cluster, node, {
    uid,
    known: undefined,
    signal,
    dryRun,
    patchOf: ({ annotations }) => {
      const mark = annotations[balancerAnnotation]
      if (mark === undefined || (run !== undefined && !isOurs(mark, run))) return undefined
      return { labels: { [balancerLabel]: null }, annotations: { [balancerAnnotation]: null } }
    },
  })
}

/** The labels of a node without the one that osferry has put on it: as people had them. */
export function labelsOfPeople({
  labels,
  annotations,
}: Readonly<Record<'labels' | 'annotations', Readonly<Record<string, string>>>>): Record<string, string> {
  const isOurs = annotations[balancerAnnotation] !== undefined
  return Object.fromEntries(Object.entries(labels).filter(([key]) => !isOurs || key !== balancerLabel))
}
