import type { CollectorInput } from '../model/collector.ts'
import { defineCollector, FactGap } from '../model/collector.ts'
import type { Kubeadm } from '../model/facts-container.ts'
import type { NodeParts } from './node-answer.ts'
import { certificatesOf, hasProgram, nodeParts, versionOf } from './node-answer.ts'
import { nodeScript } from './node-script.ts'

const manifests = '/etc/kubernetes/manifests/*'
const marks = [
  '/etc/kubernetes/*.conf',
  '/etc/kubernetes/pki/ca.crt',
  '/etc/kubernetes/pki/ca.key',
  '/var/lib/kubelet/kubeadm-flags.env',
  '/var/lib/kubelet/config.yaml',
  '/root/.kube/config',
] as const

/** kubeadm's traces: which files exist (kubeconfigs and keys are never read), static pods, certificates' expiry. */
export const kubeadm = defineCollector({
  fact: 'kubeadm',
  set: 'full',
  command: 'ls /etc/kubernetes /etc/kubernetes/manifests; kubeadm certs check-expiration; kubeadm version',
  timeoutMs: 30_000,
  script: nodeScript,
  paths: [manifests, ...marks],
  parse(input) {
    const parts = nodeParts(input.stdout)
    const files = marks.flatMap((pattern) => [...input.pathsMatching(pattern)])
    const staticPods = input.pathsMatching(manifests).filter((path) => /\.(?:ya?ml|json)$/.test(path))
    const role = roleOf(files, staticPods)
    const hidden = [manifests, '/etc/kubernetes/*.conf'].find((path) => input.hidden(path))
    if (role !== 'control-plane' && hidden !== undefined) {
      throw new FactGap(
        'permission-denied',
        `not allowed to see ${hidden}: the role of the node is not known`,
      )
    }
    const value: Kubeadm = {
      installed: hasProgram(parts, 'kubeadm'),
      version: versionOf(parts, 'kubeadm'),
      role,
      files,
      staticPods: [...staticPods],
      certificates: kubeadmCertificates(input, parts),
      kubectlVersion: versionOf(parts, 'kubectl'),
    }
    return value
  },
})

function roleOf(files: readonly string[], staticPods: readonly string[]): Kubeadm['role'] {
  if (staticPods.some((path) => /\/kube-apiserver\./.test(path))) return 'control-plane'
  return files.includes('/etc/kubernetes/kubelet.conf') ? 'worker' : null
}

/** Also null without root on a control plane: its directories hide what is in them. */
function kubeadmCertificates(input: CollectorInput, parts: NodeParts): Kubeadm['certificates'] {
  const found = certificatesOf(parts, ['/etc/kubernetes/', '/etc/etcd/', '/etc/ssl/etcd/'])
  const expected = input.pathsMatching(manifests).length > 0
  return found?.length === 0 && expected && input.privilege === 'user' ? null : found
}
