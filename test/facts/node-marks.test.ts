import { describe, expect, it } from 'vitest'
import { containerRuntimes } from '../../src/facts/container-runtimes.ts'
import { etcd } from '../../src/facts/etcd.ts'
import { kubeadm } from '../../src/facts/kubeadm.ts'
import { kubelet } from '../../src/facts/kubelet.ts'
import { collectorInput } from '../support/collector-input.ts'

/** The answer of a script, with `@` where the separator is. */
function told(text: string): string {
  return `${text.trim().replaceAll(/^@/gm, '\u001e')}\n`
}

const vendor = '/usr/lib/systemd/system'
const own = '/etc/systemd/system'

describe('a kubelet whose program is in no usual directory', () => {
  it('is installed when it runs, and says what is not known of it', () => {
    const stdout = told(`
@binaries
@processes
77 kubelet
@units
kubelet.service loaded active running kubelet
@kubelet process
/opt/kube/bin/kubelet
--config=/var/lib/kubelet/config.yaml
@kubelet config /var/lib/kubelet/config.yaml
cgroupDriver: systemd`)
    expect(kubelet.parse(collectorInput({ stdout }))).toMatchObject({
      value: { installed: true, active: true, version: null, cgroupDriver: 'systemd', configRead: true },
      degraded: expect.stringContaining('its version is not known'),
    })
  })

  it('is installed when an older answer has only its process', () => {
    const stdout = told('@units\n@kubelet process\n/opt/kube/bin/kubelet')
    expect(kubelet.parse(collectorInput({ stdout }))).toMatchObject({ value: { installed: true } })
  })

  it('is whole when the process names its program and a package its version', () => {
    const stdout = told(`
@binaries
/opt/kube/bin/kubelet
@version kubelet
Kubernetes v1.22.1
@processes
77 kubelet
@kubelet process
/opt/kube/bin/kubelet
--node-ip=10.0.0.1`)
    expect(kubelet.parse(collectorInput({ stdout }))).toMatchObject({ installed: true, version: '1.22.1' })
  })

  it.each([
    ['a unit', '@processes', { [`${own}/kubelet.service`]: 'file' }, /kubelet\.service is set up/],
    [
      'a unit of an older answer',
      '',
      { [`${vendor}/kubelet.service`]: 'file' },
      /kubelet\.service is set up/,
    ],
    ['a unit that systemd holds', '@units\nkubelet.service loaded failed failed x', {}, /is set up/],
    ['a process that cannot be read', '@processes\n77 kubelet', {}, /a kubelet runs/],
    ['nothing, where processes are hidden', '@processes\n@processes unread', {}, /could not be listed/],
  ] as const)('is a gap, not absent, for %s', (...row) => {
    const [, stdout, paths, message] = row
    expect(() => kubelet.parse(collectorInput({ stdout: told(stdout), paths }))).toThrow(message)
  })

  it('is absent where its unit is masked', () => {
    const links = { [`${own}/kubelet.service`]: '/dev/null' }
    const stdout = told('@processes\n@units\nkubelet.service masked inactive dead kubelet.service')
    const paths = { [`${vendor}/kubelet.service`]: 'file' } as const
    expect(kubelet.parse(collectorInput({ stdout, links, paths }))).toMatchObject({ installed: false })
  })
})

