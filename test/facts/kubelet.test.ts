import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { cni } from '../../src/facts/cni.ts'
import { csi } from '../../src/facts/csi.ts'
import { etcd } from '../../src/facts/etcd.ts'
import { kubeadm } from '../../src/facts/kubeadm.ts'
import { kubelet } from '../../src/facts/kubelet.ts'
import { nodeScript } from '../../src/facts/node-script.ts'
import { collectorInput } from '../support/collector-input.ts'
import { runScript } from '../support/run-script.ts'

const client = readFileSync(new URL('../fixtures/facts/kubelet-client.base64', import.meta.url), 'utf8')
const apiserver = readFileSync(new URL('../fixtures/facts/apiserver.base64', import.meta.url), 'utf8')

const running = `\u001ebinaries
/usr/bin/kubelet
/usr/bin/kubeadm
/usr/local/bin/kubectl
\u001eowners
package kubelet 1.20.4
package kubeadm 1.20.4
file /usr/local/bin/kubectl is not owned by any package
\u001eversion kubectl
Client Version: version.Info{Major:"1", Minor:"20", GitVersion:"v1.20.5", GitCommit:"6b1d87acf3c8253c123756b9e61dac642678305f"}
\u001eunits
kubelet.service loaded active running kubelet: The Kubernetes Node Agent
\u001ekubelet process
/usr/bin/kubelet
--v
2
--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf
--config=/var/lib/kubelet/config.yaml
--network-plugin=cni
--cgroup-driver=systemd
--feature-gates=A=false,B=true
--bootstrap-token=abcdef.0123456789abcdef
\u001ekubelet config /var/lib/kubelet/config.yaml
apiVersion: kubelet.config.k8s.io/v1beta1
cgroupDriver: cgroupfs
failSwapOn: false # swap is on
featureGates:
  A: true
  C: true
staticPodPath: "/etc/kubernetes/manifests"
resolvConf: /run/systemd/resolve/resolv.conf
\u001ecertificate /var/lib/kubelet/pki/kubelet-client-current.pem
${client}\u001ecertificate /etc/kubernetes/pki/apiserver.crt
${apiserver}\u001eetcd data /var/lib/etcd
81234	/var/lib/etcd
`

describe('kubelet', () => {
  it('reads the running process; flags win over the file, the certificate names the node', () => {
    const value = kubelet.parse(
      collectorInput({
        stdout: running,
        files: { '/proc/sys/kernel/hostname': 'Other-Name\n' },
        links: { '/etc/systemd/system/multi-user.target.wants/kubelet.service': '/usr/lib/x' },
      }),
    )
    expect(value).toEqual({
      installed: true,
      version: '1.20.4',
      active: true,
      enabled: true,
      args: [
        '--v=2',
        '--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf',
        '--config=/var/lib/kubelet/config.yaml',
        '--network-plugin=cni',
        '--cgroup-driver=systemd',
        '--feature-gates=A=false,B=true',
        '--bootstrap-token=***',
      ],
      configFile: '/var/lib/kubelet/config.yaml',
      configRead: true,
      cgroupDriver: 'systemd',
      rootDir: '/var/lib/kubelet',
      nodeName: 'worker-1.prod',
      runtimeEndpoint: null,
      resolvConf: '/run/systemd/resolve/resolv.conf',
      staticPodPath: '/etc/kubernetes/manifests',
      failSwapOn: false,
      featureGates: { A: false, B: true, C: true },
      certificates: [
        {
          path: '/var/lib/kubelet/pki/kubelet-client-current.pem',
          notAfter: expect.stringMatching(/^2126-/),
        },
      ],
    })
  })

  it('puts the unit, its drop-ins and environment files together when the kubelet does not run', () => {
    const dropIn = `[Service]
Environment="KUBELET_CONFIG_ARGS=--config=/var/lib/kubelet/config.yaml"
EnvironmentFile=-/var/lib/kubelet/kubeadm-flags.env
ExecStart=
ExecStart=/usr/bin/kubelet $KUBELET_CONFIG_ARGS $KUBELET_KUBEADM_ARGS $KUBELET_EXTRA_ARGS
`
    const value = kubelet.parse(
      collectorInput({
        stdout:
          '\u001ebinaries\n/usr/bin/kubelet\n\u001eowners\npackage kubelet 1.22.1\n\u001ekubelet config /var/lib/kubelet/config.yaml\n{"cgroupDriver":"systemd","featureGates":{"X":true}}\n',
        files: {
          '/usr/lib/systemd/system/kubelet.service': '[Service]\nExecStart=/usr/bin/kubelet\n',
          '/usr/lib/systemd/system/kubelet.service.d/10-kubeadm.conf': dropIn,
          '/var/lib/kubelet/kubeadm-flags.env':
            'KUBELET_KUBEADM_ARGS="--container-runtime=remote --container-runtime-endpoint=/run/containerd/containerd.sock"\n',
          '/etc/sysconfig/kubelet': 'KUBELET_EXTRA_ARGS=--root-dir=/data/kubelet --hostname-override=n1\n',
        },
      }),
    )
    expect(value).toMatchObject({
      active: false,
      cgroupDriver: 'systemd',
      runtimeEndpoint: '/run/containerd/containerd.sock',
      rootDir: '/data/kubelet',
      nodeName: 'n1',
      featureGates: { X: true },
      configFile: '/var/lib/kubelet/config.yaml',
    })
  })

  it('says which configuration it could not read', () => {
    const denied = '\u001ebinaries\n/usr/bin/kubelet\n\u001edenied /var/lib/kubelet/config.yaml\n'
    expect(kubelet.parse(collectorInput({ stdout: denied }))).toMatchObject({ degraded: /config\.yaml/ })
    const elsewhere = '\u001ekubelet process\n/usr/bin/kubelet\n--config=/opt/k.yaml\n'
    expect(kubelet.parse(collectorInput({ stdout: elsewhere }))).toMatchObject({ degraded: /\/opt\/k\.yaml/ })
  })

  it('has no expiry, rather than none to worry about, for a certificate that cannot be read', () => {
    const cut = '\u001ecertificate /var/lib/kubelet/pki/kubelet.crt\nMIIB\n'
    expect(kubelet.parse(collectorInput({ stdout: cut }))).toMatchObject({ certificates: null })
    const denied = '\u001edenied /var/lib/kubelet/pki/kubelet.crt\n'
    expect(kubelet.parse(collectorInput({ stdout: denied }))).toMatchObject({ value: { certificates: null } })
    expect(kubelet.parse(collectorInput({ privilege: 'user' }))).toMatchObject({ certificates: null })
  })

  it('keeps a feature gate named __proto__ from becoming a prototype', () => {
    const stdout = '\u001ekubelet config /x\nfeatureGates:\n  __proto__: true\n'
    expect(kubelet.parse(collectorInput({ stdout }))).toMatchObject({ featureGates: {} })
  })
})

