import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { takeSnapshot } from '../../../src/cluster/snapshot.ts'
import { createClusterFile, openClusterFile } from '../../../src/inventory/cluster-file.ts'
import type { ClusterEnd, ClusterList, ClusterRecord } from '../../../src/model/cluster.ts'
import { clusterListNames } from '../../../src/model/cluster.ts'
import { matchHosts } from '../../../src/model/match-hosts.ts'
import type { HostIdentity } from '../../../src/model/match-hosts.ts'
import type { ClusterReader } from '../../../src/model/ports.ts'
import { tempDirectory } from '../../inventory/temp.ts'

export interface SavedSnapshot {
  path: string
  text: string
  end: ClusterEnd
  lists: { [L in ClusterList]: ClusterRecord<L>[] }
}

/** Takes a snapshot into a real file, and reads it back, every record checked. */
export async function savedSnapshot(
  reader: ClusterReader,
  hosts: readonly HostIdentity[] | null = null,
): Promise<SavedSnapshot> {
  const path = join(await tempDirectory(), 'cluster.ndjson')
  const { signal } = new AbortController()
  const sink = await createClusterFile(path, {
    schema: 'cluster/v1',
    tool: { name: 'osferry', version: '0.0.0' },
    createdAt: '2026-11-21T10:00:00.000Z',
    context: reader.context,
    server: reader.server,
    version: await reader.version(signal),
  })
  try {
    const { nodes, ...known } = await takeSnapshot(reader, { signal, sink })
    await sink.end({ ...known, hosts: hosts === null ? null : matchHosts(hosts, nodes) })
  } catch (error) {
    await sink.abandon()
    throw error
  }
  const file = await openClusterFile(path)
  const lists: Record<string, unknown[]> = {}
  for (const list of clusterListNames) {
    const records: unknown[] = (lists[list] = [])
    for await (const record of file.records(list)) records.push(record)
  }
  await file.close()
  return { path, text: await readFile(path, 'utf8'), end: file.end, lists: lists as SavedSnapshot['lists'] }
}
