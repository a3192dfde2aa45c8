import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { bin } from '../support/osferry.ts'
import { generatedReader, type ClusterSize } from './generated-cluster.ts'
import { serveReader } from './generated-server.ts'
import { measure, printTable, ratio } from './measure.ts'

/**
 * The built program takes a snapshot of 5,000 nodes, 100,000 pods and 200,000 ReplicaSets, against JSON.parse of the same
 * answers. The objects are those of a real server under other names, made page by page and served over HTTP.
 * `node test/bench/snapshot.ts [nodes]`. To reach: below 1 GiB.
 */
const nodes = Number(process.argv[2] ?? 5000)
const size: ClusterSize = { nodes, podsPerNode: 20, replicas: 5, revisions: 10 }
const cwd = fs.mkdtempSync(path.join(os.tmpdir(), 'osferry-snapshot-'))
const server = await serveReader(generatedReader(size))
fs.writeFileSync(
  path.join(cwd, 'config'),
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'bench',
    contexts: [{ name: 'bench', context: { cluster: 'bench', user: 'bench' } }],
    clusters: [{ name: 'bench', cluster: { server: server.url } }],
    users: [{ name: 'bench', user: {} }],
  }),
  { mode: 0o600 },
)
const hosts = Array.from({ length: nodes }, (_, index) => `  - { name: node-${index} }\n`)
fs.writeFileSync(path.join(cwd, 'inventory.yaml'), `schema: inventory/v1\nhosts:\n${hosts.join('')}`)
const snapshot = [process.execPath, bin, 'cluster', 'snapshot', '--kubeconfig', 'config']
const parseOnly = `
const get = async (path) => {
  let next = ''
  do {
    const found = await (await fetch('${server.url}' + path + '?limit=500&continue=' + next)).json()
    next = encodeURIComponent(found.metadata.continue ?? '')
  } while (next !== '')
}
for (const path of ['/api/v1/nodes', '/api/v1/pods', '/apis/apps/v1/replicasets', '/apis/apps/v1/deployments']) await get(path)
`
const env = { HOME: cwd }
const runs = [
  [
    'JSON.parse alone',
    await measure([process.execPath, '--input-type=module', '-e', parseOnly], { cwd, env }),
  ],
  ['snapshot', await measure(snapshot, { cwd, env })],
  [
    'snapshot -o json',
    await measure(['sh', '-c', `"$@" -o json > out.json`, 'sh', ...snapshot], { cwd, env }),
  ],
  [
    'snapshot -o yaml',
    await measure(['sh', '-c', `"$@" -o yaml > out.yaml`, 'sh', ...snapshot], { cwd, env }),
  ],
] as const
const base = runs[0][1]
printTable([
  ['what', 'wall s', 'CPU s', 'peak MiB', 'exit', 'x JSON.parse (CPU)'],
  ...runs.map(([name, run]) => [
    name,
    (run.wallMs / 1000).toFixed(1),
    (run.cpuMs / 1000).toFixed(1),
    run.peakMiB.toFixed(0),
    String(run.exitCode),
    ratio(run.cpuMs, base.cpuMs),
  ]),
])
const bytes = fs.statSync(path.join(cwd, '.osferry', 'cluster.ndjson')).size
console.log(runs[1][1].stdout)
console.log(`file ${(bytes / 2 ** 20).toFixed(0)} MiB`)
await server.close()
fs.rmSync(cwd, { recursive: true })