describe('kubeadm', () => {
  it('reads a control plane: role, static pods, certificates, versions', () => {
    const paths = {
      '/etc/kubernetes/manifests/kube-apiserver.yaml': 'file',
      '/etc/kubernetes/manifests/etcd.yaml': 'file',
      '/etc/kubernetes/manifests/kube-apiserver.yaml.bak': 'file',
      '/etc/kubernetes/admin.conf': 'file',
      '/etc/kubernetes/kubelet.conf': 'file',
      '/etc/kubernetes/pki/ca.key': 'file',
    } as const
    expect(kubeadm.parse(collectorInput({ stdout: running, paths }))).toEqual({
      installed: true,
      version: '1.20.4',
      role: 'control-plane',
      files: ['/etc/kubernetes/admin.conf', '/etc/kubernetes/kubelet.conf', '/etc/kubernetes/pki/ca.key'],
      staticPods: ['/etc/kubernetes/manifests/etcd.yaml', '/etc/kubernetes/manifests/kube-apiserver.yaml'],
      staticPodDirectories: ['/etc/kubernetes/manifests'],
      certificates: [
        { path: '/etc/kubernetes/pki/apiserver.crt', notAfter: expect.stringMatching(/^2027-/) },
      ],
      kubectlVersion: '1.20.5',
    })
  })

  it('tells a worker from a host without a cluster', () => {
    const paths = { '/etc/kubernetes/kubelet.conf': 'file' } as const
    expect(kubeadm.parse(collectorInput({ paths }))).toMatchObject({ role: 'worker' })
    expect(kubeadm.parse(collectorInput())).toMatchObject({ role: null, installed: false, certificates: [] })
  })
})

describe('etcd', () => {
  it('finds a member by its data and says who starts it', () => {
    const paths = { '/etc/kubernetes/manifests/etcd.yaml': 'file', '/var/lib/etcd': 'directory' } as const
    expect(etcd.parse(collectorInput({ stdout: running, paths }))).toEqual({
      present: true,
      dataDir: '/var/lib/etcd',
      managedBy: 'static-pod',
      sizeKiB: 81_234,
    })
  })

  it('does not take an unreadable directory for an absent member', () => {
    const paths = { '/var/lib/etcd': 'directory' } as const
    for (const hidden of ['/var/lib/etcd', '/etc/kubernetes/manifests', '/etc/kubernetes']) {
      expect(() => etcd.parse(collectorInput({ paths, hidden: [hidden] }))).toThrow(/not allowed to see/)
    }
    const stdout = '\u001eetcd searched /data/etcd\n\u001eetcd hidden /data\n'
    expect(() => etcd.parse(collectorInput({ stdout }))).toThrow('not allowed to see /data')
    expect(etcd.parse(collectorInput())).toEqual({
      present: false,
      dataDir: null,
      managedBy: null,
      sizeKiB: null,
    })
  })
})

