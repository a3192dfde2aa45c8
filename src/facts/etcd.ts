import { defineCollector } from '../model/collector.ts'
import type { Etcd } from '../model/facts-container.ts'
import { linesOf, namesOf, wholeNumber } from './marked.ts'
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
    const managedBy = isStaticPod ? 'static-pod' : isUnit ? 'systemd' : hasData ? 'unknown' : null
    const size = linesOf(parts, `etcd data ${dataDir ?? ''}`)[0]?.split(/\s+/)[0]
    const value: Etcd = {
      present,
      dataDir: dataDir ?? (input.paths.has('/var/lib/etcd/member') ? '/var/lib/etcd' : null),
      managedBy: present || isUnit ? managedBy : null,
      sizeKiB: wholeNumber(size),
    }
    if (input.privilege !== 'user' || hasData || !input.paths.has('/var/lib/etcd')) return value
    return { value, degraded: 'read without root: /var/lib/etcd may hold data that was not seen' }
  },
})
