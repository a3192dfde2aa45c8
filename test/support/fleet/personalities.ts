import { bootEntries, centosDirectories, centosFiles, centosLinks, type CentosOptions } from './centos.ts'
import { commandsOf, unitFiles, type HostAnswers } from './commands.ts'
import {
  centos,
  centosPackages,
  containerdPackages,
  dockerPackages,
  keys,
  kernelPackages,
  kubernetesPackages,
} from './installed-packages.ts'
import { containerdFiles, controlPlaneFiles, dockerFiles, kubeletFiles } from './kubernetes-files.ts'
import type { Personality } from './personality.ts'
import type { RpmPackage } from './rpm-package.ts'

const kernel85 = {
  release: '8.5.2111',
  kernel: '4.18.0-348.7.1.el8_5',
  kernelBuild: '#1 SMP Wed Dec 22 13:25:12 UTC 2021',
}
const kernel82 = {
  release: '8.2.2004',
  kernel: '4.18.0-193.28.1.el8_2',
  kernelBuild: '#1 SMP Thu Oct 22 00:20:22 UTC 2020',
}
const containerdEndpoint = 'unix:///run/containerd/containerd.sock'

interface Spec {
  name: string
  story: string
  labels: Readonly<Record<string, string>>
  centos: CentosOptions
  answers: HostAnswers
  files?: Readonly<Record<string, string>>
  links?: Readonly<Record<string, string>>
  directories?: readonly string[]
  deviceNodes?: Personality['deviceNodes']
  sockets?: readonly string[]
  certificates?: Personality['certificates']
  packages: readonly RpmPackage[]
}

