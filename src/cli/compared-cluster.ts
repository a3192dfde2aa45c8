import { memorySink } from '../cluster/memory-sink.ts'
import type { ReadMemory } from '../cluster/read-memory.ts'
import { takeSnapshot } from '../cluster/snapshot.ts'
import type { ClusterFileReader } from '../inventory/cluster-file.ts'
import type { ClusterGap, ClusterList, ClusterRecord } from '../model/cluster.ts'
import { comparedLists, type ComparedList } from '../model/compared-lists.ts'
import { isComparedPod, type ComparedCluster } from '../steps/compare-cluster.ts'
import { placedPod, placedPods, type PlacedPod } from '../steps/placed-pods.ts'

type Held = { [L in ComparedList]: ClusterRecord<L>[] } & { placed: PlacedPod[] }

function nothingHeld(): Held {
  return {
    nodes: [],
    workloads: [],
    pods: [],
    services: [],
    volumes: [],
    claims: [],
    attachments: [],
    placed: [],
  }
}

/** Keeps what is compared of one record; gives where, undefined when it is passed over. */
function hold(held: Held, list: ClusterList, record: unknown): unknown[] | undefined {
  const name = comparedLists.find((one) => one === list)
  if (name === undefined) return undefined
  if (name !== 'pods' || isComparedPod(record as ClusterRecord<'pods'>)) {
    held[name].push(record as never)
    return held[name]
  }
  const placed = placedPod(record as ClusterRecord<'pods'>)
  if (placed === undefined) return undefined
  held.placed.push(placed)
  return held.placed
}

/** What is compared of a snapshot on disk. */
export async function clusterOf(file: ClusterFileReader): Promise<ComparedCluster> {
  const held: Held = nothingHeld()
  for (const list of comparedLists) for await (const record of file.records(list)) hold(held, list, record)
  return known(held, file.end.gaps)
}

/** Only what is compared is kept; everything else is read for it and passed over. `memory` is of earlier looks at the cluster. */
export async function clusterNow(
  reader: Parameters<typeof takeSnapshot>[0],
  signal: AbortSignal,
  memory?: ReadMemory,
): Promise<ComparedCluster> {
  const held: Held = nothingHeld()
  const sink = memorySink((list, record) => hold(held, list, record))
  const { gaps } = await takeSnapshot(reader, {
    signal,
    sink,
    ...(memory === undefined ? {} : { memory }),
  })
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
    placed: of('pods') ? placedPods(held.placed) : null,
  }
}
