import type { ClusterNode } from '../model/cluster-nodes.ts'
import type { ClusterBudget } from '../model/cluster-pods.ts'
import type { PersistentVolume } from '../model/cluster-storage.ts'
import type { ClusterWorkload } from '../model/cluster-workloads.ts'
import type { ClusterGap } from '../model/cluster.ts'
import type { ClusterReader } from '../model/ports.ts'
import { memorySink } from './memory-sink.ts'
import { nodes } from './nodes.ts'
import { budgets } from './pods.ts'
import { streamKind, type SnapshotRun } from './snapshot-run.ts'
import { readWorkloads } from './snapshot-workloads.ts'
import { volumes } from './storage.ts'
import { workloadResources } from './workloads.ts'

/** The lists of a cluster on which plans rest, as they are now. */
export interface PlanLists {
  nodes: ClusterNode[]
  budgets: ClusterBudget[]
  /** Without Jobs and CronJobs, and without digests of images. */
  workloads: readonly ClusterWorkload[]
  volumes: PersistentVolume[]
  gaps: readonly ClusterGap[]
}

const kept = ['nodes', 'budgets', 'volumes'] as const
const lasting = workloadResources.filter(({ kind }) => kind !== 'Job' && kind !== 'CronJob')

/** Reads them as a snapshot does, and no pod. */
export async function readPlanLists(reader: ClusterReader, signal: AbortSignal): Promise<PlanLists> {
  const held = {
    nodes: [] as ClusterNode[],
    budgets: [] as ClusterBudget[],
    volumes: [] as PersistentVolume[],
  }
  const sink = memorySink((list, record) => {
    const name = kept.find((one) => one === list)
    if (name === undefined) return undefined
    held[name].push(record as never)
    return held[name]
  })
  const run: SnapshotRun = { reader, signal, sink, gaps: [], counts: new Map() }
  await streamKind(run, nodes)
  const { workloads } = await readWorkloads(run, lasting)
  await streamKind(run, budgets)
  await streamKind(run, volumes)
  return { ...held, workloads, gaps: run.gaps }
}
