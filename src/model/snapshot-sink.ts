import type { ClusterList, ClusterRecord } from './cluster.ts'

/** Where the records of a snapshot go, list after list. A list that begins again goes back to where it began. */
export interface SnapshotSink {
  add<L extends ClusterList>(list: L, record: ClusterRecord<L>): Promise<void>
  /** The place behind everything added so far. */
  mark(): number
  /** Drops what was added behind a place. */
  rewind(mark: number): Promise<void>
}
