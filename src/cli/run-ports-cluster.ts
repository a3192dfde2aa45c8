import { createReadMemory } from '../cluster/read-memory.ts'
import { nodeRecordStore } from '../inventory/node-record-store.ts'
import type { Cluster } from '../model/cluster-port.ts'
import { StepError } from '../model/step-error.ts'
import { undecidedPaths } from '../model/undecided-paths.ts'
import { createDrainRoom } from '../steps/drain-room.ts'
import type { JoinTokenPort } from '../steps/join-token.ts'
import { nodeHeartbeats } from '../steps/node-heartbeat.ts'
import type { VerifyWorkloadsStepPorts } from '../steps/step-verify-workloads.ts'
import type { WaitReadyStepPorts } from '../steps/step-wait-ready.ts'
import { emptyNodePort, type EmptyNodePort } from '../steps/empty-node.ts'
import type { Wait } from '../steps/wake.ts'
import { clusterNow } from './compared-cluster.ts'
import type { DrainStepPorts } from '../steps/step-drain.ts'
import { saveManifests } from './drain-session.ts'
import { runSnapshots } from './run-snapshots.ts'
import type { RunWorld } from './run-world.ts'
import { sleep } from './sleep.ts'
import { sharedLooks } from './shared-looks.ts'
import { nodeRecordPath, runDirectory } from './state-paths.ts'

/** What the steps about the cluster are given. */
export type ClusterRunPorts = DrainStepPorts &
  EmptyNodePort &
  Omit<WaitReadyStepPorts, keyof JoinTokenPort> &
  VerifyWorkloadsStepPorts

/** Ports of the steps about the cluster; nothing is asked of it before a step needs it. `wait` goes by the context's clock. */
export function clusterRunPorts(world: RunWorld, wait: Wait = sleep): ClusterRunPorts {
  const { context, run, plan, signal, clusterUid = '' } = world
  const cluster = world.cluster ?? noCluster()
  const { clock } = context
  const records = nodeRecordStore(clusterUid, (node) => nodeRecordPath(context, clusterUid, node))
  const base = { cluster, clock, wait, records }
  const saveManifest = saveManifests(context, records, run.id)
  const nodes = plan.nodes.map(({ name }) => name)
  const planned = new Map(plan.nodes.map((node) => [node.name, node]))
  const drains = createDrainRoom({
    ports: { ...base, saveManifest },
    nodes,
    undecided: (name, paths) => {
      const node = planned.get(name)
      return node === undefined ? [] : undecidedPaths(paths, node, plan.dataRules ?? [])
    },
    signal,
  })
  world.onClose(() => drains.close())
  const directory = runDirectory(context, run.id)
  const memory = createReadMemory()
  return {
    ...base,
    drains,
    ...emptyNodePort({ cluster, drains }),
    snapshots: runSnapshots(context, { cluster, directory, signal }),
    heartbeats: nodeHeartbeats(base),
    runNodes: { all: nodes, away: world.nodesAway ?? (() => []) },
    clusterNow: sharedLooks(() => clusterNow(cluster, signal, memory)),
  }
}

/** In the place of a cluster for a plan that has none: its steps say so. */
function noCluster(): Cluster {
  return new Proxy({} as Cluster, {
    get() {
      throw new StepError('config', 'the plan is of no cluster, and its steps need one', {
        code: 'NO_CLUSTER',
      })
    },
  })
}
