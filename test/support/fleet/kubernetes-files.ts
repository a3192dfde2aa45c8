/** A kubeadm node's files: kubelet, kubeconfigs (whose content must never be read), CNI. */
export function kubeletFiles(options: {
  cgroupDriver: string
  endpoint: string
  extraArgs?: string
}): Record<string, string> {
  return {
    'var/lib/kubelet/config.yaml': [
      'apiVersion: kubelet.config.k8s.io/v1beta1',
      'kind: KubeletConfiguration',
      'authentication:',
      '  anonymous:',
      '    enabled: false',
      '  x509:',
      '    clientCAFile: /etc/kubernetes/pki/ca.crt',
      `cgroupDriver: ${options.cgroupDriver}`,
      'clusterDNS:',
      '- 10.96.0.10',
      'clusterDomain: cluster.local',
      'failSwapOn: true',
      'featureGates:',
      '  RotateKubeletServerCertificate: true',
      'resolvConf: /etc/resolv.conf',
      'rotateCertificates: true',
      'staticPodPath: /etc/kubernetes/manifests',
      '',
    ].join('\n'),
    'var/lib/kubelet/kubeadm-flags.env': `KUBELET_KUBEADM_ARGS="--container-runtime-endpoint=${options.endpoint} --pod-infra-container-image=registry.k8s.io/pause:3.5${options.extraArgs ?? ''}"\n`,
    'etc/sysconfig/kubelet': 'KUBELET_EXTRA_ARGS=\n',
    'etc/kubernetes/kubelet.conf': kubeconfig,
    'etc/kubernetes/bootstrap-kubelet.conf': kubeconfig,
    'etc/cni/net.d/10-calico.conflist': JSON.stringify({
      name: 'k8s-pod-network',
      cniVersion: '0.3.1',
      plugins: [{ type: 'calico' }, { type: 'portmap' }],
    }),
    'opt/cni/bin/calico': '',
    'opt/cni/bin/portmap': '',
    'usr/lib/systemd/system/kubelet.service':
      '[Unit]\nDescription=kubelet: The Kubernetes Node Agent\n[Service]\nExecStart=/usr/bin/kubelet\nRestart=always\n[Install]\nWantedBy=multi-user.target\n',
    'usr/lib/systemd/system/kubelet.service.d/10-kubeadm.conf':
      '[Service]\nEnvironment="KUBELET_KUBECONFIG_ARGS=--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf --kubeconfig=/etc/kubernetes/kubelet.conf"\nEnvironment="KUBELET_CONFIG_ARGS=--config=/var/lib/kubelet/config.yaml"\nEnvironmentFile=-/var/lib/kubelet/kubeadm-flags.env\nEnvironmentFile=-/etc/sysconfig/kubelet\nExecStart=\nExecStart=/usr/bin/kubelet $KUBELET_KUBECONFIG_ARGS $KUBELET_CONFIG_ARGS $KUBELET_KUBEADM_ARGS $KUBELET_EXTRA_ARGS\n',
    'proc/2101/comm': 'kubelet\n',
    'proc/2101/cmdline': [
      '/usr/bin/kubelet',
      '--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf',
      '--kubeconfig=/etc/kubernetes/kubelet.conf',
      '--config=/var/lib/kubelet/config.yaml',
      `--container-runtime-endpoint=${options.endpoint}`,
      '--pod-infra-container-image=registry.k8s.io/pause:3.5',
      ...(options.extraArgs ?? '').split(' ').filter(Boolean),
      '',
    ].join('\0'),
    'proc/2101/cgroup': '0::/system.slice/kubelet.service\n',
  }
}

const kubeconfig = `apiVersion: v1
kind: Config
users:
- name: node
  user:
    client-certificate: /var/lib/kubelet/pki/kubelet-client-current.pem
    token: OSFERRY-CANARY-kubeconfig-token
`

/** containerd 1.4 as installed from docker-ce's repository, with the systemd cgroup driver and a mirror. */
export function containerdFiles(options: { systemdCgroup: boolean; root?: string }): Record<string, string> {
  return {
    'etc/containerd/config.toml': [
      'version = 2',
      `root = "${options.root ?? '/var/lib/containerd'}"`,
      'state = "/run/containerd"',
      '[plugins."io.containerd.grpc.v1.cri"]',
      '  sandbox_image = "registry.k8s.io/pause:3.5"',
      '  [plugins."io.containerd.grpc.v1.cri".containerd]',
      '    snapshotter = "overlayfs"',
      '    default_runtime_name = "runc"',
      '    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]',
      '      runtime_type = "io.containerd.runc.v2"',
      '      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]',
      `        SystemdCgroup = ${options.systemdCgroup}`,
      '  [plugins."io.containerd.grpc.v1.cri".registry]',
      '    config_path = "/etc/containerd/certs.d"',
      '  [plugins."io.containerd.grpc.v1.cri".registry.configs."registry.prod.example".auth]',
      '    username = "puller"',
      '    password = "OSFERRY-CANARY-registry-password"',
      '',
    ].join('\n'),
    'etc/containerd/certs.d/registry.prod.example/hosts.toml':
      'server = "https://registry.prod.example"\n[host."https://mirror.prod.example"]\n  capabilities = ["pull", "resolve"]\n',
    'usr/lib/systemd/system/containerd.service':
      '[Unit]\nDescription=containerd container runtime\n[Service]\nExecStart=/usr/bin/containerd\n[Install]\nWantedBy=multi-user.target\n',
  }
}

/** A docker node: dockershim, devicemapper gone but the cgroupfs driver still there. */
export function dockerFiles(): Record<string, string> {
  return {
    'etc/docker/daemon.json': JSON.stringify({
      'exec-opts': ['native.cgroupdriver=cgroupfs'],
      'storage-driver': 'overlay2',
      'data-root': '/var/lib/docker',
      'registry-mirrors': ['https://mirror.prod.example'],
      'insecure-registries': ['registry.prod.example:5000'],
      'live-restore': true,
    }),
    'usr/lib/systemd/system/docker.service':
      '[Unit]\nDescription=Docker Application Container Engine\n[Service]\nExecStart=/usr/bin/dockerd -H fd://\n[Install]\nWantedBy=multi-user.target\n',
    'root/.docker/config.json': '{"auths":{"registry.prod.example:5000":{"auth":"T1NGRVJSWS1DQU5BUlk="}}}',
  }
}

/** kubeadm's control plane: manifests, pki (public certificates are made when the layer is built), etcd data. */
export function controlPlaneFiles(): Record<string, string> {
  const manifest = (name: string): string =>
    `apiVersion: v1\nkind: Pod\nmetadata:\n  name: ${name}\n  namespace: kube-system\nspec:\n  containers:\n  - name: ${name}\n    image: registry.k8s.io/${name}:v1.20.15\n`
  return {
    'etc/kubernetes/manifests/kube-apiserver.yaml': manifest('kube-apiserver'),
    'etc/kubernetes/manifests/kube-controller-manager.yaml': manifest('kube-controller-manager'),
    'etc/kubernetes/manifests/kube-scheduler.yaml': manifest('kube-scheduler'),
    'etc/kubernetes/manifests/etcd.yaml': manifest('etcd'),
    'etc/kubernetes/admin.conf': kubeconfig,
    'var/lib/etcd/member/wal/0000000000000000-0000000000000000.wal': 'wal\n',
    'var/lib/etcd/member/snap/db': 'db\n',
  }
}
