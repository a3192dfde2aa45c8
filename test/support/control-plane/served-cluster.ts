import type { Cluster } from '../../../src/model/cluster-port.ts'
import { connectApi, type ApiClient } from './api.ts'
import { clusterFor } from './cluster-under-test.ts'
import { startControlPlane, type ControlPlane, type ControlPlaneOptions } from './start.ts'

/** A control plane, a client of its API for the test, and the cluster as the commands open it. */
export interface ServedCluster {
  controlPlane: ControlPlane
  api: ApiClient
  cluster: Cluster
  /** Ends all of them. */
  stop(): Promise<void>
}

export async function serveCluster(options: ControlPlaneOptions): Promise<ServedCluster> {
  const controlPlane = await startControlPlane(options)
  const api = connectApi(controlPlane)
  const cluster = clusterFor(controlPlane)
  return {
    controlPlane,
    api,
    cluster,
    async stop() {
      await cluster.close()
      api.close()
      await controlPlane.stop()
    },
  }
}
