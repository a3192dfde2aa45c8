import { defineCollector, FactGap } from '../model/collector.ts'
import type { CollectorInput } from '../model/collector.ts'
import type { Etcd } from '../model/facts-container.ts'
import { linesOf, namesOf, wholeNumber } from './marked.ts'
import type { NodeParts } from './node-answer.ts'
import { nodeParts } from './node-answer.ts'
import { nodeScript } from './node-script.ts'

const manifest = '/etc/kubernetes/manifests/etcd.y*ml'
const units = ['/usr/lib/systemd/system/etcd.service', '/etc/systemd/system/etcd.service'] as const

/** Whether a member of etcd keeps its data here, where, how much, and who starts it. */
export const etcd = defineCollector({
  fact: 'etcd',
  set: 'full',
  command: 'ls /etc/kubernetes/manifests/etcd.yaml; du -sk /var/lib/etcd',
  timeoutMs: 30_000,
  script: nodeScript,
  paths: [manifest, ...units, '/var/lib/etcd/member', '/var/lib/etcd'],
  parse(input) {
    const parts = nodeParts(input.stdout)
    const [dataDir] = namesOf(parts, 'etcd data ')
    const isStaticPod = input.pathsMatching(manifest).length > 0
    const isUnit = units.some((path) => input.paths.has(path))
    const hasData = dataDir !== undefined || input.paths.has('/var/lib/etcd/member')
    const present = isStaticPod || hasData
    if (!present) refuseToGuess(input, parts, isUnit)
    const managedBy = isStaticPod ? 'static-pod' : isUnit ? 'systemd' : hasData ? 'unknown' : null
    const size = linesOf(parts, `etcd data ${dataDir ?? ''}`)[0]?.split(/\s+/)[0]
    const value: Etcd = {
      present,
      dataDir: dataDir ?? (input.paths.has('/var/lib/etcd/member') ? '/var/lib/etcd' : null),
      managedBy,
      sizeKiB: wholeNumber(size),
    }
    return value
  },
})

/** "No member here" is only said where one would have been seen. */
function refuseToGuess(input: CollectorInput, parts: NodeParts, isUnit: boolean): void {
  const hidden = [
    ...namesOf(parts, 'etcd hidden '),
    ...[manifest, '/var/lib/etcd/member'].filter((path) => input.hidden(path)),
  ][0]
  if (hidden !== undefined) {
    throw new FactGap('permission-denied', `not allowed to see ${hidden}: it may hold the data of a member`)
  }
  if (!isUnit) return
  const searched = namesOf(parts, 'etcd searched ')[0] ?? '/var/lib/etcd'
  throw new FactGap('failed', `etcd.service is installed, but there is no data of a member in ${searched}`)
}