describe('a distribution that starts its own kubelet', () => {
  const k3s = { [`${own}/k3s.service`]: 'file' } as const

  it('is a node whose settings are not known, for k3s', () => {
    const stdout = told(`
@binaries
/usr/local/bin/k3s
@version k3s
k3s version v1.24.3+k3s1 (990ba0e8)
go version go1.18.1
@processes
500 k3s-server
@units
k3s.service loaded active running Lightweight Kubernetes`)
    expect(kubelet.parse(collectorInput({ stdout, paths: k3s }))).toMatchObject({
      value: { installed: true, active: true, version: '1.24.3+k3s1', configRead: false },
      degraded: 'the kubelet is a part of k3s: its settings are not known',
    })
  })

  it('has a kubelet of its own that can be read, for RKE2', () => {
    const stdout = told(`
@binaries
/var/lib/rancher/rke2/bin/kubelet
@version kubelet
Kubernetes v1.27.4+rke2r1
@processes
500 rke2
600 kubelet
@kubelet process
kubelet
--pod-manifest-path=/var/lib/rancher/rke2/agent/pod-manifests
@static pods /var/lib/rancher/rke2/agent/pod-manifests
/var/lib/rancher/rke2/agent/pod-manifests/kube-proxy.yaml`)
    const input = collectorInput({ stdout, paths: { [`${vendor}/rke2-agent.service`]: 'file' } })
    expect(kubelet.parse(input)).toMatchObject({ installed: true, version: '1.27.4+rke2r1' })
    expect(kubeadm.parse(input)).toMatchObject({
      role: 'worker',
      staticPods: ['/var/lib/rancher/rke2/agent/pod-manifests/kube-proxy.yaml'],
      staticPodDirectories: expect.arrayContaining(['/var/lib/rancher/rke2/agent/pod-manifests']),
    })
  })

  it('has a containerd of its own, whose configuration its process names', () => {
    const stdout = told(`
@binaries
/usr/local/bin/k3s
@processes
500 k3s-server
510 containerd
@program containerd /var/lib/rancher/k3s/data/abc/bin/k3s
@containerd process 510
containerd
-c
/var/lib/rancher/k3s/agent/etc/containerd/config.toml
--root
/var/lib/rancher/k3s/agent/containerd`)
    const files = {
      '/var/lib/rancher/k3s/agent/etc/containerd/config.toml':
        'version = 2\n[plugins."io.containerd.grpc.v1.cri".containerd]\nsnapshotter = "native"\n',
    }
    expect(containerRuntimes.parse(collectorInput({ stdout, files, paths: k3s }))).toMatchObject({
      containerd: {
        version: null,
        active: true,
        configPath: '/var/lib/rancher/k3s/agent/etc/containerd/config.toml',
        root: '/var/lib/rancher/k3s/agent/containerd',
        snapshotter: 'native',
      },
    })
    expect(() => containerRuntimes.parse(collectorInput({ paths: k3s }))).toThrow(/containerd of k3s/)
  })
})

describe('the role of a node that kubeadm did not make', () => {
  it.each([
    ['control-plane', { [`${own}/kube-apiserver.service`]: 'file' }],
    ['control-plane', { [`${own}/k3s.service`]: 'file' }],
    ['control-plane', { '/usr/local/lib/systemd/system/rke2-server.service': 'file' }],
    ['control-plane', { '/var/lib/rancher/rke2/agent/pod-manifests/kube-apiserver.yaml': 'file' }],
    ['control-plane', { '/var/lib/rancher/k3s/server/tls': 'directory' }],
    ['control-plane', { [`${own}/kube-apiserver.service`]: 'file', '/etc/kubernetes/kubelet.conf': 'file' }],
    ['worker', { [`${own}/k3s-agent.service`]: 'file' }],
    ['worker', { [`${vendor}/rke2-agent.service`]: 'file' }],
  ] as const)('is %s by %o', (role, paths) => {
    expect(kubeadm.parse(collectorInput({ paths }))).toMatchObject({ role })
  })

  it('is not known where something says that there is one', () => {
    const stdout = told('@processes\n9 kube-apiserver')
    expect(() => kubeadm.parse(collectorInput({ stdout }))).toThrow(/a kube-apiserver runs here/)
    const paths = { [`${own}/k3s-edge.service`]: 'file' } as const
    expect(() => kubeadm.parse(collectorInput({ paths }))).toThrow(/server or an agent is not known/)
    const denied = told('@processes\n@pods denied /data/pods')
    expect(() => kubeadm.parse(collectorInput({ stdout: denied }))).toThrow(/static pods in \/data\/pods/)
  })

  it('is none with a masked unit', () => {
    const links = { [`${own}/kube-apiserver.service`]: '/dev/null' }
    expect(kubeadm.parse(collectorInput({ links }))).toMatchObject({ role: null })
  })

  it('says which static pods and certificates were too many', () => {
    const stdout = told(`
@static pods /etc/kubernetes/manifests
/etc/kubernetes/manifests/haproxy
@static pods cut
@certificates cut /etc/kubernetes/pki/z.crt`)
    expect(kubeadm.parse(collectorInput({ stdout }))).toMatchObject({
      value: { staticPods: ['/etc/kubernetes/manifests/haproxy'] },
      degraded:
        'too many certificates: from /etc/kubernetes/pki/z.crt on they were not read; too many static pods: some were not listed',
    })
  })

  it('does not claim directories that an older script did not list', () => {
    expect(kubeadm.parse(collectorInput())).toMatchObject({
      staticPodDirectories: ['/etc/kubernetes/manifests'],
    })
    expect(kubeadm.parse(collectorInput({ stdout: told('@processes') }))).toMatchObject({
      staticPodDirectories: expect.arrayContaining(['/var/lib/rancher/k3s/agent/pod-manifests']),
    })
  })
})

