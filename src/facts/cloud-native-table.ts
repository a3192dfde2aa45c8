import type { KnownSoftware } from './known-software.ts'

/**
 * Cloud-native systems and the marks that they leave on a node; sources are their installation documents
 * (kata-deploy, nydus-snapshotter, fluid, koordinator, cri-resource-manager, Dragonfly, sealer, SPDK).
 */
export const knownCloudNative: readonly KnownSoftware[] = [
  {
    id: 'kata',
    name: 'Kata Containers',
    packages: ['kata-runtime', 'kata-containers', 'kata-containers-static'],
    paths: [
      '/opt/kata',
      '/usr/bin/kata-runtime',
      '/usr/local/bin/containerd-shim-kata-v2',
      '/etc/kata-containers',
    ],
  },
  {
    id: 'confidential-containers',
    name: 'Confidential Containers',
    paths: ['/opt/confidential-containers', '/opt/sev/cert_chain.cert'],
  },
  {
    id: 'nydus',
    name: 'Nydus',
    packages: ['nydus-snapshotter', 'nydus'],
    units: ['nydus-snapshotter', 'nydusd'],
    paths: [
      '/run/containerd-nydus/containerd-nydus-grpc.sock',
      '/var/lib/containerd/io.containerd.snapshotter.v1.nydus',
      '/usr/local/bin/containerd-nydus-grpc',
      '/opt/nydus',
      '/etc/nydus',
    ],
  },
  {
    id: 'erofs-snapshotter',
    name: 'EROFS snapshotter',
    paths: ['/var/lib/containerd/io.containerd.snapshotter.v1.erofs'],
  },
  {
    id: 'stargz',
    name: 'stargz snapshotter',
    units: ['stargz-snapshotter'],
    paths: ['/var/lib/containerd-stargz-grpc', '/run/containerd-stargz-grpc'],
  },
  {
    id: 'overlaybd',
    name: 'OverlayBD',
    packages: ['overlaybd', 'overlaybd-snapshotter'],
    units: ['overlaybd-tcmu', 'overlaybd-snapshotter'],
    paths: ['/opt/overlaybd'],
  },
  {
    id: 'fluid',
    name: 'Fluid',
    paths: ['/var/lib/kubelet/csi-plugins/fuse.csi.fluid.io/csi.sock', '/runtime-mnt'],
  },
  {
    id: 'jindofs',
    name: 'JindoFS',
    units: ['jindo-fuse'],
    paths: ['/runtime-mnt/jindo', '/opt/jindofs', '/etc/jindofs'],
  },
  {
    id: 'spdk',
    name: 'SPDK',
    packages: ['spdk'],
    units: ['spdk', 'spdk_tgt', 'nvmf_tgt'],
    paths: ['/var/tmp/spdk.sock', '/opt/spdk', '/usr/local/bin/spdk_tgt'],
  },
  {
    id: 'sealer',
    name: 'sealer',
    paths: ['/var/lib/sealer', '/root/.sealer', '/usr/bin/sealer', '/usr/local/bin/sealer'],
  },
  {
    id: 'koordinator',
    name: 'Koordinator',
    units: ['koord-runtime-proxy'],
    paths: [
      '/var/run/koordlet',
      '/var/run/koord-runtimeproxy/runtimeproxy.sock',
      '/etc/runtime/hookserver.d',
    ],
  },
  {
    id: 'cri-resource-manager',
    name: 'CRI Resource Manager',
    packages: ['cri-resource-manager'],
    units: ['cri-resource-manager'],
    paths: ['/var/run/cri-resmgr/cri-resmgr.sock', '/etc/cri-resource-manager'],
  },
  {
    id: 'dragonfly',
    name: 'Dragonfly',
    packages: ['dragonfly-client', 'dragonfly-dfget'],
    units: ['dfdaemon'],
    paths: ['/var/lib/dragonfly', '/var/run/dragonfly', '/etc/dragonfly', '/opt/dragonfly'],
  },
  { id: 'open-local', name: 'open-local', paths: ['/var/lib/kubelet/plugins/local.csi.aliyun.com'] },
  {
    id: 'hybridnet',
    name: 'hybridnet',
    paths: [
      '/var/run/hybridnet',
      '/etc/cni/net.d/06-hybridnet.conflist',
      '/etc/cni/net.d/00-hybridnet.conflist',
    ],
  },
  { id: 'nri', name: 'Node Resource Interface plugins', paths: ['/opt/nri/plugins', '/etc/nri'] },
]
