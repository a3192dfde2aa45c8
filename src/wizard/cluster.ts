import type { Text } from '../model/text.ts'

/** A snapshot that is on disk. */
export interface SavedSnapshot {
  context: string
  server: string
  /** Its age, in milliseconds. */
  ageMs: number
  /** Too old for an assessment to rest on. */
  isOld: boolean
  /** Null = they could not be read. */
  nodes: number | null
  /** Hosts that were found among the nodes; null = it was taken without hosts. */
  matched: number | null
  /** What could not be read, or not whole. */
  gaps: readonly { resource: string; reason: Text; message: string }[]
}

/** The cluster of the session: where a snapshot would come from, and the one that is there. */
export interface KnownCluster {
  /** What kubeconfig chooses, or why it chooses none. */
  login: { context: string; server: string } | { problem: string }
  snapshot?: SavedSnapshot
  /** Why the snapshot that is there cannot be read. */
  snapshotProblem?: string
}

/** Kinds of objects that were read so far, with how many there were, in order. */
export interface ReadKinds {
  kinds: readonly { resource: string; objects: number }[]
}

/** What the wizard can do with a cluster; it only reads. */
export interface ClusterActions {
  /** Contacts nobody; undefined = nothing here says that there is a cluster. */
  cluster: (options: { signal: AbortSignal }) => Promise<KnownCluster | undefined>
  /** Takes a snapshot and saves it, as `osferry cluster snapshot` does. */
  takeSnapshot: (options: { onProgress: (progress: ReadKinds) => void; signal: AbortSignal }) => Promise<void>
}
