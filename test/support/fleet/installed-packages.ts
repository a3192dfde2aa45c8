import fs from 'node:fs'
import type { RpmPackage } from './rpm-package.ts'

/** Long key ids as `rpm -qi` shows them: CentOS 8 (official key list), EPEL 8, Docker, Kubernetes, Anolis. */
export const keys = {
  centos: '05b555b38483c65d',
  epel: '21ea45ab2f86d6a1',
  docker: 'c52feb6b621e9f35',
  kubernetes: 'f09c394c3e1ba8d5',
  anolis: '619140084873f7c5',
} as const

const list = new URL('data/centos-8.5-packages.txt', import.meta.url)

/** The several hundred packages of a CentOS 8.5 node, signed by CentOS. */
export function centosPackages(options: { release: string; kernel: string }): RpmPackage[] {
  const rows = fs
    .readFileSync(list, 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
  const base = rows.map((line): RpmPackage => {
    const [label = '', version = '', release = '', epoch] = line.split(' ')
    const noarch = label.endsWith('.noarch')
    return centos({
      name: noarch ? label.slice(0, -'.noarch'.length) : label,
      version,
      release,
      arch: noarch ? 'noarch' : 'x86_64',
      ...(epoch === undefined ? {} : { epoch: Number(epoch) }),
    })
  })
  return [...base, releasePackage(options.release), ...kernelPackages(options.kernel)]
}

export function kernelPackages(kernel: string): RpmPackage[] {
  const [version = '', ...release] = kernel.split('-')
  return ['kernel', 'kernel-core', 'kernel-modules', 'kernel-tools', 'kernel-tools-libs', 'bpftool'].map(
    (name) =>
      centos({
        name,
        version,
        release: release.join('-'),
        arch: 'x86_64',
        ...(name === 'kernel-core' ? { files: [`/lib/modules/${kernel}.x86_64/vmlinuz`] } : {}),
      }),
  )
}

function releasePackage(release: string): RpmPackage {
  const [, minor = '5', stamp = '2111'] = /^8\.(\d)\.(\d+)$/.exec(release) ?? []
  return centos({
    name: 'centos-linux-release',
    version: `8.${minor}`,
    release: `1.${stamp}.el8`,
    arch: 'noarch',
    provides: ['system-release', 'system-release(releasever)'],
  })
}

/** A package built and signed by CentOS. */
export function centos(pkg: RpmPackage): RpmPackage {
  return { vendor: 'CentOS', keyId: keys.centos, ...pkg }
}

export const kubernetesPackages = (version: string): RpmPackage[] =>
  ['kubelet', 'kubeadm', 'kubectl'].map((name) => ({
    name,
    version,
    release: '0',
    arch: 'x86_64',
    keyId: keys.kubernetes,
    files: [`/usr/bin/${name}`],
  }))

export const containerdPackages: readonly RpmPackage[] = [
  {
    name: 'containerd.io',
    version: '1.4.12',
    release: '3.1.el8',
    arch: 'x86_64',
    vendor: 'Docker',
    keyId: keys.docker,
    files: ['/usr/bin/containerd', '/usr/bin/ctr'],
  },
  {
    name: 'cri-tools',
    version: '1.20.0',
    release: '0',
    arch: 'x86_64',
    keyId: keys.kubernetes,
    files: ['/usr/bin/crictl'],
  },
  {
    name: 'kubernetes-cni',
    version: '0.8.7',
    release: '0',
    arch: 'x86_64',
    keyId: keys.kubernetes,
    files: ['/opt/cni/bin/portmap'],
  },
]

export const dockerPackages: readonly RpmPackage[] = [
  {
    name: 'docker-ce',
    version: '20.10.12',
    release: '3.el8',
    arch: 'x86_64',
    epoch: 3,
    vendor: 'Docker',
    keyId: keys.docker,
    files: ['/usr/bin/dockerd'],
  },
  {
    name: 'docker-ce-cli',
    version: '20.10.12',
    release: '3.el8',
    arch: 'x86_64',
    epoch: 1,
    vendor: 'Docker',
    keyId: keys.docker,
    files: ['/usr/bin/docker'],
  },
]
