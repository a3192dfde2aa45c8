import { takeSnapshot } from '../cluster/snapshot.ts'
import type { ClusterFileReader } from '../inventory/cluster-file.ts'
import type { ClusterGap, ClusterList, ClusterRecord } from '../model/cluster.ts'
import { comparedLists, type ComparedList } from '../model/compared-lists.ts'
import type { SnapshotSink } from '../model/snapshot-sink.ts'
import { isComparedPod, type ComparedCluster } from '../steps/compare-cluster.ts'

type Held = { [L in ComparedList]: ClusterRecord<L>[] }

function nothingHeld(): Held {
  return { nodes: [], workloads: [], pods: [], services: [], volumes: [], claims: [], attachments: [] }
}

function isCompared(list: ClusterList, record: unknown): list is ComparedList {
  if (list === 'pods') return isComparedPod(record as ClusterRecord<'pods'>)
  return comparedLists.some((name) => name === list)
}

/** What is compared of a snapshot on disk. */
export async function clusterOf(file: ClusterFileReader): Promise<ComparedCluster> {
  const held: Held = nothingHeld()
  for (const list of comparedLists)
    for await (const record of file.records(list))
      if (isCompared(list, record)) held[list].push(record as never)
  return known(held, file.end.gaps)
}

/** Only what is compared is kept; everything else is read for it and passed over. */
export async function clusterNow(
  reader: Parameters<typeof takeSnapshot>[0],
  signal: AbortSignal,
): Promise<ComparedCluster> {
  const held: Held = nothingHeld()
  let order: ComparedList[] = []
  const sink: SnapshotSink = {
    add(list, record): Promise<void> {
      if (isCompared(list, record)) {
        held[list].push(record as never)
        order.push(list)
      }
      return Promise.resolve()
    },
    mark: () => order.length,
    rewind(mark): Promise<void> {
      for (const list of order.slice(mark)) held[list].pop()
      order = order.slice(0, mark)
      return Promise.resolve()
    },
  }
  const { gaps } = await takeSnapshot(reader, { signal, sink })
  return known(held, gaps)
}

/** Lists that were not read, or not whole: what is missing in them may be there. */
export function brokenLists(gaps: readonly ClusterGap[]): ComparedList[] {
  const broken = new Set(gaps.map(({ list }) => list))
  // Digests of images come from pods.
  if (broken.has('pods')) broken.add('workloads')
  return comparedLists.filter((list) => broken.has(list))
}

function known(held: Held, gaps: readonly ClusterGap[]): ComparedCluster {
  const broken = brokenLists(gaps)
  const of = (list: ComparedList): boolean => !broken.includes(list)
  return {
    nodes: of('nodes') ? held.nodes : null,
    workloads: of('workloads') ? held.workloads : null,
    pods: of('pods') ? held.pods : null,
    services: of('services') ? held.services : null,
    volumes: of('volumes') ? held.volumes : null,
    claims: of('claims') ? held.claims : null,
    attachments: of('attachments') ? held.attachments : null,
  }
}
