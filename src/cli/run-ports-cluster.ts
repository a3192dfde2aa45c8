import { nodeRecordStore } from '../inventory/node-record-store.ts'
import type { Cluster } from '../model/cluster-port.ts'
import { StepError } from '../model/step-error.ts'
import type { ClusterStepPorts } from '../steps/step-ports.ts'
import type { RunWorld } from './run-world.ts'
import { nodeRecordPath } from './state-paths.ts'

/** What steps about a node of the cluster are given. */
export function clusterPorts({ context, cluster = noCluster, clusterUid = '' }: RunWorld): ClusterStepPorts {
  return {
    cluster,
    clock: context.clock,
    records: nodeRecordStore(clusterUid, (node) => nodeRecordPath(context, clusterUid, node)),
  }
}

/** Of a plan without a cluster, whose steps ask nothing of one. */
const noCluster = new Proxy(
  {},
  {
    get(_, name): never {
      throw new StepError('config', `the plan has no cluster to ask for ${String(name)}`, {
        code: 'NO_CLUSTER',
      })
    },
  },
) as Cluster