describe('etcd of systemd', () => {
  const unit = { '/usr/lib/systemd/system/etcd.service': 'file' } as const

  it('is not absent only because its data was not found', () => {
    const stdout = '\u001eetcd searched /data/etcd\n'
    expect(() => etcd.parse(collectorInput({ stdout, paths: unit }))).toThrow(
      /no data of a member in \/data\/etcd/,
    )
    expect(
      etcd.parse(collectorInput({ stdout: '\u001eetcd data /data/etcd\n12\t/data/etcd\n', paths: unit })),
    ).toEqual({
      present: true,
      dataDir: '/data/etcd',
      managedBy: 'systemd',
      sizeKiB: 12,
    })
  })

  it.each([
    [
      'ExecStart=/usr/bin/etcd --name a --data-dir=@ --listen-client-urls x',
      'etc/systemd/system/etcd.service',
    ],
    ['ExecStart=/usr/bin/etcd --data-dir @', 'usr/lib/systemd/system/etcd.service'],
    ['Environment="ETCD_DATA_DIR=@" "ETCD_NAME=a"', 'etc/systemd/system/etcd.service.d/10-data.conf'],
    ['ExecStart=/bin/bash -c "/usr/bin/etcd --data-dir=\\"@\\" --x"', 'etc/systemd/system/etcd.service'],
    ['ETCD_DATA_DIR="@"', 'etc/etcd/etcd.conf'],
    ['data-dir: @', 'etc/etcd/etcd.conf.yml'],
    ['    - --data-dir=@', 'etc/kubernetes/manifests/etcd.yaml'],
  ])('follows %s', (line, file) => {
    const root = mkdtempSync(join(tmpdir(), 'osferry-etcd-'))
    try {
      mkdirSync(dirname(join(root, file)), { recursive: true })
      mkdirSync(join(root, 'data/member'), { recursive: true })
      writeFileSync(join(root, file), `#--data-dir=/comment\n${line.replace('@', `${root}/data`)}\n`)
      // The paths of the script, below the temporary root.
      const etcdPart = nodeScript.slice(nodeScript.indexOf('data=/var/lib/etcd'))
      const script = etcdPart.replaceAll(/(?<=[ =])\/(?=etc\/|usr\/lib|var\/lib)/g, `${root}/`)
      expect(runScript(script).stdout).toContain(`\u001eetcd data ${root}/data\n`)
    } finally {
      rmSync(root, { recursive: true, force: true })
    }
  })
})

describe('what a login may not see of Kubernetes', () => {
  it('makes no worker of a node whose manifests are hidden', () => {
    const paths = { '/etc/kubernetes/kubelet.conf': 'file' } as const
    expect(() => kubeadm.parse(collectorInput({ paths, hidden: ['/etc/kubernetes/manifests'] }))).toThrow(
      /role of the node is not known/,
    )
    expect(kubeadm.parse(collectorInput({ paths, hidden: ['/root'] }))).toMatchObject({ role: 'worker' })
  })

  it('says that the settings of the kubelet are not known', () => {
    const stdout = '\u001ebinaries\n/usr/bin/kubelet\n'
    expect(kubelet.parse(collectorInput({ stdout, hidden: ['/var/lib/kubelet'] }))).toMatchObject({
      cgroupDriver: null,
      configRead: false,
    })
    expect(kubelet.parse(collectorInput({ stdout }))).toMatchObject({ configRead: true })
  })
})

describe('cni and csi', () => {
  it('names networks and plugin types, and nothing else of their configuration', () => {
    const files = {
      '/etc/cni/net.d/10-calico.conflist': JSON.stringify({
        name: 'k8s-pod-network',
        plugins: [{ type: 'calico', etcd_key: 'canary' }, { type: 'portmap' }, null, 3],
      }),
      '/etc/cni/net.d/99-loopback.conf': '{"name":"lo","type":"loopback"}',
    }
    const value = cni.parse(collectorInput({ files, paths: { '/opt/cni/bin/bridge': 'file' } }))
    expect(value).toEqual({
      configs: [
        { file: '/etc/cni/net.d/10-calico.conflist', name: 'k8s-pod-network', types: ['calico', 'portmap'] },
        { file: '/etc/cni/net.d/99-loopback.conf', name: 'lo', types: ['loopback'] },
      ],
      binaries: ['/opt/cni/bin/bridge'],
    })
    expect(cni.parse(collectorInput({ files: { '/etc/cni/net.d/x.conf': '{' } }))).toMatchObject({
      degraded: /no JSON/,
    })
  })

  it('names CSI drivers by their sockets, once', () => {
    const paths = {
      '/var/lib/kubelet/plugins/disk.csi.example.com/csi.sock': 'other',
      '/var/lib/kubelet/plugins_registry/disk.csi.example.com-reg.sock': 'other',
      '/var/lib/kubelet/csi-plugins/fuse.csi.fluid.io/csi.sock': 'other',
    } as const
    expect(csi.parse(collectorInput({ paths }))).toMatchObject({
      drivers: ['disk.csi.example.com', 'fuse.csi.fluid.io'],
    })
  })
})