/** The kinds of hosts of the test fleet; every kind has something that the others have not. */
export const personalities: readonly Personality[] = [
  personality({
    name: 'plain-worker',
    story: 'A healthy 8.5 worker with containerd: the host that should be ready.',
    labels: { role: 'worker', zone: 'a' },
    centos: kernel85,
    packages: [...centosPackages(kernel85), ...kubernetesPackages('1.24.17'), ...containerdPackages],
    answers: { kubernetes: '1.24.17' },
    files: workerFiles('systemd'),
  }),
  personality({
    name: 'docker-node',
    story: 'Docker with dockershim, cgroupfs driver, an image that no registry has, a monitoring agent.',
    labels: { role: 'worker', zone: 'b' },
    sockets: ['run/docker.sock'],
    links: {
      'etc/systemd/system/multi-user.target.wants/docker.service': '/usr/lib/systemd/system/docker.service',
    },
    centos: {
      ...kernel85,
      modules: [
        'nf_conntrack_netlink 49152 0 - Live 0xffffffffc0500000',
        'xt_MASQUERADE 20480 1 - Live 0xffffffffc04f0000',
      ],
    },
    packages: [
      ...centosPackages(kernel85),
      ...kubernetesPackages('1.20.15'),
      ...containerdPackages,
      ...dockerPackages,
      {
        name: 'zabbix-agent2',
        version: '5.0.19',
        release: '1.el8',
        arch: 'x86_64',
        keyId: 'e709712ca14fe591',
        vendor: 'Zabbix SIA',
      },
    ],
    answers: {
      kubernetes: '1.20.15',
      docker: '20.10.12',
      units: ['docker.service', 'zabbix-agent2.service'],
    },
    files: {
      ...kubeletFiles({
        cgroupDriver: 'cgroupfs',
        endpoint: 'unix:///var/run/dockershim.sock',
        extraArgs: ' --network-plugin=cni',
      }),
      ...containerdFiles({ systemdCgroup: false }),
      ...dockerFiles(),
      'etc/zabbix/zabbix_agent2.conf': 'Server=10.20.0.9\nTLSPSKIdentity=node\nTLSPSKFile=/etc/zabbix/psk\n',
      'etc/modules-load.d/ipvs.conf': 'ip_vs\nip_vs_rr\nnf_conntrack_ipv4\n',
      'usr/lib/systemd/system/zabbix-agent2.service':
        '[Unit]\nDescription=Zabbix Agent 2\n[Service]\nExecStart=/usr/sbin/zabbix_agent2\n[Install]\nWantedBy=multi-user.target\n',
    },
  }),
  personality({
    name: 'old-with-module',
    story: 'CentOS 8.2 with an out-of-tree storage module, pins on kubelet and a newer kernel not booted.',
    labels: { role: 'worker', zone: 'b', owner: 'storage-team' },
    centos: {
      ...kernel82,
      modules: [
        'dpu_blk 98304 4 - Live 0xffffffffc0400000 (OE)',
        'nf_conntrack_ipv4 16384 0 - Live 0xffffffffc03f0000',
      ],
    },
    packages: [
      ...centosPackages(kernel82),
      ...kernelPackages(kernel85.kernel),
      ...kubernetesPackages('1.20.15'),
      ...containerdPackages,
    ],
    answers: {
      kubernetes: '1.20.15',
      outOfTree: [
        {
          name: 'dpu_blk',
          version: '2.3.1',
          symbols: ['0xdf31a4c5 blk_mq_init_queue', '0x9c0a6b2e __register_blkdev', '0xc5850110 printk'],
        },
      ],
    },
    files: {
      ...workerFiles('systemd'),
      [`usr/lib/modules/${kernel82.kernel}.x86_64/extra/dpu_blk.ko`]: 'ELF',
      'etc/dnf/plugins/versionlock.list':
        'kubelet-0:1.20.15-0.*\nkubeadm-0:1.20.15-0.*\nkubectl-0:1.20.15-0.*\n',
      'etc/yum.repos.d/kubernetes.repo':
        '[kubernetes]\nname=Kubernetes\nbaseurl=https://mirrors.prod.example/kubernetes-el$releasever-$basearch\nenabled=1\ngpgcheck=1\nexclude=kubelet kubeadm kubectl\n',
      [`boot/vmlinuz-${kernel85.kernel}.x86_64`]: 'MZ\n',
      [`boot/initramfs-${kernel85.kernel}.x86_64.img`]: '070701\n',
    },
  }),
  personality({
    name: 'gpu-node',
    story: 'Two NVIDIA GPUs with the proprietary driver, Kata, hugepages, local NVMe.',
    labels: { role: 'gpu', zone: 'a' },
    centos: {
      ...kernel85,
      uefi: true,
      memoryKiB: 264_000_000,
      cpus: 64,
      modules: [
        'nvidia 40849408 120 nvidia_modeset, Live 0xffffffffc1000000 (POE)',
        'nvidia_modeset 1236992 0 - Live 0xffffffffc0f00000 (POE)',
        'kvm_intel 315392 0 - Live 0xffffffffc0e00000',
        'kvm 847872 1 kvm_intel, Live 0xffffffffc0d00000',
        'nvme 45056 2 - Live 0xffffffffc0c00000',
      ],
      pci: [
        { slot: '0000:3b:00.0', vendor: '10de', device: '1db6', class: '030200', driver: 'nvidia' },
        { slot: '0000:d8:00.0', vendor: '10de', device: '1db6', class: '030200', driver: 'nvidia' },
      ],
      mounts: ['/dev/nvme0n1 /data xfs rw,relatime,attr2,inode64,noquota 0 0'],
      fstab: ['UUID=9e1d9b6a-8c1f-4b57-8f5e-aaaaaaaaaaaa /data xfs defaults,nofail 0 0'],
    },
    packages: [
      ...centosPackages(kernel85),
      ...kubernetesPackages('1.24.17'),
      ...containerdPackages,
      {
        name: 'nvidia-driver',
        version: '470.82.01',
        release: '1.el8',
        arch: 'x86_64',
        epoch: 3,
        vendor: 'NVIDIA',
        keyId: '9cd0a493d42d0685',
      },
    ],
    answers: {
      kubernetes: '1.24.17',
      nvme: true,
      outOfTree: [
        { name: 'nvidia', version: '470.82.01', symbols: ['0xc5850110 printk', '0x1234abcd drm_open'] },
        { name: 'nvidia_modeset', version: '470.82.01', symbols: ['0xc5850110 printk'] },
      ],
    },
    files: {
      ...workerFiles('systemd'),
      'proc/driver/nvidia/version':
        'NVRM version: NVIDIA UNIX x86_64 Kernel Module  470.82.01  Wed Oct 27 21:21:55 UTC 2021\n',
      'opt/kata/bin/containerd-shim-kata-v2': '',
      [`usr/lib/modules/${kernel85.kernel}.x86_64/extra/nvidia.ko`]: 'ELF',
      [`usr/lib/modules/${kernel85.kernel}.x86_64/extra/nvidia_modeset.ko`]: 'ELF',
      'sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages': '4096\n',
      'sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages': '1024\n',
      'sys/module/kvm_intel/parameters/nested': 'Y\n',
    },
    deviceNodes: [
      ['dev/nvidia0', 195, 0],
      ['dev/nvidia1', 195, 1],
      ['dev/kvm', 10, 232],
      ['dev/vhost-vsock', 10, 241],
    ],
  }),
  personality({
    name: 'control-plane',
    certificates: [
      ['etc/kubernetes/pki/ca.crt', '/CN=kubernetes', 3000],
      ['etc/kubernetes/pki/apiserver.crt', '/CN=kube-apiserver', 20],
      ['etc/kubernetes/pki/etcd/server.crt', '/CN=etcd', 20],
    ],
    story: 'Control plane with stacked etcd.',
    labels: { role: 'control-plane', zone: 'a' },
    centos: { ...kernel85, memoryKiB: 32_000_000 },
    packages: [...centosPackages(kernel85), ...kubernetesPackages('1.20.15'), ...containerdPackages],
    answers: { kubernetes: '1.20.15' },
    files: { ...workerFiles('systemd'), ...controlPlaneFiles() },
  }),
  personality({
    name: 'bonded-vlan',
    story:
      'Bare metal: two 10G ports in a bond, VLANs, static addresses, static routes, mdraid root, NFS over UDP.',
    labels: { role: 'worker', zone: 'c' },
    centos: {
      ...kernel85,
      uefi: true,
      rootDevice: '/dev/md127',
      espDevice: '/dev/sda1',
      modules: [
        'bonding 176128 0 - Live 0xffffffffc0700000',
        '8021q 40960 0 - Live 0xffffffffc06f0000',
        'i40e 450560 0 - Live 0xffffffffc0680000',
        'raid1 53248 1 - Live 0xffffffffc0670000',
        'nfs 266240 1 - Live 0xffffffffc0620000',
      ],
      nics: [
        { name: 'ens1f0', mac: '3c:fd:fe:aa:00:01', driver: 'i40e', slot: '0000:5e:00.0', speed: 10_000 },
        { name: 'ens1f1', mac: '3c:fd:fe:aa:00:02', driver: 'i40e', slot: '0000:5e:00.1', speed: 10_000 },
      ],
      mounts: [
        'filer.prod.example:/export/app /mnt/app nfs rw,relatime,vers=3,rsize=32768,proto=udp,hard 0 0',
      ],
      fstab: ['filer.prod.example:/export/app /mnt/app nfs vers=3,proto=udp,hard 0 0'],
    },
    packages: [...centosPackages(kernel85), ...kubernetesPackages('1.24.17'), ...containerdPackages],
    answers: { kubernetes: '1.24.17', bonded: true },
    files: {
      ...workerFiles('systemd'),
      'proc/net/bonding/bond0':
        'Ethernet Channel Bonding Driver: v4.18.0\n\nBonding Mode: IEEE 802.3ad Dynamic link aggregation\nMII Status: up\n\nSlave Interface: ens1f0\nMII Status: up\nPermanent HW addr: 3c:fd:fe:aa:00:01\n\nSlave Interface: ens1f1\nMII Status: up\nPermanent HW addr: 3c:fd:fe:aa:00:02\n',
      'proc/net/vlan/config':
        'VLAN Dev name    | VLAN ID\nName-Type: VLAN_NAME_TYPE_RAW_PLUS_VID_NO_PAD\nbond0.110      | 110  | bond0\n',
      'sys/class/net/bond0/address': '3c:fd:fe:aa:00:01\n',
      'sys/class/net/bond0/mtu': '9000\n',
      'sys/class/net/bond0/operstate': 'up\n',
      'sys/class/net/bond0/type': '1\n',
      'sys/class/net/bond0/speed': '20000\n',
      'sys/class/net/bond0/bonding/mode': '802.3ad 4\n',
      'sys/class/net/bond0/bonding/slaves': 'ens1f0 ens1f1\n',
      'sys/class/net/bond0.110/address': '3c:fd:fe:aa:00:01\n',
      'sys/class/net/bond0.110/mtu': '9000\n',
      'sys/class/net/bond0.110/operstate': 'up\n',
      'sys/class/net/bond0.110/type': '1\n',
      'etc/sysconfig/network-scripts/ifcfg-bond0':
        'DEVICE=bond0\nTYPE=Bond\nBONDING_MASTER=yes\nBONDING_OPTS="mode=802.3ad miimon=100 lacp_rate=1"\nMTU=9000\nONBOOT=yes\nBOOTPROTO=none\n',
      'etc/sysconfig/network-scripts/ifcfg-ens1f0': 'DEVICE=ens1f0\nMASTER=bond0\nSLAVE=yes\nONBOOT=yes\n',
      'etc/sysconfig/network-scripts/ifcfg-ens1f1': 'DEVICE=ens1f1\nMASTER=bond0\nSLAVE=yes\nONBOOT=yes\n',
      'etc/sysconfig/network-scripts/ifcfg-bond0.110':
        'DEVICE=bond0.110\nVLAN=yes\nONBOOT=yes\nBOOTPROTO=none\nIPADDR=10.110.4.21\nPREFIX=24\nGATEWAY=10.110.4.1\n',
      'etc/sysconfig/network-scripts/route-bond0.110': '10.200.0.0/16 via 10.110.4.2 dev bond0.110\n',
      'proc/mdstat':
        'Personalities : [raid1] \nmd127 : active raid1 sdb2[1] sda2[0]\n      104791040 blocks super 1.2 [2/2] [UU]\n\nunused devices: <none>\n',
    },
  }),
  personality({
    name: 'stream-host',
    story: 'CentOS Stream 8: packages may be newer than the target.',
    labels: { role: 'worker', zone: 'c' },
    centos: { release: null, kernel: '4.18.0-365.el8', kernelBuild: '#1 SMP Thu Feb 10 16:11:23 UTC 2022' },
    packages: [
      ...centosPackages({ release: '8.6.2111', kernel: '4.18.0-365.el8' }).filter(
        (pkg) => pkg.name !== 'centos-linux-release',
      ),
      centos({
        name: 'centos-stream-release',
        version: '8.6',
        release: '1.el8',
        arch: 'noarch',
        provides: ['system-release'],
      }),
      ...kubernetesPackages('1.24.17'),
      ...containerdPackages,
    ],
    answers: { kubernetes: '1.24.17' },
    files: workerFiles('systemd'),
  }),
  personality({
    name: 'half-converted',
    story:
      'A conversion to Anolis that stopped half-way: Anolis release package, CentOS packages and kernel.',
    labels: { role: 'worker', zone: 'c', owner: 'platform' },
    centos: kernel85,
    packages: [
      ...centosPackages(kernel85).filter(
        (pkg) => !['centos-linux-release', 'centos-linux-repos', 'centos-logos'].includes(pkg.name),
      ),
      ...['anolis-release', 'anolis-repos', 'anolis-gpg-keys'].map((name): RpmPackage => ({
        name,
        version: '8.8',
        release: '3.0.2.an8',
        arch: 'x86_64',
        vendor: 'OpenAnolis Community',
        keyId: keys.anolis,
        ...(name === 'anolis-release' ? { provides: ['system-release'] } : {}),
      })),
      ...kubernetesPackages('1.24.17'),
      ...containerdPackages,
    ],
    answers: { kubernetes: '1.24.17' },
    files: {
      ...workerFiles('systemd'),
      'etc/os-release':
        'NAME="Anolis OS"\nVERSION="8.8"\nID="anolis"\nID_LIKE="rhel fedora centos"\nVERSION_ID="8.8"\nPLATFORM_ID="platform:an8"\nPRETTY_NAME="Anolis OS 8.8"\nANSI_COLOR="0;31"\nHOME_URL="https://openanolis.cn/"\n',
      'etc/anolis-release': 'Anolis OS release 8.8\n',
      'var/log/centostoanolis.json':
        '{"Timestamp":1700000000,"ProgressInfo":"distro-sync","Progress":48,"ErrorCode":103,"ErrorMsg":"depsolve failed"}',
    },
  }),
]

