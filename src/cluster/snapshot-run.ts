import type { ClusterGap, ClusterList } from '../model/cluster.ts'
import type { ClusterReader } from '../model/ports.ts'
import type { SnapshotSink } from '../model/snapshot-sink.ts'
import type { RecordKind } from './kind.ts'
import { listKind } from './list-kind.ts'
import type { ReadMemory } from './read-memory.ts'
import { createTally, keep } from './snapshot-tally.ts'
import type { SnapshotTally } from './snapshot-tally.ts'

export interface SnapshotOptions {
  signal: AbortSignal
  sink: SnapshotSink
  /** Told after each kind of object, with the objects that it gave. */
  onKind?: (resource: string, objects: number) => void
  /** Of earlier snapshots of the same cluster. */
  memory?: ReadMemory
}

/** A snapshot that is being taken. */
export interface SnapshotRun extends SnapshotOptions {
  reader: ClusterReader
  gaps: ClusterGap[]
  /** Records of the lists of which anything could be read. */
  counts: Map<ClusterList, number>
}

/** A gap that names no single objects is a list that was not read at all. */
export function closeList(run: SnapshotRun, list: ClusterList, gap: ClusterGap | null): boolean {
  if (gap !== null) run.gaps.push(gap)
  const isRead = gap === null || gap.objects !== null
  if (isRead) run.counts.set(list, run.counts.get(list) ?? 0)
  return isRead
}

/** Reads one kind, object by object, into the sink; gives what was kept of it. */
export async function streamKind<L extends ClusterList>(
  run: SnapshotRun,
  kind: RecordKind<L>,
): Promise<SnapshotTally> {
  const { reader, sink, signal, memory = kindAlone } = run
  const { list } = kind
  const mark = sink.mark()
  let tally = createTally()
  let records = 0
  const gap = await listKind(
    reader,
    { list, kind, signal },
    {
      async begin() {
        if (records > 0) await sink.rewind(mark)
        tally = createTally()
        records = 0
      },
      async item(item, apiVersion) {
        const reading = memory.read(kind, item, apiVersion)
        if ('problem' in reading) return reading.problem
        for (const record of reading.values) {
          records += 1
          keep(tally, list, record)
          await sink.add(list, record)
        }
        return undefined
      },
    },
  )
  memory.ended(kind)
  if (closeList(run, list, gap)) run.counts.set(list, (run.counts.get(list) ?? 0) + records)
  run.onKind?.(kind.resource, records)
  return tally
}

/** Remembers nothing. */
const kindAlone: ReadMemory = {
  read: (kind, item, apiVersion) => kind.read(item, apiVersion),
  ended: () => undefined,
}
