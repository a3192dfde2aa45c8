import type { FactName, FactValue } from '../../src/model/facts.ts'

type Package = FactValue<'packages'>['packages'][number]
type Unit = FactValue<'units'>['units'][number]
type Repository = FactValue<'repositories'>['repositories'][number]

/** Packages, services, security, container runtime and Kubernetes of the healthy worker. */
export const healthySystem: {
  [K in Exclude<FactName, PlatformFact>]: FactValue<K>
} = {
  packages: {
    packages: [
      rpm({ name: 'bash', version: '4.4.20', release: '2.el8' }),
      rpm({ name: 'centos-linux-release', version: '8.5', release: '1.2111.el8', arch: 'noarch' }),
      rpm({ name: 'curl', version: '7.61.1', release: '22.el8' }),
      rpm({ name: 'dnf', version: '4.7.0', release: '4.el8', arch: 'noarch' }),
      rpm({ name: 'dnf-plugins-core', version: '4.0.21', release: '3.el8', arch: 'noarch' }),
      rpm({ name: 'grubby', version: '8.40', release: '42.el8' }),
      rpm({ name: 'kernel', version: '4.18.0', release: '348.7.1.el8_5' }),
      rpm({ name: 'kernel-core', version: '4.18.0', release: '348.7.1.el8_5' }),
      rpm({ name: 'kernel-modules', version: '4.18.0', release: '348.7.1.el8_5' }),
      rpm({ name: 'openssh-server', version: '8.0p1', release: '10.el8' }),
      rpm({ name: 'systemd', version: '239', release: '51.el8_5.2' }),
    ],
  },
  packageKeys: {
    keys: [
      { id: '05b555b38483c65d', summary: 'gpg(CentOS (CentOS Official Signing Key) <security@centos.org>)' },
    ],
  },
  repositories: {
    repositories: [
      repository({ id: 'baseos', baseurl: ['https://vault.centos.org/8.5.2111/BaseOS/$basearch/os/'] }),
      repository({ id: 'appstream', baseurl: ['https://vault.centos.org/8.5.2111/AppStream/$basearch/os/'] }),
    ],
    vars: {},
  },
  dnfConfig: {
    exclude: [],
    pluginpath: null,
    plugins: true,
    distroverpkg: null,
    installonlyLimit: 3,
    yumConfIsFile: false,
    enabledPlugins: [],
  },
  moduleStreams: { streams: [] },
  versionlock: { entries: [] },
  modifiedFiles: { files: [], truncated: false },
  alternatives: { links: [] },
  units: {
    units: [
      unit({ name: 'sshd.service' }),
      unit({ name: 'chronyd.service' }),
      unit({ name: 'containerd.service' }),
      unit({ name: 'kubelet.service' }),
      unit({ name: 'NetworkManager.service' }),
    ],
    live: true,
  },
  ports: {
    listening: [
      { protocol: 'tcp', address: '0.0.0.0', port: 22, process: 'sshd', pid: 900, unit: 'sshd.service' },
      {
        protocol: 'tcp',
        address: '::',
        port: 10_250,
        process: 'kubelet',
        pid: 1200,
        unit: 'kubelet.service',
      },
    ],
  },
  users: { users: [], groups: [], authorizedKeys: [], sudoersFiles: [] },
  cron: { jobs: [] },
  agents: { agents: [] },
  cloudInit: { installed: false, enabled: false, datasources: [] },
  selinux: { mode: 'permissive', configured: 'permissive', policy: 'targeted', customModules: [] },
  firewall: {
    firewalldActive: false,
    firewalldEnabled: false,
    cleanupModulesOnExit: null,
    nftTables: [],
    iptablesRules: 40,
    iptablesBackend: 'nf_tables',
    iptablesServiceEnabled: false,
  },
  crypto: { policy: 'DEFAULT', fipsKernel: false, fipsArg: false },
  sshd: { permitRootLogin: 'yes', passwordAuthentication: 'no', ports: [22], loginUser: 'root' },
  trustAnchors: { files: [] },
  dynamicLinker: { directories: [], preload: [] },
  containerRuntimes: {
    docker: null,
    containerd: {
      version: '1.6.33',
      active: true,
      enabled: true,
      configPath: '/etc/containerd/config.toml',
      configVersion: 2,
      root: '/var/lib/containerd',
      snapshotter: 'overlayfs',
      proxyPlugins: [],
      runtimes: [{ name: 'runc', type: 'io.containerd.runc.v2' }],
      systemdCgroup: true,
      registryConfigPath: '/etc/containerd/certs.d',
      registries: [],
      sandboxImage: 'registry.k8s.io/pause:3.9',
    },
    crio: null,
    podmanVersion: null,
  },
  images: { runtime: 'containerd', total: 12, localOnly: [] },
  kubelet: {
    installed: true,
    version: '1.26.15',
    active: true,
    enabled: true,
    args: [
      '--config=/var/lib/kubelet/config.yaml',
      '--kubeconfig=/etc/kubernetes/kubelet.conf',
      '--container-runtime-endpoint=unix:///run/containerd/containerd.sock',
    ],
    configFile: '/var/lib/kubelet/config.yaml',
    cgroupDriver: 'systemd',
    rootDir: '/var/lib/kubelet',
    nodeName: 'worker-1',
    runtimeEndpoint: 'unix:///run/containerd/containerd.sock',
    resolvConf: '/etc/resolv.conf',
    staticPodPath: '/etc/kubernetes/manifests',
    failSwapOn: true,
    featureGates: {},
    certificates: [
      { path: '/var/lib/kubelet/pki/kubelet-client-current.pem', notAfter: '2027-10-01T00:00:00Z' },
    ],
  },
  kubeadm: {
    installed: true,
    version: '1.26.15',
    role: 'worker',
    files: ['/etc/kubernetes/kubelet.conf', '/etc/kubernetes/pki/ca.crt'],
    staticPods: [],
    certificates: [],
    kubectlVersion: null,
  },
  etcd: { present: false, dataDir: null, managedBy: null, sizeKiB: null },
  cni: {
    configs: [
      { file: '/etc/cni/net.d/10-calico.conflist', name: 'k8s-pod-network', types: ['calico', 'portmap'] },
    ],
    binaries: ['bridge', 'calico', 'host-local', 'loopback', 'portmap'],
  },
  csi: { sockets: [], drivers: [] },
  cloudNative: { systems: [] },
}

