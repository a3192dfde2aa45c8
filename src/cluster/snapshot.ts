import { clusterListNames } from '../model/cluster.ts'
import type { ClusterCounts, ClusterGap, ClusterList, ClusterSummary } from '../model/cluster.ts'
import { MigrationError } from '../model/errors.ts'
import type { ErrorCode } from '../model/errors.ts'
import type { NodeIdentity } from '../model/match-hosts.ts'
import type { ClusterReader } from '../model/ports.ts'
import {
  customResources,
  mutatingWebhooks,
  priorityClasses,
  runtimeClasses,
  validatingWebhooks,
} from './apis.ts'
import { leases, nodes } from './nodes.ts'
import { budgets, podsOwnedBy } from './pods.ts'
import { readServices } from './snapshot-services.ts'
import { streamKind } from './snapshot-run.ts'
import type { SnapshotOptions, SnapshotRun } from './snapshot-run.ts'
import { readWorkloads, writeWorkloads } from './snapshot-workloads.ts'
import { attachments, claims, csiDrivers, storageClasses, volumes } from './storage.ts'

/** What is known when all lists have gone by. */
export interface SnapshotResult {
  counts: ClusterCounts
  gaps: ClusterGap[]
  summary: ClusterSummary
  nodes: readonly NodeIdentity[]
}

/** Kinds of which nothing is kept but the records, in the order of the document's lists. */
const otherKinds = [
  volumes,
  claims,
  storageClasses,
  attachments,
  csiDrivers,
  runtimeClasses,
  priorityClasses,
  customResources,
  validatingWebhooks,
  mutatingWebhooks,
] as const

/**
 * Reads a cluster, list by list, into the sink; only reads, and of Secrets and ConfigMaps nothing. The lists are not of one
 * moment: each is what the server had when it was read. Throws when no list at all could be read.
 */
export async function takeSnapshot(reader: ClusterReader, options: SnapshotOptions): Promise<SnapshotResult> {
  const run: SnapshotRun = { ...options, reader, gaps: [], counts: new Map() }
  const ofNodes = await streamKind(run, nodes)
  const { owners, workloads } = await readWorkloads(run)
  const ofPods = await streamKind(run, podsOwnedBy(owners))
  await writeWorkloads(run, workloads, ofPods)
  const ofBudgets = await streamKind(run, budgets)
  for (const kind of otherKinds) await streamKind<ClusterList>(run, kind)
  await readServices(run)
  await streamKind(run, leases)
  if (run.counts.size === 0) throw nothingRead(run)
  const { counts, gaps } = run
  return {
    counts: Object.fromEntries(
      clusterListNames.map((list) => [list, counts.get(list) ?? null]),
    ) as ClusterCounts,
    gaps,
    summary: {
      nodes: counts.has('nodes') ? ofNodes.readiness : null,
      pods: counts.has('pods') ? ofPods.phases : null,
      blockingBudgets: counts.has('budgets') ? ofBudgets.blockingBudgets : null,
    },
    nodes: ofNodes.nodes,
  }
}

/** One gap stands for all: they have the same cause. */
function nothingRead({ reader, gaps }: SnapshotRun): MigrationError {
  const first = gaps.find(({ reason }) => reason === 'forbidden') ?? gaps[0]
  const code: ErrorCode = first?.reason === 'forbidden' ? 'CLUSTER_FORBIDDEN' : 'CLUSTER_ANSWER_INVALID'
  return new MigrationError(code, `nothing could be read from ${reader.server}: ${first?.message ?? ''}`, {
    hint:
      code === 'CLUSTER_FORBIDDEN'
        ? 'grant the rights of docs/cluster-role.yaml; osferry doctor --cluster lists those that are missing'
        : 'is this a Kubernetes API server? Look at the server in the kubeconfig',
  })
}
