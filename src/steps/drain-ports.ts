import type { ApiObject, Cluster } from '../model/cluster-port.ts'
import type { Clock } from '../model/ports.ts'
import type { Wait } from './wake.ts'

/** What a drain needs from outside. */
export interface DrainPorts {
  cluster: Cluster
  clock: Clock
  wait: Wait
  /** Keeps the manifest of a pod that nobody creates again; it is on disk when this resolves. */
  saveManifest(pod: ApiObject): Promise<void>
}

/** Id of the run and who runs it, for the marks on nodes and the lease. */
export interface DrainRun {
  id: string
  holder: string
}
