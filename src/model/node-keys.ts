/** Labels, annotations and taints that programs keep up to date, and who; `*` at the end stands for any letters. */
interface KeyRow {
  pattern: string
  of: readonly ('label' | 'annotation' | 'taint')[]
  owner: string
  source: string
}

const wellKnown = 'https://kubernetes.io/docs/reference/labels-annotations-taints/'
const csiTopology = 'https://kubernetes-csi.github.io/docs/topology.html'

const rows: readonly KeyRow[] = [
  { pattern: 'kubernetes.io/hostname', of: ['label'], owner: 'kubelet', source: wellKnown },
  { pattern: 'kubernetes.io/os', of: ['label'], owner: 'kubelet', source: wellKnown },
  { pattern: 'kubernetes.io/arch', of: ['label'], owner: 'kubelet', source: wellKnown },
  { pattern: 'beta.kubernetes.io/*', of: ['label'], owner: 'kubelet', source: wellKnown },
  { pattern: 'topology.kubernetes.io/*', of: ['label'], owner: 'cloud', source: wellKnown },
  { pattern: 'failure-domain.beta.kubernetes.io/*', of: ['label'], owner: 'cloud', source: wellKnown },
  { pattern: 'node.kubernetes.io/instance-type', of: ['label'], owner: 'cloud', source: wellKnown },
  { pattern: 'node.kubernetes.io/windows-build', of: ['label'], owner: 'kubelet', source: wellKnown },
  { pattern: 'topology.gke.io/*', of: ['label'], owner: 'csi', source: csiTopology },
  { pattern: 'topology.ebs.csi.aws.com/*', of: ['label'], owner: 'csi', source: csiTopology },
  { pattern: 'topology.disk.csi.azure.com/*', of: ['label'], owner: 'csi', source: csiTopology },
  { pattern: 'topology.diskplugin.csi.alibabacloud.com/*', of: ['label'], owner: 'csi', source: csiTopology },
  { pattern: 'topology.rook.io/*', of: ['label'], owner: 'csi', source: csiTopology },
  { pattern: 'topology.topolvm.io/*', of: ['label'], owner: 'csi', source: csiTopology },
  { pattern: 'topology.cinder.csi.openstack.org/*', of: ['label'], owner: 'csi', source: csiTopology },
  { pattern: 'csi.volume.kubernetes.io/nodeid', of: ['annotation'], owner: 'csi', source: wellKnown },
  { pattern: 'volumes.kubernetes.io/*', of: ['annotation'], owner: 'kubelet', source: wellKnown },
  { pattern: 'node.alpha.kubernetes.io/ttl', of: ['annotation'], owner: 'controller', source: wellKnown },
  {
    pattern: 'alpha.kubernetes.io/provided-node-ip',
    of: ['annotation'],
    owner: 'kubelet',
    source: wellKnown,
  },
  {
    pattern: 'kubeadm.alpha.kubernetes.io/cri-socket',
    of: ['annotation'],
    owner: 'kubeadm',
    source: wellKnown,
  },
  {
    pattern: 'node.kubernetes.io/*',
    of: ['taint'],
    owner: 'controller',
    source: `${wellKnown}#node-kubernetes-io-not-ready`,
  },
  { pattern: 'node.cloudprovider.kubernetes.io/*', of: ['taint'], owner: 'cloud', source: wellKnown },
  {
    pattern: 'ToBeDeletedByClusterAutoscaler',
    of: ['taint'],
    owner: 'autoscaler',
    source: 'cluster-autoscaler FAQ',
  },
  {
    pattern: 'DeletionCandidateOfClusterAutoscaler',
    of: ['taint'],
    owner: 'autoscaler',
    source: 'cluster-autoscaler FAQ',
  },
  {
    pattern: 'karpenter.sh/*',
    of: ['taint'],
    owner: 'autoscaler',
    source: 'https://karpenter.sh/docs/concepts/disruption/',
  },
  {
    pattern: 'flannel.alpha.coreos.com/*',
    of: ['annotation'],
    owner: 'cni',
    source: 'flannel pkg/subnet/kube/annotations.go',
  },
  { pattern: 'projectcalico.org/*', of: ['annotation'], owner: 'cni', source: 'calico node/pkg/lifecycle' },
  { pattern: 'network.cilium.io/*', of: ['annotation'], owner: 'cni', source: 'cilium pkg/annotation' },
  {
    pattern: 'io.cilium.network.*',
    of: ['annotation'],
    owner: 'cni',
    source: 'cilium pkg/annotation, before 1.13',
  },
  {
    pattern: 'node.cilium.io/*',
    of: ['taint'],
    owner: 'cni',
    source: 'https://docs.cilium.io/en/stable/installation/taints/',
  },
  {
    pattern: 'k8s.ovn.org/*',
    of: ['annotation'],
    owner: 'cni',
    source: 'ovn-kubernetes go-controller/pkg/util/node_annotations.go',
  },
  {
    pattern: 'feature.node.kubernetes.io/*',
    of: ['label'],
    owner: 'nfd',
    source: 'https://nfd.sigs.k8s.io/usage/features',
  },
  {
    pattern: 'nfd.node.kubernetes.io/*',
    of: ['annotation'],
    owner: 'nfd',
    source: 'https://nfd.sigs.k8s.io/usage/features',
  },
  {
    pattern: 'osferry.io/*',
    of: ['label', 'annotation', 'taint'],
    owner: 'osferry',
    source: 'src/steps/cluster-cordon.ts',
  },
]

/** Who keeps a key up to date; undefined for keys of people. */
export function keyOwner(kind: 'label' | 'annotation' | 'taint', key: string): string | undefined {
  return rows.find(({ of, pattern }) => of.includes(kind) && matches(pattern, key))?.owner
}

function matches(pattern: string, key: string): boolean {
  return pattern.endsWith('*') ? key.startsWith(pattern.slice(0, -1)) : key === pattern
}
