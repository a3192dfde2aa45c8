import { describe, expect, it } from 'vitest'
import { buildIgnition } from '../../src/ignition/build-config.ts'
import { healthySystem } from '../support/healthy-system.ts'
import { certificate, fileText, ignitionRequest, settingsOf } from '../support/ignition-request.ts'
import { wholeProfile } from '../support/whole-profile.ts'

const containerd = healthySystem.containerRuntimes.containerd!
const withContainerd = (changes: Partial<typeof containerd>) => ({
  containerRuntimes: { containerd: { ...containerd, ...changes } },
})
const kubeletUnit = (facts: object) =>
  buildIgnition(ignitionRequest(facts)).config.systemd?.units?.find(({ name }) => name === 'kubelet.service')

describe('containerd', () => {
  it('has the runtimes of the host, in the form of version 2', () => {
    const runtimes = [
      { name: 'runc', type: 'io.containerd.runc.v2' },
      { name: 'kata', type: 'io.containerd.kata.v2' },
    ]
    const { config } = buildIgnition(ignitionRequest(withContainerd({ runtimes })))
    expect(fileText(config, '/etc/containerd/config.toml')).toBe(`version = 2
[plugins."io.containerd.grpc.v1.cri"]
sandbox_image = "registry.k8s.io/pause:3.9"
[plugins."io.containerd.grpc.v1.cri".registry]
config_path = "/etc/containerd/certs.d"
[plugins."io.containerd.grpc.v1.cri".containerd]
default_runtime_name = "runc"
snapshotter = "overlayfs"
[plugins."io.containerd.grpc.v1.cri".containerd.runtimes."runc"]
runtime_type = "io.containerd.runc.v2"
[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
SystemdCgroup = true
[plugins."io.containerd.grpc.v1.cri".containerd.runtimes."kata"]
runtime_type = "io.containerd.kata.v2"
`)
  })

  it('has the form of version 3 for an image with containerd 2', () => {
    const profile = wholeProfile({ 'kubernetes.containerdConfigVersion': 3 })
    const text = fileText(
      buildIgnition(ignitionRequest({}, { profile })).config,
      '/etc/containerd/config.toml',
    )
    expect(text).toContain(
      'version = 3\n[plugins."io.containerd.cri.v1.images"]\nsnapshotter = "overlayfs"\n',
    )
    expect(text).toContain(
      '[plugins."io.containerd.cri.v1.images".pinned_images]\nsandbox = "registry.k8s.io/pause:3.9"\n',
    )
    expect(text).toContain('[plugins."io.containerd.cri.v1.runtime".containerd.runtimes."runc"]')
  })

  it('names a snapshotter whose socket nobody has told, and takes it from the settings', () => {
    const facts = withContainerd({ snapshotter: 'nydus', proxyPlugins: ['nydus'] })
    const open = buildIgnition(ignitionRequest(facts)).open.map(({ id }) => id)
    expect(open.filter((id) => id.startsWith('containerd-plugin:'))).toEqual(['containerd-plugin:nydus'])
    const plugin = { name: 'nydus', type: 'snapshot' as const, address: '/run/containerd-nydus/grpc.sock' }
    const built = buildIgnition(
      ignitionRequest(facts, { settings: settingsOf({ containerdPlugins: [plugin] }) }),
    )
    expect(built.open.map(({ id }) => id)).not.toContain('containerd-plugin:nydus')
    expect(fileText(built.config, '/etc/containerd/config.toml')).toContain(
      '[proxy_plugins."nydus"]\ntype = "snapshot"\naddress = "/run/containerd-nydus/grpc.sock"\n',
    )
  })

  it('has mirrors and certificates of the registries of the settings, and names those that are missing', () => {
    const facts = withContainerd({ registries: ['docker.io', 'registry.example.com'] })
    const registry = {
      host: 'docker.io',
      mirrors: ['https://mirror.example.com'],
      certificateAuthority: certificate,
    }
    const { config, open } = buildIgnition(
      ignitionRequest(facts, { settings: settingsOf({ registries: [registry] }) }),
    )
    expect(fileText(config, '/etc/containerd/certs.d/docker.io/hosts.toml')).toBe(
      'server = "https://docker.io"\nca = "/etc/containerd/certs.d/docker.io/ca.crt"\n' +
        '[host."https://mirror.example.com"]\ncapabilities = ["pull", "resolve"]\n',
    )
    expect(open.map(({ id }) => id)).toContain('registry:registry.example.com')
  })
})

