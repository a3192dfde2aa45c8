import { taintText } from '../model/cluster-parts.ts'
import type { ClusterRecord } from '../model/cluster.ts'
import { comparedLists, type ComparedList } from '../model/compared-lists.ts'
import { keyOwner } from '../model/node-keys.ts'
import { termsSelect } from '../model/node-selector.ts'
import type { PlacedPods } from './placed-pods.ts'

/** True for what is compared one by one: pods with a controller are compared by their workload. */
export function isComparedPod({ control, phase }: Pick<ClusterRecord<'pods'>, 'control' | 'phase'>): boolean {
  return control === 'none' && phase !== 'Succeeded' && phase !== 'Failed'
}

/** Null = could not be read, or not whole. Of pods those of `isComparedPod`. */
export type ComparedCluster = {
  readonly [L in ComparedList]: readonly ClusterRecord<L>[] | null
} & {
  /** Where pods of workloads are ready; left out or null = nobody can tell. */
  readonly placed?: PlacedPods | null
}

export const differenceKinds = [
  'node-missing',
  'node-not-ready',
  'node-cordoned',
  'label-changed',
  'taint-changed',
  'workload-missing',
  'replicas-changed',
  'fewer-ready',
  'images-changed',
  'digests-changed',
  'pod-missing',
  'pod-not-ready',
  'service-missing',
  'no-endpoints',
  'fewer-endpoints',
  'claim-changed',
  'volume-changed',
  'attached-to-gone-node',
  'volume-without-node',
] as const
export type DifferenceKind = (typeof differenceKinds)[number]

/** Something that is not as it was. */
export interface Difference {
  kind: DifferenceKind
  /** `Deployment shop/web`, `node-1`. */
  object: string
  was: string
  is: string
}

export interface Comparison {
  differences: readonly Difference[]
  /** What could not be compared: nobody knows whether it is as it was. */
  unknown: readonly ComparedList[]
}

/** Compares a cluster with how it was; `nodes` names the nodes that are looked at, all when there are none. */
export function compareClusters(
  was: ComparedCluster,
  is: ComparedCluster,
  nodes: readonly string[],
): Comparison {
  const isAsked = ({ name }: { name: string }): boolean => nodes.length === 0 || nodes.includes(name)
  return {
    unknown: comparedLists.filter((list) => was[list] === null || is[list] === null),
    differences: [
      ...pairs(was.nodes?.filter(isAsked), is.nodes, ({ name }) => name).flatMap(nodeDifferences),
      ...pairs(was.workloads?.filter(isLasting), is.workloads, workloadName).flatMap(workloadDifferences),
      ...pairs(was.pods, is.pods, namespacedName).flatMap(podDifferences),
      ...pairs(was.services, is.services, namespacedName).flatMap(serviceDifferences),
      ...pairs(was.claims, is.claims, namespacedName).flatMap(claimDifferences),
      ...pairs(was.volumes, is.volumes, ({ name }) => name).flatMap(volumeDifferences),
      ...lonelyAttachments(is),
      ...lonelyVolumes(was, is),
    ],
  }
}

interface Pair<T> {
  name: string
  was: T
  is: T | undefined
}

/** Nothing when one of both is not known: that is told as unknown. */
function pairs<T>(
  was: readonly T[] | null | undefined,
  is: readonly T[] | null,
  nameOf: (item: T) => string,
): Pair<T>[] {
  if (was === null || was === undefined || is === null) return []
  const now = new Map(is.map((item) => [nameOf(item), item]))
  return was.map((item) => ({ name: nameOf(item), was: item, is: now.get(nameOf(item)) }))
}

type Node = ClusterRecord<'nodes'>
type Workload = ClusterRecord<'workloads'>

function nodeDifferences({ name, was, is }: Pair<Node>): Difference[] {
  if (is === undefined) return [{ kind: 'node-missing', object: name, was: was.ready, is: '' }]
  const found: Difference[] = []
  if (is.ready !== 'ready' && was.ready === 'ready')
    found.push({ kind: 'node-not-ready', object: name, was: was.ready, is: is.ready })
  if (is.unschedulable && !was.unschedulable)
    found.push({ kind: 'node-cordoned', object: name, was: '', is: 'unschedulable' })
  for (const [key, value] of Object.entries(was.labels)) {
    if (keyOwner('label', key) !== undefined || is.labels[key] === value) continue
    found.push({
      kind: 'label-changed',
      object: name,
      was: `${key}=${value}`,
      is: is.labels[key] === undefined ? '' : `${key}=${is.labels[key]}`,
    })
  }
  const now = new Set(is.taints.map(taintText))
  for (const taint of was.taints)
    if (keyOwner('taint', taint.key) === undefined && !now.has(taintText(taint)))
      found.push({ kind: 'taint-changed', object: name, was: taintText(taint), is: '' })
  return found
}

