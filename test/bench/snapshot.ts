import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { takeSnapshot } from '../../src/cluster/snapshot.ts'
import { createClusterFile } from '../../src/inventory/cluster-file.ts'
import { matchHosts } from '../../src/model/match-hosts.ts'
import { generatedReader, type ClusterSize } from './generated-cluster.ts'
import { printTable } from './measure.ts'

/**
 * Snapshots of clusters up to 5,000 nodes and 100,000 pods, each in this process: `node test/bench/snapshot.ts [nodes]`.
 * Run it once a size, as peak memory only grows. To reach: below 1 GiB. Making the objects and their JSON is part of what
 * is measured, so the truth is below.
 */
const nodes = Number(process.argv[2] ?? 5000)
const size: ClusterSize = { nodes, podsPerNode: 20, replicas: 5, revisions: 10 }
const reader = generatedReader(size)
const { signal } = new AbortController()

/** Reading alone, without a snapshot: what the generated server costs. */
async function floor(): Promise<number> {
  const started = process.cpuUsage()
  for (const [group, resource] of [
    ['', 'nodes'],
    ['', 'pods'],
    ['apps', 'replicasets'],
    ['apps', 'deployments'],
  ] as const)
    for await (const page of reader.pages({ group, resource, version: 'v1' }, { signal })) void page
  return cpuSince(started)
}

function cpuSince(started: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(started)
  return (user + system) / 1e6
}

const floorSeconds = await floor()
const floorPeak = process.resourceUsage().maxRSS / 1024
const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'osferry-snapshot-'))
const file = path.join(directory, 'cluster.ndjson')
const started = process.cpuUsage()
const wall = performance.now()
const sink = await createClusterFile(file, {
  schema: 'cluster/v1',
  tool: { name: 'osferry', version: '0.0.0' },
  createdAt: new Date().toISOString(),
  context: reader.context,
  server: reader.server,
  version: 'v1.20.2',
})
const { nodes: identities, ...known } = await takeSnapshot(reader, { signal, sink })
const hosts = identities.map(({ name }) => ({ name, machineId: null, addresses: [], names: [name] }))
const matching = matchHosts(hosts, identities)
await sink.end({ ...known, hosts: matching })
const seconds = cpuSince(started)
printTable([
  [
    'nodes',
    'pods',
    'ReplicaSets',
    'file MiB',
    'wall s',
    'CPU s',
    'x reading alone',
    'peak MiB',
    'reading alone',
  ],
  [
    String(known.counts.nodes),
    String(known.counts.pods),
    String((nodes * size.podsPerNode * size.revisions) / size.replicas),
    (fs.statSync(file).size / 2 ** 20).toFixed(0),
    ((performance.now() - wall) / 1000).toFixed(1),
    seconds.toFixed(1),
    (seconds / floorSeconds).toFixed(2),
    (process.resourceUsage().maxRSS / 1024).toFixed(0),
    floorPeak.toFixed(0),
  ],
])
console.log(`${matching.matches.length} hosts matched`)
fs.rmSync(directory, { recursive: true })
