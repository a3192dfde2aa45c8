import { existsSync } from 'node:fs'
import { hash } from 'node:crypto'
import { createClusterIndex, indexedLists, indexRecord, type IndexedList } from '../assess/cluster-index.ts'
import { nodeViews, type NodeViews } from '../assess/node-views.ts'
import { openClusterFile } from '../inventory/cluster-file.ts'
import { canonicalJson } from '../model/canonical-json.ts'
import type { ClusterList, ClusterRecord } from '../model/cluster.ts'
import type { PlanInputs } from '../model/plan.ts'
import { clusterInputView } from '../plan/input-views.ts'
import { localVolumes } from '../plan/local-volumes.ts'
import type { WaveSnapshot } from '../plan/wave-request.ts'
import type { CommandContext } from './context.ts'
import { clusterPath } from './state-paths.ts'

/** What a plan takes from the snapshot. */
export interface PlanCluster {
  snapshot: WaveSnapshot
  input: NonNullable<PlanInputs['cluster']>
  /** The canonical JSON of which `input.sha256` is the digest. */
  view: string
  views: NodeViews
  volumesOf: ReturnType<typeof localVolumes>
  machineIdOf: (node: string) => string | null
  /** Node of a host; undefined when the snapshot does not say. */
  nodeOf: (host: string) => string | undefined
}

const lists = ['nodes', 'pods', 'workloads', 'budgets', 'volumes', 'claims'] as const
type Lists = { [L in (typeof lists)[number]]: ClusterRecord<L>[] }
const wanted = [...new Set<ClusterList>([...lists, ...indexedLists])]

/** Reads the snapshot: the named file, or the saved one; undefined when there is none. */
export async function planCluster(
  context: CommandContext,
  path: string | undefined,
): Promise<PlanCluster | undefined> {
  const saved = clusterPath(context)
  if (path === undefined && !existsSync(saved)) return undefined
  const file = await openClusterFile(path ?? saved)
  try {
    const { head, end } = file
    const read: Lists = { nodes: [], pods: [], workloads: [], budgets: [], volumes: [], claims: [] }
    const index = createClusterIndex()
    for await (const { list, record } of file.recordsOf(wanted)) {
      context.signal.throwIfAborted()
      if (isKept(list)) (read[list] as unknown[]).push(record)
      if ((indexedLists as readonly ClusterList[]).includes(list))
        indexRecord(index, list as IndexedList, record as ClusterRecord<IndexedList>)
    }
    const orNull = <L extends (typeof lists)[number]>(list: L): Lists[L] | null =>
      end.counts[list] === null ? null : read[list]
    const machineIds = new Map(
      read.nodes.map(({ name, info }) => [name, info.machineId?.toLowerCase() ?? null]),
    )
    const view = canonicalJson(clusterInputView(read))
    const nodes = new Map(end.hosts?.matches.map(({ host, node }) => [host, node]))
    return {
      snapshot: {
        nodes: orNull('nodes'),
        pods: orNull('pods'),
        budgets: orNull('budgets'),
        volumes: orNull('volumes'),
        claims: orNull('claims'),
        gaps: end.gaps,
      },
      input: {
        uid: null,
        context: head.context,
        server: head.server,
        createdAt: head.createdAt,
        sha256: sha256(view),
      },
      view,
      views: nodeViews(index, head.version),
      volumesOf: localVolumes(read),
      machineIdOf: (node) => machineIds.get(node) ?? null,
      nodeOf: (host) => nodes.get(host),
    }
  } finally {
    await file.close()
  }
}

/** Hex. */
export function sha256(text: string): string {
  return hash('sha256', text)
}

function isKept(list: ClusterList): list is (typeof lists)[number] {
  return (lists as readonly ClusterList[]).includes(list)
}