/** Jobs end, and are cleared away, by themselves. */
function isLasting({ kind }: Workload): boolean {
  return kind !== 'Job' && kind !== 'CronJob'
}

function workloadName({ kind, namespace, name }: Workload): string {
  return `${kind} ${namespace}/${name}`
}

function workloadDifferences({ name: object, was, is }: Pair<Workload>): Difference[] {
  if (is === undefined) return [{ kind: 'workload-missing', object, was: `${was.ready ?? 0} ready`, is: '' }]
  const found: Difference[] = []
  if (was.replicas !== is.replicas)
    found.push({ kind: 'replicas-changed', object, was: String(was.replicas), is: String(is.replicas) })
  // Who was scaled down needs no more than that; who was not whole before is not expected to be now.
  if ((is.ready ?? 0) < Math.min(was.ready ?? 0, is.replicas ?? 0))
    found.push({ kind: 'fewer-ready', object, was: String(was.ready ?? 0), is: String(is.ready ?? 0) })
  const images = ({ images }: Workload): string =>
    images
      .map(({ image }) => image)
      .sort()
      .join(', ')
  if (images(was) !== images(is))
    found.push({ kind: 'images-changed', object, was: images(was), is: images(is) })
  for (const { image, digests } of is.images) {
    const before = was.images.find((other) => other.image === image)?.digests ?? []
    const added = digests.filter((digest) => !before.includes(digest))
    if (before.length > 0 && added.length > 0)
      found.push({ kind: 'digests-changed', object, was: before.join(', '), is: digests.join(', ') })
  }
  return found
}

function namespacedName({ namespace, name }: { namespace: string; name: string }): string {
  return `${namespace}/${name}`
}

/** Nobody creates such a pod again but the one who made it, or a restore. */
function podDifferences({ name, was, is }: Pair<ClusterRecord<'pods'>>): Difference[] {
  const object = `Pod ${name}`
  if (is === undefined) return [{ kind: 'pod-missing', object, was: was.phase, is: '' }]
  return was.ready && !is.ready ? [{ kind: 'pod-not-ready', object, was: was.phase, is: is.phase }] : []
}

function serviceDifferences({ name, was, is }: Pair<ClusterRecord<'services'>>): Difference[] {
  const object = `Service ${name}`
  const before = was.endpoints?.ready ?? 0
  if (is === undefined) return [{ kind: 'service-missing', object, was: `${before} ready`, is: '' }]
  const now = is.endpoints?.ready ?? 0
  if (now >= before) return []
  const kind = now === 0 ? 'no-endpoints' : 'fewer-endpoints'
  return [{ kind, object, was: endpointsText(was), is: endpointsText(is) }]
}

/** `2 ready, 1 not`. */
function endpointsText({ endpoints }: ClusterRecord<'services'>): string {
  const { ready = 0, notReady = 0 } = endpoints ?? {}
  return notReady === 0 ? `${ready} ready` : `${ready} ready, ${notReady} not`
}

function claimDifferences({ name: object, was, is }: Pair<ClusterRecord<'claims'>>): Difference[] {
  const text = (claim: ClusterRecord<'claims'> | undefined): string =>
    claim === undefined ? '' : `${claim.phase} ${claim.volume ?? ''}`.trim()
  if (was.phase !== 'Bound' || text(was) === text(is)) return []
  return [{ kind: 'claim-changed', object, was: text(was), is: text(is) }]
}

function volumeDifferences({ name: object, was, is }: Pair<ClusterRecord<'volumes'>>): Difference[] {
  if (was.phase !== 'Bound' || is?.phase === 'Bound') return []
  return [{ kind: 'volume-changed', object, was: was.phase, is: is?.phase ?? '' }]
}

function lonelyAttachments({ nodes, attachments }: ComparedCluster): Difference[] {
  if (nodes === null || attachments === null) return []
  const names = new Set(nodes.map(({ name }) => name))
  return attachments
    .filter(({ node }) => !names.has(node))
    .map(({ name, node, volume }) => ({
      kind: 'attached-to-gone-node' as const,
      object: volume ?? name,
      was: '',
      is: node,
    }))
}

/** Volumes whose node affinity selects no node any more. */
function lonelyVolumes(was: ComparedCluster, is: ComparedCluster): Difference[] {
  const { nodes, volumes } = is
  if (nodes === null || volumes === null || was.nodes === null) return []
  const before = was.nodes
  return volumes.flatMap(({ name, nodeAffinity }) => {
    if (nodeAffinity === null || nodes.some((node) => termsSelect(nodeAffinity, node))) return []
    const selected = before.filter((node) => termsSelect(nodeAffinity, node)).map((node) => node.name)
    return [{ kind: 'volume-without-node', object: name, was: selected.join(', '), is: '' }]
  })
}
