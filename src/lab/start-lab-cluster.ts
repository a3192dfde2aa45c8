import { randomBytes } from 'node:crypto'
import { createLabCluster } from '../simulate/create-lab-cluster.ts'
import { labApplications } from '../simulate/lab-applications.ts'
import type { LabMachines } from '../simulate/lab-cluster.ts'
import { serveLabApi } from './api-server.ts'
import { runCluster } from './run-cluster.ts'

/** The cluster of a lab: its machines join before it runs. */
export interface LabClusterSession {
  machines: Pick<LabMachines, 'addNode' | 'nodeDown' | 'nodeUp'>
  /** Starts what runs in the cluster, its clock and its API. */
  run(): Promise<RunningLabCluster>
}

export interface RunningLabCluster {
  url: string
  /** Of its administrator. */
  token: string
  close(): Promise<void>
}

/** From binding to Ready: long enough for a budget to be seen to hold a drain up. */
const podStartMs = 2500

/** So old is the cluster when it is first seen: nobody finds it while its pods start. */
const settledMs = 120_000
/** As the recorded hosts have it. */
const version = '1.24.17'

/** Makes the cluster of a lab of so many nodes. */
export function createLabClusterSession({ seed, nodes }: { seed: number; nodes: number }): LabClusterSession {
  const cluster = createLabCluster({
    seed,
    startAtMs: Date.now() - settledMs,
    version,
    startMs: podStartMs,
    stopMs: 300,
  })
  let machines = cluster.machines
  return {
    machines: {
      addNode: (node) => machines.addNode(node),
      nodeDown: (name) => machines.nodeDown(name),
      nodeUp: (name, system) => machines.nodeUp(name, system),
    },
    async run() {
      for (const { path, object } of labApplications({ nodes })) cluster.create(path, object)
      cluster.advanceTo(Date.now())
      const running = runCluster(cluster, Date.now())
      machines = running.machines
      const token = randomBytes(32).toString('hex')
      const user = { name: 'lab-admin', groups: ['system:masters'] }
      const api = await serveLabApi(running, { tokens: { [token]: user } })
      return {
        url: api.url,
        token,
        async close() {
          running.stop()
          await api.close()
        },
      }
    },
  }
}