function workerFiles(cgroupDriver: 'systemd' | 'cgroupfs'): Record<string, string> {
  return {
    ...kubeletFiles({ cgroupDriver, endpoint: containerdEndpoint }),
    ...containerdFiles({ systemdCgroup: cgroupDriver === 'systemd' }),
  }
}

function personality(spec: Spec): Personality {
  // `uname -r` carries the architecture; files under /boot and /lib/modules are named by it.
  const centosOptions = { ...spec.centos, kernel: `${spec.centos.kernel}.x86_64` }
  return {
    name: spec.name,
    story: spec.story,
    labels: spec.labels,
    files: { ...centosFiles(centosOptions), ...unitFiles().files, ...spec.files },
    machineFiles: bootEntries(centosOptions),
    links: { ...centosLinks(centosOptions), ...unitFiles().links, ...spec.links },
    directories: [...centosDirectories(centosOptions), ...(spec.directories ?? [])],
    deviceNodes: spec.deviceNodes ?? [],
    certificates: [
      ['var/lib/kubelet/pki/kubelet-client-current.pem', `/O=system:nodes/CN=system:node:${spec.name}`, 300],
      ...(spec.certificates ?? []),
    ],
    sockets: spec.sockets ?? ['run/containerd/containerd.sock'],
    commands: commandsOf({
      kernel: centosOptions.kernel,
      kernelBuild: spec.centos.kernelBuild,
      centos: centosOptions,
      ...spec.answers,
    }),
    packages: spec.packages,
  }
}