type PlatformFact =
  | 'osRelease'
  | 'releasePackages'
  | 'identity'
  | 'machineId'
  | 'hardware'
  | 'cpu'
  | 'memory'
  | 'virtualization'
  | 'confidential'
  | 'time'
  | 'bootTime'
  | 'kernel'
  | 'installedKernels'
  | 'modules'
  | 'moduleFiles'
  | 'moduleConfig'
  | 'sysctl'
  | 'bpf'
  | 'lsm'
  | 'livePatches'
  | 'kdump'
  | 'cgroup'
  | 'pci'
  | 'nics'
  | 'addresses'
  | 'routes'
  | 'dns'
  | 'networkConfig'
  | 'proxy'
  | 'gpu'
  | 'disks'
  | 'lvm'
  | 'raid'
  | 'filesystems'
  | 'mounts'
  | 'fstab'
  | 'swap'
  | 'space'
  | 'boot'
  | 'storageStack'
  | 'localPaths'

/** One installed package, CentOS's own unless said otherwise. */
export function rpm(values: Partial<Package> & Pick<Package, 'name'>): Package {
  return {
    epoch: 0,
    version: '1.0',
    release: '1.el8',
    arch: 'x86_64',
    vendor: 'CentOS',
    keyId: '05b555b38483c65d',
    installTime: 1_640_000_000,
    module: null,
    reason: 'user',
    ...values,
  }
}

/** One enabled and running unit from a package's directory. */
export function unit(values: Partial<Unit> & Pick<Unit, 'name'>): Unit {
  return {
    enabled: 'enabled',
    active: 'active',
    sub: 'running',
    path: `/usr/lib/systemd/system/${values.name}`,
    origin: 'vendor',
    ...values,
  }
}

/** One enabled repository of the distribution. */
export function repository(values: Partial<Repository> & Pick<Repository, 'id'>): Repository {
  return {
    name: values.id,
    file: '/etc/yum.repos.d/CentOS-Linux-BaseOS.repo',
    enabled: true,
    baseurl: [],
    mirrorlist: null,
    metalink: null,
    gpgcheck: true,
    gpgkey: ['file:///etc/pki/rpm-gpg/RPM-GPG-KEY-centosofficial'],
    exclude: [],
    ...values,
  }
}