describe('the kubelet', () => {
  it('keeps what the node is, and takes paths and driver of the new system', () => {
    const args = [
      '--node-labels=zone=a',
      '--max-pods=200',
      '--network-plugin=cni',
      '--container-runtime-endpoint=unix:///var/run/dockershim.sock',
      '--cgroup-driver=cgroupfs',
      '--resolv-conf=/run/systemd/resolve/resolv.conf',
    ]
    const contents = kubeletUnit({ kubelet: { args } })?.dropins?.[0]?.contents ?? ''
    expect(contents).toContain('--hostname-override=worker-1')
    expect(contents).toContain('--node-labels=zone=a \\\n  --max-pods=200')
    expect(contents).toContain('--container-runtime-endpoint=unix:///run/containerd/containerd.sock')
    expect(contents).toContain('--cgroup-driver=systemd')
    expect(contents).toContain('--resolv-conf=/etc/resolv.conf')
    expect(contents).not.toContain('dockershim')
    expect(contents).not.toContain('network-plugin')
  })

  it('quotes what systemd would read otherwise', () => {
    const contents = kubeletUnit({ kubelet: { args: ['--system-reserved=cpu=1 "x" %h $y'] } })?.dropins?.[0]
      ?.contents
    expect(contents).toContain(String.raw`"--system-reserved=cpu=1 \"x\" %%h $$y"`)
  })

  it('names the flags that it does not carry over, and a redacted one among them', () => {
    const args = ['--experimental-thing=1', '--node-labels=***']
    const { open } = buildIgnition(ignitionRequest({ kubelet: { args } }))
    expect(open.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['kubelet-flag:--experimental-thing', 'kubelet-flag:--node-labels']),
    )
  })

  it('names that nothing says how the node joins', () => {
    const { open } = buildIgnition(ignitionRequest({}, { settings: settingsOf() }))
    expect(open.map(({ id }) => id)).toContain('kubelet:join')
  })
})

describe('a node that joins by kubeadm', () => {
  const server = 'https://10.0.0.1:6443'
  const settings = settingsOf({ join: { server, certificateAuthority: certificate, by: 'kubeadm' } })
  const joined = (profile = wholeProfile()) => {
    const args = ['--node-labels=zone=a', '--cgroup-driver=cgroupfs']
    return buildIgnition(ignitionRequest({ kubelet: { args } }, { settings, profile }))
  }
  const joinFile = '/etc/kubernetes/osferry-join.json'

  it('is named as the node, and knows the authority of the cluster without asking anybody', () => {
    const { config, open } = joined()
    expect(JSON.parse(fileText(config, joinFile)!)).toMatchObject({
      kind: 'JoinConfiguration',
      discovery: {
        file: { kubeConfigPath: '/etc/kubernetes/osferry-discovery.conf' },
        tlsBootstrapToken: 'OSFERRY-BOOTSTRAP-TOKEN',
      },
      nodeRegistration: { name: 'worker-1', criSocket: 'unix:///run/containerd/containerd.sock' },
    })
    const discovery = JSON.parse(fileText(config, '/etc/kubernetes/osferry-discovery.conf')!) as {
      clusters: { cluster: Record<string, string> }[]
    }
    const { cluster } = discovery.clusters[0]!
    expect(cluster['server']).toBe(server)
    expect(Buffer.from(cluster['certificate-authority-data']!, 'base64').toString()).toBe(certificate)
    // kubeadm refuses a node where these are there before it.
    for (const path of ['/etc/kubernetes/pki/ca.crt', '/etc/kubernetes/bootstrap-kubelet.conf'])
      expect(fileText(config, path)).toBeUndefined()
    // The cluster keeps that file, and kubeadm writes it anew.
    expect(open.map(({ id }) => id)).not.toContain('kubelet-config:/var/lib/kubelet/config.yaml')
  })

  it('has the token in files for root alone, and no longer than it takes to join', () => {
    const { config } = joined()
    const holding = (config.storage?.files ?? []).filter((file) => JSON.stringify(file).includes('BOOTSTRAP'))
    expect(holding.map(({ path, mode }) => [path, mode])).toEqual([[joinFile, 0o600]])
    const unit = config.systemd?.units?.find(({ name }) => name === 'osferry-join.service')
    expect(unit?.contents).toContain(`ExecStart=/usr/bin/kubeadm join --config ${joinFile}\n`)
    expect(unit?.contents).toContain(`ExecStartPost=/bin/rm -f ${joinFile} `)
    expect(unit?.contents).toContain('ConditionPathExists=!/etc/kubernetes/kubelet.conf')
    expect(unit?.enabled).toBe(true)
  })

  it('starts its kubelet with the configuration of the cluster, and with flags of the node over it', () => {
    const unit = joined().config.systemd?.units?.find(({ name }) => name === 'kubelet.service')
    const contents = unit?.dropins?.[0]?.contents ?? ''
    expect(contents).toContain('ConditionPathExists=/var/lib/kubelet/config.yaml')
    const words = contents.split('ExecStart=\n')[1]!.split(/\s+/)
    const order = [
      '--config=/var/lib/kubelet/config.yaml',
      '$KUBELET_KUBEADM_ARGS',
      '--cgroup-driver=systemd',
    ]
    expect(words.filter((word) => order.includes(word))).toEqual(order)
    expect(words).toContain('--node-labels=zone=a')
    expect(words.join(' ')).not.toContain('client-ca-file')
  })

  it.each([
    ['1.20.15', 'v1beta2'],
    ['v1.22.0', 'v1beta3'],
    ['1.30.9', 'v1beta3'],
    ['1.31.0', 'v1beta4'],
  ])('is written for the kubeadm of %s as %s', (version, form) => {
    const { config } = joined(wholeProfile({ 'kubernetes.kubeletVersion': version }))
    expect(JSON.parse(fileText(config, joinFile)!)).toMatchObject({ apiVersion: `kubeadm.k8s.io/${form}` })
  })

  it('is refused where the image has no kubeadm', () => {
    expect(() => joined(wholeProfile({ 'kubernetes.kubeadmPath': null }))).toThrow(/by kubeadm.*has none/)
  })
})

