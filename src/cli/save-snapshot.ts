import { takeSnapshot } from '../cluster/snapshot.ts'
import { ensureStateDirectory } from '../inventory/atomic-file.ts'
import { createClusterFile } from '../inventory/cluster-file.ts'
import type { ClusterEnd } from '../model/cluster.ts'
import { matchHosts } from '../model/match-hosts.ts'
import type { ClusterReader } from '../model/ports.ts'
import type { hostIdentities } from './cluster-hosts.ts'
import type { CommandContext } from './context.ts'

export interface SnapshotPlace {
  path: string
  /** As the document says it. */
  createdAt: string
  /** Hosts that are matched with nodes; null = none are known. */
  hosts: Awaited<ReturnType<typeof hostIdentities>>
  /** By default that of the command. */
  signal?: AbortSignal
  /** Told after each kind of object, with how many there were. */
  onKind?: (resource: string, objects: number) => void
}

/** Takes the snapshot into a file, which appears when it is whole. */
export async function saveSnapshot(
  context: CommandContext,
  reader: ClusterReader,
  { path, createdAt, hosts, signal = context.signal, onKind: tell }: SnapshotPlace,
): Promise<ClusterEnd> {
  const { log, version } = context
  const serverVersion = await reader.version(signal)
  log.info('cluster', { context: reader.context, server: reader.server, version: serverVersion })
  ensureStateDirectory(context.settings.required('state'))
  const file = await createClusterFile(path, {
    schema: 'cluster/v1',
    tool: { name: 'osferry', version },
    createdAt,
    context: reader.context,
    server: reader.server,
    version: serverVersion,
  })
  try {
    const onKind = (resource: string, objects: number): void => {
      log.debug('listed', { resource, objects })
      tell?.(resource, objects)
    }
    const { counts, gaps, summary, nodes } = await takeSnapshot(reader, { signal, sink: file, onKind })
    for (const { resource, reason, message } of gaps) log.warn(message, { resource, reason })
    const end: ClusterEnd = {
      counts,
      gaps,
      summary,
      hosts: hosts === null || counts.nodes === null ? null : matchHosts(hosts, nodes),
    }
    await file.end(end)
    log.info('snapshot saved', { path, ...counts, gaps: gaps.length })
    return end
  } catch (error) {
    await file.abandon()
    throw error
  }
}
