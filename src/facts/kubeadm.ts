import type { CollectorInput, FactWithNote } from '../model/collector.ts'
import { defineCollector, FactGap } from '../model/collector.ts'
import type { Kubeadm } from '../model/facts-container.ts'
import { distinct, linesOf, namesOf } from './marked.ts'
import type { NodeParts } from './node-answer.ts'
import { certificatesOf, hasProgram, nodeParts, versionOf } from './node-answer.ts'
import { looksAround, processesOf, unitPaths, unitsHere } from './node-marks.ts'
import { nodeScript } from './node-script.ts'

/** kubeadm's directory of static pods, and those of distributions that bring their kubelet with them. */
const podDirectories = [
  '/etc/kubernetes/manifests',
  '/var/lib/rancher/k3s/agent/pod-manifests',
  '/var/lib/rancher/rke2/agent/pod-manifests',
] as const
const marks = [
  '/etc/kubernetes/*.conf',
  '/etc/kubernetes/pki/ca.crt',
  '/etc/kubernetes/pki/ca.key',
  '/var/lib/kubelet/kubeadm-flags.env',
  '/var/lib/kubelet/config.yaml',
  '/root/.kube/config',
] as const

/** Units and directories that say what a node is that kubeadm did not make; the first row that fits counts. */
const roles = [
  { role: 'control-plane', unit: 'kube-apiserver.service', directory: null },
  { role: 'control-plane', unit: 'k3s.service', directory: '/var/lib/rancher/k3s/server/tls' },
  { role: 'control-plane', unit: 'rke2-server.service', directory: '/var/lib/rancher/rke2/server/tls' },
  { role: 'worker', unit: 'k3s-agent.service', directory: null },
  { role: 'worker', unit: 'rke2-agent.service', directory: null },
] as const

/** The static pods of a kubelet that runs are those of its own directory, which the script lists. */
const kubeletPods = 'static pods '

/** kubeadm's traces: which files exist (kubeconfigs and keys are never read), static pods, certificates' expiry. */
export const kubeadm = defineCollector({
  fact: 'kubeadm',
  set: 'full',
  command: 'ls /etc/kubernetes /etc/kubernetes/manifests; kubeadm certs check-expiration; kubeadm version',
  timeoutMs: 30_000,
  script: nodeScript,
  paths: [
    ...podDirectories.map((directory) => `${directory}/*`),
    ...marks,
    ...roles.flatMap(({ unit, directory }) => [
      ...unitPaths(unit),
      ...(directory === null ? [] : [directory]),
    ]),
    ...unitPaths('k3s*.service'),
  ],
  parse(input) {
    const parts = nodeParts(input.stdout)
    const files = marks.flatMap((pattern) => [...input.pathsMatching(pattern)])
    const foreign = foreignMarks(input, parts)
    const staticPods = staticPodsOf(input, parts)
    const role = roleOf(files, staticPods, foreign)
    if (role !== 'control-plane') refuseToGuess(input, parts, role)
    const value: Kubeadm = {
      installed: hasProgram(parts, 'kubeadm'),
      version: versionOf(parts, 'kubeadm'),
      role,
      files: distinct([...files, ...foreign.map(({ mark }) => mark)]),
      staticPods,
      staticPodDirectories: distinct([
        ...podDirectories.filter(
          (directory, index) => (index === 0 || looksAround(parts)) && !input.hidden(`${directory}/*`),
        ),
        ...namesOf(parts, kubeletPods).filter((path) => path.startsWith('/')),
      ]),
      certificates: kubeadmCertificates(input, parts),
      kubectlVersion: versionOf(parts, 'kubectl'),
    }
    return withNotes(value, parts)
  },
})

function withNotes(value: Kubeadm, parts: NodeParts): Kubeadm | FactWithNote<Kubeadm> {
  const [firstLeftOut] = namesOf(parts, 'certificates cut ')
  const notes = [
    ...(firstLeftOut === undefined
      ? []
      : [`too many certificates: from ${firstLeftOut} on they were not read`]),
    ...(parts.has('static pods cut') ? ['too many static pods: some were not listed'] : []),
  ]
  return notes.length === 0 ? value : { value, degraded: notes.join('; ') }
}

interface ForeignMark {
  role: NonNullable<Kubeadm['role']>
  mark: string
}

/** What is here of a control plane or worker that is not kubeadm's, and what it says. */
function foreignMarks(input: CollectorInput, parts: NodeParts): ForeignMark[] {
  return roles.flatMap(({ role, unit, directory }) => {
    const found = [
      ...unitsHere(input, parts, unit),
      ...(directory !== null && input.paths.has(directory) ? [directory] : []),
    ]
    return found.map((mark) => ({ role, mark }))
  })
}

/** The kubelet takes every file that does not begin with a dot (pkg/kubelet/config/file.go); copies are left out here. */
function staticPodsOf(input: CollectorInput, parts: NodeParts): string[] {
  const listed = namesOf(parts, kubeletPods).flatMap((path) => linesOf(parts, `${kubeletPods}${path}`))
  const found = podDirectories
    .flatMap((directory) => input.pathsMatching(`${directory}/*`))
    .filter((path) => /\.(?:ya?ml|json|manifest)$/.test(path))
  const known = listed.filter((path) => !/(?:\.bak|\.orig|~)$/.test(path))
  return distinct([...found, ...known]).sort()
}

function roleOf(
  files: readonly string[],
  staticPods: readonly string[],
  foreign: readonly ForeignMark[],
): Kubeadm['role'] {
  if (staticPods.some((path) => /\/kube-apiserver\./.test(path))) return 'control-plane'
  if (foreign[0]?.role === 'control-plane') return 'control-plane'
  return files.includes('/etc/kubernetes/kubelet.conf') ? 'worker' : (foreign[0]?.role ?? null)
}

/** "No control plane" is only said where one would have been seen. */
function refuseToGuess(input: CollectorInput, parts: NodeParts, role: Kubeadm['role']): void {
  const hidden = ['/etc/kubernetes/manifests/*', '/etc/kubernetes/*.conf'].find((path) => input.hidden(path))
  if (hidden !== undefined) {
    throw new FactGap('permission-denied', `not allowed to see ${hidden}: the role of the node is not known`)
  }
  const [denied] = namesOf(parts, 'pods denied ')
  if (denied !== undefined) {
    throw new FactGap(
      'permission-denied',
      `not allowed to see the static pods in ${denied}: the role of the node is not known`,
    )
  }
  if (role !== null) return
  if (processesOf(parts).has('kube-apiserver')) {
    throw new FactGap('failed', 'a kube-apiserver runs here, but not as a unit or static pod that is known')
  }
  const [other] = unitsHere(input, parts, 'k3s*.service')
  if (other !== undefined) {
    throw new FactGap('failed', `${other} is set up: whether it is a server or an agent is not known`)
  }
}

/** Also null without root on a control plane: its directories hide what is in them. */
function kubeadmCertificates(input: CollectorInput, parts: NodeParts): Kubeadm['certificates'] {
  const found = certificatesOf(parts, [
    '/etc/kubernetes/',
    '/etc/etcd/',
    '/etc/ssl/etcd/',
    '/var/lib/rancher/k3s/server/',
    '/var/lib/rancher/rke2/server/',
  ])
  const expected = podDirectories.some((directory) => input.pathsMatching(`${directory}/*`).length > 0)
  return found?.length === 0 && expected && input.privilege === 'user' ? null : found
}