describe('the state of a cluster that kubeadm did not make', () => {
  it.each([
    ['/var/lib/rancher/k3s/server/db/etcd', 'k3s.service', 'systemd'],
    ['/var/lib/rancher/k3s/server/db/state.db', 'k3s.service', 'systemd'],
    ['/var/lib/rancher/rke2/server/db/etcd', 'rke2-server.service', 'unknown'],
  ])('is found in %s', (dataDir, unit, managedBy) => {
    const stdout = told(`@etcd data ${dataDir}\n12\t${dataDir}`)
    const paths = { [`${own}/${unit}`]: 'file' } as const
    const value = { present: true, dataDir, managedBy, sizeKiB: 12 }
    expect(etcd.parse(collectorInput({ stdout, paths }))).toEqual(value)
    const member = dataDir.endsWith('.db') ? dataDir : `${dataDir}/member`
    const known = collectorInput({ paths: { ...paths, [member]: 'directory' } })
    expect(etcd.parse(known)).toEqual({ ...value, sizeKiB: null })
  })

  it('is a gap, not absent, where a server is set up and its state was not found', () => {
    for (const unit of ['k3s.service', 'rke2-server.service']) {
      const paths = { [`${own}/${unit}`]: 'file' } as const
      expect(() => etcd.parse(collectorInput({ paths }))).toThrow(/it may lie elsewhere/)
    }
    expect(() => etcd.parse(collectorInput({ stdout: told('@processes\n9 etcd') }))).toThrow(/etcd runs here/)
    expect(() => etcd.parse(collectorInput({ hidden: ['/var/lib/rancher/k3s/server'] }))).toThrow(
      /not allowed to see/,
    )
  })

  it('is absent on an agent', () => {
    const paths = { [`${own}/k3s-agent.service`]: 'file' } as const
    expect(etcd.parse(collectorInput({ paths }))).toMatchObject({ present: false })
  })
})

describe('a runtime whose program is in no usual directory', () => {
  it.each([
    ['dockerd', { [`${own}/docker.service`]: 'file' }],
    ['dockerd', { '/run/docker.sock': 'other' }],
    ['containerd', { [`${own}/containerd.service`]: 'file' }],
    ['containerd', { '/run/containerd/containerd.sock': 'other' }],
    ['crio', { [`${vendor}/crio.service`]: 'file' }],
    ['crio', { '/run/crio/crio.sock': 'other' }],
    ['podman', { [`${vendor}/podman.service`]: 'file' }],
  ] as const)('is a gap, not absent: %s by %o', (program, paths) => {
    expect(() => containerRuntimes.parse(collectorInput({ paths }))).toThrow(
      `the program ${program} was not found`,
    )
  })

  it.each(['dockerd', 'containerd', 'crio'])('is a gap when only a process %s is seen', (name) => {
    const stdout = told(`@processes\n9 ${name}`)
    expect(() => containerRuntimes.parse(collectorInput({ stdout }))).toThrow(`a process ${name} runs`)
  })

  it('is there by what its process runs', () => {
    const stdout = told('@processes\n9 dockerd\n@program dockerd /srv/docker/dockerd')
    expect(containerRuntimes.parse(collectorInput({ stdout }))).toMatchObject({ docker: { version: null } })
  })

  it('is absent without any mark, and not by the name that podman gives to its socket', () => {
    const links = { '/run/docker.sock': '/run/podman/podman.sock' }
    const stdout = told('@binaries\n/usr/bin/podman\n@processes')
    expect(containerRuntimes.parse(collectorInput({ stdout, links }))).toEqual({
      docker: null,
      containerd: null,
      crio: null,
      podmanVersion: 'of unknown version',
    })
  })
})

