import { existsSync } from 'node:fs'
import { createClusterIndex, indexedLists, indexRecord } from '../assess/cluster-index.ts'
import { nodeViews, type NodeViews } from '../assess/node-views.ts'
import { openClusterFile, type ClusterFileReader, type ClusterFrame } from '../inventory/cluster-file.ts'
import type { AssessedCluster } from '../model/assessment.ts'
import { clusterListNames } from '../model/cluster.ts'
import type { NodeInput } from '../model/node-view.ts'
import type { Text } from '../model/text.ts'
import type { CommandContext } from './context.ts'
import { clusterPath } from './state-paths.ts'

/** The snapshot that an assessment rests on. */
export interface ClusterForAssess {
  told: AssessedCluster
  nodeOf(host: string): NodeInput
}

/** Pods move all the time: what was fine a day ago need not be so now. */
export const staleAfterMs = 86_400_000

/** Reads the snapshot: the named file, or the saved one if there is one. Null when the cluster was not looked at. */
export async function clusterForAssess(
  context: CommandContext,
  path: string | undefined,
): Promise<ClusterForAssess | null> {
  const saved = clusterPath(context)
  if (path === undefined && !existsSync(saved)) return null
  const file = await openClusterFile(path ?? saved)
  try {
    const { views } = await indexSnapshot(file, context.signal)
    return { told: toldOf(file, context.clock.now()), nodeOf: inputs(file, views, context.clock.now()) }
  } finally {
    await file.close()
  }
}

/** The nodes of a snapshot, their names in order; what is kept of it is a part of the file. */
export async function indexSnapshot(
  file: ClusterFileReader,
  signal: AbortSignal,
): Promise<{ names: string[]; views: NodeViews }> {
  const index = createClusterIndex()
  for await (const { list, record } of file.recordsOf(indexedLists)) {
    signal.throwIfAborted()
    indexRecord(index, list, record)
  }
  return { names: [...index.nodes.keys()].sort(), views: nodeViews(index, file.head.version) }
}

/** What a node's checks are shown, beside its view. */
export function matchedInput(
  { head, end }: ClusterFrame,
  now: string,
): Omit<Extract<NodeInput, { status: 'matched' }>, 'view'> {
  return {
    status: 'matched',
    takenAt: head.createdAt,
    gaps: end.gaps,
    unread: clusterListNames.filter((list) => end.counts[list] === null),
    stale: Date.parse(now) - Date.parse(head.createdAt) > staleAfterMs,
  }
}

function toldOf(frame: ClusterFrame, now: string): AssessedCluster {
  const { context, server, version, createdAt } = frame.head
  const { counts, hosts, gaps } = frame.end
  const { stale } = matchedInput(frame, now)
  const matched = hosts?.matches.length ?? null
  return { context, server, version, createdAt, nodes: counts.nodes, matched, stale, gaps }
}

function inputs(frame: ClusterFrame, views: NodeViews, now: string): ClusterForAssess['nodeOf'] {
  const { hosts, counts } = frame.end
  const nodes = new Map(hosts?.matches.map(({ host, node }) => [host, node]))
  const reasons = new Map(
    hosts?.findings.flatMap((finding) => finding.hosts.map((host) => [host, finding.here] as const)),
  )
  const shared = matchedInput(frame, now)
  const otherwise = counts.nodes === null ? nodesUnread : hosts === null ? notCompared : notNamed
  return (host) => {
    const node = nodes.get(host)
    const view = node === undefined ? undefined : views(node)
    if (view !== undefined) return { ...shared, view }
    return { status: 'unmatched', reason: reasons.get(host) ?? otherwise }
  }
}

const nodesUnread: Text = {
  en: 'The snapshot of the cluster has no nodes: they could not be read.',
  zh: '集群快照中没有节点：无法读取节点列表。',
}
const notCompared: Text = {
  en: 'The snapshot of the cluster was taken without inventory and facts, so it does not say which node this host is.',
  zh: '采集集群快照时没有主机清单和主机信息，因此不知道本主机对应哪个节点。',
}
const notNamed: Text = {
  en: 'The snapshot of the cluster does not say which node this host is; take it again.',
  zh: '集群快照未说明本主机对应哪个节点，请重新采集。',
}
