import type { ApiObject, Cluster } from '../model/cluster-port.ts'
import type { DrainPod } from '../model/drain-pod.ts'
import type { NodeRecords } from '../model/node-record.ts'
import type { Clock } from '../model/ports.ts'
import type { Wait } from './wake.ts'

/** What a drain needs from outside. */
export interface DrainPorts {
  cluster: Cluster
  clock: Clock
  wait: Wait
  /** Keeps the manifest of a pod, and in the node's record of one that is to be created again; it is on disk when this resolves. */
  saveManifest(saved: { node: string; pod: DrainPod; manifest: ApiObject; isNaked: boolean }): Promise<void>
  /** How each node was found. */
  records: NodeRecords
}

/** Id of the run and who runs it, for the marks on nodes and the lease. */
export interface DrainRun {
  id: string
  holder: string
}
