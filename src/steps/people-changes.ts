import type { ClusterRecord } from '../model/cluster.ts'
import type { ComparedList } from '../model/compared-lists.ts'
import type { ComparedCluster, Comparison, Difference, DifferenceKind } from './compare-cluster.ts'

/** What is compared for one node of a run. */
export interface NodeComparison {
  node: string
  lists: readonly ComparedList[]
  /** The plan lets pods without a controller go for good. */
  letsNakedGo: boolean
}

/** What must still come right, and what people have made of it since, which is theirs. */
export interface JudgedDifferences {
  open: readonly Difference[]
  told: readonly Difference[]
  unknown: readonly ComparedList[]
}

/** The list in which each difference is found. */
const listOf: Readonly<Record<DifferenceKind, ComparedList>> = {
  'node-missing': 'nodes',
  'node-not-ready': 'nodes',
  'node-cordoned': 'nodes',
  'label-changed': 'nodes',
  'taint-changed': 'nodes',
  'workload-missing': 'workloads',
  'replicas-changed': 'workloads',
  'fewer-ready': 'workloads',
  'images-changed': 'workloads',
  'digests-changed': 'workloads',
  'pod-missing': 'pods',
  'pod-not-ready': 'pods',
  'service-missing': 'services',
  'no-endpoints': 'services',
  'fewer-endpoints': 'services',
  'claim-changed': 'claims',
  'volume-changed': 'volumes',
  'attached-to-gone-node': 'attachments',
  'volume-without-node': 'volumes',
}

/**
 * Divides what differs. A migration changes no specification, no label and no image, and deletes nothing that has a name of
 * its own: whoever has changed that meant it, and the numbers that follow from it are not waited for. Everything else is.
 */
export function judgeDifferences(
  clusters: { was: ComparedCluster; is: ComparedCluster },
  { differences, unknown }: Comparison,
  asked: NodeComparison,
): JudgedDifferences {
  const changed = changedWorkloads(clusters)
  const inLists = differences.filter(({ kind }) => asked.lists.includes(listOf[kind]))
  const isTold = (difference: Difference): boolean =>
    isOfPeople(difference, { ...asked, ...clusters, changed })
  return {
    open: inLists.filter((difference) => !isTold(difference)),
    told: inLists.filter(isTold),
    unknown: unknown.filter((list) => asked.lists.includes(list)),
  }
}

interface Judging extends NodeComparison {
  was: ComparedCluster
  /** Workloads whose specification is another one now: names, and namespaces. */
  changed: { names: ReadonlySet<string>; namespaces: ReadonlySet<string> }
}

function isOfPeople({ kind, object, was, is }: Difference, judging: Judging): boolean {
  const { node, changed } = judging
  switch (kind) {
    case 'node-cordoned':
    case 'label-changed':
    case 'taint-changed':
    case 'workload-missing':
    case 'replicas-changed':
    case 'images-changed':
    // A tag was moved: pods that start anew have the newer image.
    case 'digests-changed':
    case 'service-missing':
      return true
    case 'fewer-ready':
      return changed.names.has(object)
    case 'no-endpoints':
    case 'fewer-endpoints':
      return changed.namespaces.has(namespaceOf(object))
    case 'pod-missing':
      return judging.letsNakedGo || !wasOn(object, judging)
    case 'pod-not-ready':
      return !wasOn(object, judging)
    // Deleted, or its claim was.
    case 'claim-changed':
      return is === ''
    case 'volume-changed':
      return is === '' || is === 'Released'
    case 'attached-to-gone-node':
      return is !== node
    case 'volume-without-node':
      return !was.split(', ').includes(node)
    case 'node-missing':
    case 'node-not-ready':
      return false
    default:
      return kind satisfies never
  }
}

/** `Pod shop/alone` on the node of this run. */
function wasOn(object: string, { was, node }: Judging): boolean {
  return was.pods?.some((pod) => `Pod ${pod.namespace}/${pod.name}` === object && pod.node === node) === true
}

/** Of `Deployment shop/web` it is `shop`. */
function namespaceOf(object: string): string {
  return object.slice(object.indexOf(' ') + 1).split('/', 1)[0] ?? ''
}

type Workload = ClusterRecord<'workloads'>

function changedWorkloads({ was, is }: { was: ComparedCluster; is: ComparedCluster }): Judging['changed'] {
  const now = new Map(is.workloads?.map((workload) => [nameOf(workload), workload]))
  const changed = (was.workloads ?? []).filter((workload) => {
    const found = now.get(nameOf(workload))
    return found === undefined || specification(found) !== specification(workload)
  })
  return {
    names: new Set(changed.map(nameOf)),
    namespaces: new Set(changed.map(({ namespace }) => namespace)),
  }
}

function nameOf({ kind, namespace, name }: Workload): string {
  return `${kind} ${namespace}/${name}`
}

/** What of a workload people write; one that was deleted and made anew has another uid. */
function specification(workload: Workload): string {
  const { kind, uid, replicas, images, strategy, paused, minReadySeconds, scheduling, selector } = workload
  return JSON.stringify({
    uid,
    // How many pods a DaemonSet wants follows from the nodes that there are.
    replicas: kind === 'DaemonSet' ? null : replicas,
    images: images.map(({ image }) => image).sort(),
    strategy,
    paused,
    minReadySeconds,
    scheduling,
    selector,
  })
}
