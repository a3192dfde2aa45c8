import type { ClusterList, ClusterRecord } from '../model/cluster.ts'
import type { SnapshotSink } from '../model/snapshot-sink.ts'

/**
 * Holds a snapshot, or what somebody wants of it, in memory. `keep` puts a record at the end of an array and gives that array;
 * undefined when it passes it over.
 */
export function memorySink(
  keep: <L extends ClusterList>(list: L, record: ClusterRecord<L>) => unknown[] | undefined,
): SnapshotSink {
  let order: unknown[][] = []
  return {
    add(list, record): Promise<void> {
      const place = keep(list, record)
      if (place !== undefined) order.push(place)
      return Promise.resolve()
    },
    mark: () => order.length,
    rewind(mark): Promise<void> {
      for (const place of order.slice(mark)) place.pop()
      order = order.slice(0, mark)
      return Promise.resolve()
    },
  }
}