describe('the configuration of containerd', () => {
  const stdout = told('@binaries\n/usr/bin/containerd\n@processes')
  const config = '/etc/containerd/config.toml'
  const unit = `${own}/containerd.service`
  const read = (files: Record<string, string>, answer = stdout): unknown =>
    containerRuntimes.parse(
      collectorInput({ stdout: answer, files, paths: unit in files ? { [unit]: 'file' } : {} }),
    )

  it('goes on in imported files of any directory below /etc/containerd, and in what they import', () => {
    const files = {
      [config]: 'version = 2\nroot = "/a"\nimports = ["/etc/containerd/custom/*.toml", "more.toml"]\n',
      '/etc/containerd/custom/1.toml': 'root = "/b"\n',
      '/etc/containerd/more.toml': 'imports = ["/etc/containerd/last/x.toml"]\nroot = "/c"\n',
      '/etc/containerd/last/x.toml': 'root = "/d"\n',
      '/etc/containerd/unused/x.toml': 'root = "/e"\n',
    }
    expect(read(files)).toMatchObject({ containerd: { root: '/d', configPath: config } })
  })

  it('is read whole when its imports name the two usual directories and nothing lies there', () => {
    const files = { [config]: 'imports = ["/etc/containerd/conf.d/*.toml"]\n' }
    expect(read(files)).toMatchObject({ containerd: { root: '/var/lib/containerd' } })
    expect(read(files, told('@binaries\n/usr/bin/containerd'))).toMatchObject({
      containerd: { root: '/var/lib/containerd' },
    })
  })

  it.each([
    ['another directory', 'imports = ["/opt/own/*.toml"]', '/opt/own/*.toml'],
    ['files that are not there', 'imports = ["/etc/containerd/gone.toml"]', '/etc/containerd/gone.toml'],
    ['files of another name', 'imports = ["/etc/containerd/conf.d/*"]', '/etc/containerd/conf.d/*'],
    ['what cannot be understood', 'imports = { a = 1 }', 'the imports of /etc/containerd/config.toml'],
  ])('is not whole with imports of %s', (_, text, unread) => {
    expect(read({ [config]: `${text}\n` })).toMatchObject({
      value: { containerd: { root: '/var/lib/containerd' } },
      degraded: `containerd also reads ${unread}, which was not read`,
    })
  })

  it('is not whole with imports that an older script did not read', () => {
    const files = { [config]: 'imports = ["/etc/containerd/custom/*.toml"]\n' }
    expect(read(files, told('@binaries\n/usr/bin/containerd'))).toMatchObject({
      degraded: expect.stringContaining('/etc/containerd/custom/*.toml'),
    })
  })

  it('is the file that the unit names', () => {
    const files = {
      [config]: 'root = "/a"\n',
      '/etc/containerd/own.toml': 'root = "/b"\n',
      [unit]: '[Service]\nExecStart=/usr/bin/containerd --config /etc/containerd/own.toml\n',
    }
    expect(read(files)).toMatchObject({
      containerd: { root: '/b', configPath: '/etc/containerd/own.toml', active: false },
    })
    expect(read({ ...files, [unit]: 'ExecStart=/usr/bin/containerd -c=/data/c.toml\n' })).toMatchObject({
      value: { containerd: { configPath: null } },
      degraded: 'containerd also reads /data/c.toml, which was not read',
    })
    expect(read({ ...files, [unit]: 'ExecStart=/usr/bin/containerd $OPTIONS\n' })).toMatchObject({
      degraded: 'containerd.service takes options from variables, which are not known',
    })
  })

  it('is that of the process before that of the unit, and not that of docker’s own containerd', () => {
    const files = {
      [config]: 'root = "/a"\n',
      '/etc/containerd/own.toml': 'root = "/b"\n',
      [unit]: 'ExecStart=/usr/bin/containerd\n',
    }
    const running = (...processes: string[][]): string =>
      stdout +
      told(processes.map((words, pid) => `@containerd process ${pid}\n${words.join('\n')}`).join('\n'))
    const own = ['containerd', '--config=/etc/containerd/own.toml']
    const dockers = ['containerd', '--config', '/var/run/docker/containerd/containerd.toml']
    expect(read(files, running(own))).toMatchObject({ containerd: { root: '/b', active: true } })
    expect(read(files, running(dockers))).toMatchObject({ containerd: { root: '/a', active: false } })
    expect(read(files, running(own, ['containerd']))).toMatchObject({
      value: { containerd: { root: '/b' } },
      degraded: 'more than one containerd runs: the settings of only one were read',
    })
  })
})
