import { defineCollector, FactGap } from '../model/collector.ts'
import type { CollectorInput } from '../model/collector.ts'
import type { Etcd } from '../model/facts-container.ts'
import { linesOf, namesOf, wholeNumber } from './marked.ts'
import type { NodeParts } from './node-answer.ts'
import { nodeParts } from './node-answer.ts'
import { processesOf, unitPaths, unitsHere } from './node-marks.ts'
import { nodeScript } from './node-script.ts'

const manifests = [
  '/etc/kubernetes/manifests/etcd.y*ml',
  '/var/lib/rancher/rke2/agent/pod-manifests/etcd.y*ml',
] as const
const unit = 'etcd.service'
/** Units whose program holds the state of the cluster itself: k3s in etcd or SQLite, RKE2 in etcd. */
const servers = ['k3s.service', 'rke2-server.service'] as const
const members = [
  '/var/lib/etcd/member',
  '/var/lib/rancher/k3s/server/db/etcd/member',
  '/var/lib/rancher/rke2/server/db/etcd/member',
] as const
const databases = [
  '/var/lib/rancher/k3s/server/db/state.db',
  '/var/lib/rancher/rke2/server/db/state.db',
] as const

/** Whether a member of etcd, or what stands in for it, keeps its data here, where, how much, and who starts it. */
export const etcd = defineCollector({
  fact: 'etcd',
  set: 'full',
  command: 'ls /etc/kubernetes/manifests/etcd.yaml; du -sk /var/lib/etcd /var/lib/rancher/*/server/db',
  timeoutMs: 30_000,
  script: nodeScript,
  paths: [
    ...manifests,
    ...[unit, ...servers].flatMap((name) => unitPaths(name)),
    ...members,
    ...databases,
    '/var/lib/etcd',
  ],
  parse(input) {
    const parts = nodeParts(input.stdout)
    const dataDir = namesOf(parts, 'etcd data ')[0] ?? dataOnDisk(input)
    const isStaticPod = manifests.some((path) => input.pathsMatching(path).length > 0)
    const isUnit = unitsHere(input, parts, unit).length > 0
    const holders = servers.filter((name) => unitsHere(input, parts, name).length > 0)
    const present = isStaticPod || dataDir !== null
    if (!present) refuseToGuess(input, parts, [...(isUnit ? [unit] : []), ...holders])
    const isBuiltIn = dataDir?.startsWith('/var/lib/rancher/k3s/') === true
    const managedBy = isStaticPod
      ? 'static-pod'
      : isUnit || (isBuiltIn && holders.length > 0)
        ? 'systemd'
        : present
          ? 'unknown'
          : null
    const size = linesOf(parts, `etcd data ${dataDir ?? ''}`)[0]?.split(/\s+/)[0]
    const value: Etcd = { present, dataDir, managedBy, sizeKiB: wholeNumber(size) }
    return value
  },
})

/** What the paths alone show; the directory above `member`, or the file of the database. */
function dataOnDisk(input: CollectorInput): string | null {
  const found = [...members, ...databases].find((path) => input.paths.has(path))
  return found?.replace(/\/member$/, '') ?? null
}

/** "No member here" is only said where one would have been seen. */
function refuseToGuess(input: CollectorInput, parts: NodeParts, units: readonly string[]): void {
  const hidden = [
    ...namesOf(parts, 'etcd hidden '),
    ...[...manifests, ...members, ...databases].filter((path) => input.hidden(path)),
  ][0]
  if (hidden !== undefined) {
    throw new FactGap('permission-denied', `not allowed to see ${hidden}: it may hold the data of a member`)
  }
  const searched = namesOf(parts, 'etcd searched ')[0] ?? '/var/lib/etcd'
  const [first] = units
  if (first === unit) {
    throw new FactGap('failed', `etcd.service is installed, but there is no data of a member in ${searched}`)
  }
  if (first !== undefined) {
    throw new FactGap(
      'failed',
      `${first} is installed, but the state of its cluster is not below /var/lib/rancher: it may lie elsewhere`,
    )
  }
  if (processesOf(parts).has('etcd')) {
    throw new FactGap('failed', `an etcd runs here, but there is no data of a member in ${searched}`)
  }
}