describe('the host', () => {
  it('loads modules by the names that the new kernel has', () => {
    const load = [{ file: '/etc/modules-load.d/k8s.conf', module: 'nf_conntrack_ipv4' }]
    const renamedModules = new Map([['nf_conntrack_ipv4', 'nf_conntrack']])
    const { config } = buildIgnition(ignitionRequest({ moduleConfig: { load } }, { renamedModules }))
    expect(fileText(config, '/etc/modules-load.d/90-osferry.conf')).toBe('nf_conntrack\n')
  })

  it('keeps options of modules, and names directives that run programs', () => {
    const directive = { file: '/etc/modprobe.d/a.conf', module: 'bonding', value: '' }
    const directives = [
      { ...directive, directive: 'options' as const, value: 'max_bonds=0' },
      { ...directive, directive: 'blacklist' as const, module: 'nouveau' },
      { ...directive, directive: 'install' as const, module: 'usb-storage', value: '/bin/true' },
      { ...directive, directive: 'options' as const, file: '/usr/lib/modprobe.d/b.conf', value: 'debug=1' },
    ]
    const { config, open } = buildIgnition(ignitionRequest({ moduleConfig: { directives } }))
    expect(fileText(config, '/etc/modprobe.d/90-osferry.conf')).toBe(
      'options bonding max_bonds=0\nblacklist nouveau\n',
    )
    expect(open.map(({ id }) => id)).toContain('modprobe:install usb-storage')
  })

  it('keeps the last value of a key that the administrator has set, and no default of a package', () => {
    const files = [
      { file: '/usr/lib/sysctl.d/50-default.conf', key: 'kernel.sysrq', value: '16' },
      { file: '/etc/sysctl.d/a.conf', key: 'vm.max_map_count', value: '1' },
      { file: '/etc/sysctl.conf', key: 'vm.max_map_count', value: '262144' },
    ]
    const { config } = buildIgnition(ignitionRequest({ sysctl: { files } }))
    expect(fileText(config, '/etc/sysctl.d/90-osferry.conf')).toBe('vm.max_map_count = 262144\n')
  })

  it('keeps kernel arguments that change what it can do, and no others', () => {
    const cmdline = [
      'BOOT_IMAGE=/vmlinuz',
      'root=/dev/vda2',
      'intel_iommu=on',
      'hugepagesz=1G',
      'hugepages=4',
      'quiet',
    ]
    const { config } = buildIgnition(ignitionRequest({ kernel: { cmdline } }))
    expect(config.kernelArguments?.shouldExist).toEqual(['intel_iommu=on', 'hugepagesz=1G', 'hugepages=4'])
  })

  it('asks its time servers by the service that the system has', () => {
    const time = { time: { servers: ['ntp.example.com'] } }
    const chrony = buildIgnition(ignitionRequest(time)).config
    expect(fileText(chrony, '/etc/chrony.conf')).toContain('server ntp.example.com iburst\n')
    const profile = wholeProfile({ 'time.service': 'systemd-timesyncd' })
    const timesyncd = buildIgnition(ignitionRequest(time, { profile })).config
    expect(fileText(timesyncd, '/etc/systemd/timesyncd.conf.d/90-osferry.conf')).toBe(
      '[Time]\nNTP=ntp.example.com\n',
    )
  })

  it('has the proxies of the host for every service', () => {
    const settings = [{ file: '/etc/environment', key: 'https_proxy', value: 'http://proxy:3128' }]
    const { config } = buildIgnition(ignitionRequest({ proxy: { settings } }))
    expect(fileText(config, '/etc/systemd/system.conf.d/90-osferry-proxy.conf')).toBe(
      '[Manager]\nDefaultEnvironment="HTTPS_PROXY=http://proxy:3128" "https_proxy=http://proxy:3128"\n',
    )
  })

  it('lets in those whom the settings name, with the ids that their files have', () => {
    const facts = {
      users: { users: [{ name: 'ops', uid: 1005, gid: 1005, home: '/home/ops', shell: '/bin/bash' }] },
    }
    const user = { name: 'ops', authorizedKeys: ['ssh-ed25519 AAAA ops'], groups: ['wheel'] }
    const { config } = buildIgnition(
      ignitionRequest(facts, {
        profile: wholeProfile({ 'packages.sshd': true }),
        settings: settingsOf({ users: [user] }),
      }),
    )
    expect(config.passwd?.users).toEqual([
      { name: 'ops', uid: 1005, groups: ['wheel'], sshAuthorizedKeys: ['ssh-ed25519 AAAA ops'] },
    ])
  })
})
