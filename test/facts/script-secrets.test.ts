import { describe, expect, it } from 'vitest'
import { planCollection, scriptOf } from '../../src/facts/script.ts'
import { canariesIn } from '../support/canaries.ts'
import { runInCanaryRoot } from '../support/canary-root.ts'
import { serviceCollectors } from '../support/service-collectors.ts'

/** What the scripts of these collectors open or could stumble over, beside the files that all are read in one pass. */
const files = [
  '/var/lib/kubelet/config.yaml',
  '/var/lib/kubelet/config.json',
  '/var/lib/kubelet/pki/kubelet-client-current.pem',
  '/var/lib/kubelet/pki/kubelet.crt',
  '/var/lib/kubelet/pki/kubelet.key',
  '/etc/kubernetes/pki/apiserver.crt',
  '/etc/kubernetes/pki/apiserver.key',
  '/etc/kubernetes/pki/etcd/server.crt',
  '/etc/ssl/etcd/ssl/node.pem',
  '/etc/ssl/etcd/ssl/node-key.pem',
  '/etc/kubernetes/admin.conf',
  '/etc/kubernetes/kubelet.conf',
  '/etc/kubernetes/manifests/etcd.yaml',
  '/etc/etcd/etcd.conf',
  '/etc/etcd.env',
  '/etc/cloud/cloud.cfg',
  '/etc/cloud/cloud.cfg.d/90_user.cfg',
  '/etc/environment',
  '/etc/profile.d/proxy.sh',
  '/etc/passwd',
  '/etc/shadow',
  '/etc/sudoers',
  '/root/.ssh/authorized_keys',
  '/root/.ssh/id_rsa',
  '/root/.kube/config',
  '/root/.docker/config.json',
] as const

describe('scripts on a host whose every file holds secrets', () => {
  const scriptsOnly = serviceCollectors.map((collector) => ({ ...collector, files: [] }))
  const plan = planCollection(scriptsOnly, 'full')
  const script = scriptOf(plan, { set: 'full', nonce: '0123456789abcdef0123456789abcdef' })
  const { stdout, planted } = runInCanaryRoot(script, files)
  const sent = new TextDecoder().decode(stdout)

  it('send none of them', () => {
    expect(planted).toHaveLength(files.length)
    expect(canariesIn(sent)).toEqual([])
  })

  it('did look at the planted files', () => {
    expect(sent).toContain('\u001ekubelet config /var/lib/kubelet/config.yaml')
    expect(sent).toContain('\u001ecertificate /var/lib/kubelet/pki/kubelet-client-current.pem')
    expect(sent).toContain('/etc/kubernetes/admin.conf')
  })
})
