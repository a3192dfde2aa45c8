import { describe, expect, it } from 'vitest'
import { bpf } from '../../src/facts/bpf.ts'
import { cgroup } from '../../src/facts/cgroup.ts'
import { installedKernels } from '../../src/facts/installed-kernels.ts'
import { kdump } from '../../src/facts/kdump.ts'
import { kernel } from '../../src/facts/kernel.ts'
import { livePatches } from '../../src/facts/live-patches.ts'
import { lsm } from '../../src/facts/lsm.ts'
import { moduleConfig } from '../../src/facts/module-config.ts'
import { moduleFiles } from '../../src/facts/module-files.ts'
import { modules } from '../../src/facts/modules.ts'
import { sysctl } from '../../src/facts/sysctl.ts'
import { FactGap } from '../../src/model/collector.ts'
import { collectorInput } from '../support/collector-input.ts'
import { runScript } from '../support/run-script.ts'

const release = '4.18.0-348.7.1.el8_5.x86_64'

describe('kernel', () => {
  it('reads the running kernel', () => {
    const input = collectorInput({
      stdout: 'arch x86_64\npage 4096\n',
      files: {
        '/proc/sys/kernel/osrelease': `${release}\n`,
        '/proc/sys/kernel/version': '#1 SMP Wed Dec 22 13:25:12 UTC 2021\n',
        '/proc/cmdline': `BOOT_IMAGE=(hd0,gpt2)/vmlinuz-${release} root=/dev/mapper/cl-root ro dyndbg="file a.c +p" quiet\n`,
        '/proc/sys/kernel/random/boot_id': '3b0a7c3e-0000-4000-8000-000000000000\n',
        '/proc/uptime': '3600.53 7000.11\n',
        '/proc/sys/kernel/tainted': '12288\n',
      },
    })
    expect(kernel.parse(input)).toEqual({
      release,
      build: '#1 SMP Wed Dec 22 13:25:12 UTC 2021',
      arch: 'x86_64',
      cmdline: [
        `BOOT_IMAGE=(hd0,gpt2)/vmlinuz-${release}`,
        'root=/dev/mapper/cl-root',
        'ro',
        'dyndbg=file a.c +p',
        'quiet',
      ],
      bootId: '3b0a7c3e-0000-4000-8000-000000000000',
      uptimeSeconds: 3600,
      taint: 12288,
    })
  })

  it('is a gap without a release', () => {
    expect(() => kernel.parse(collectorInput({ stdout: 'arch x86_64\n' }))).toThrow(FactGap)
  })
})

function packageRows(...rows: readonly (readonly [string, string, string])[]): string {
  const lines = rows.map(
    ([name, version, build]) => `${name}\t0\t${version}\t${build}\tx86_64\t1640000000\t\t\tCentOS`,
  )
  return `\u001epackages\n${lines.join('\n')}\n`
}

function bls(version: string): string {
  return `title CentOS Linux (${version}) 8\nversion ${version}\nlinux /vmlinuz-${version}\ninitrd /initramfs-${version}.img $tuned_initrd\noptions $kernelopts $tuned_params\n`
}

describe('installedKernels', () => {
  const old = '4.18.0-80.el8.x86_64'
  const stdout = packageRows(
    ['kernel', '4.18.0', '348.7.1.el8_5'],
    ['kernel-core', '4.18.0', '348.7.1.el8_5'],
    ['kernel-core', '4.18.0', '80.el8'],
    ['kernel-headers', '4.18.0', '999.el8'],
    ['openssl', '1.1.1k', '4.el8'],
  )
  const machine = '0123456789abcdef0123456789abcdef'
  const entry = (version: string): string => `/boot/loader/entries/${machine}-${version}.conf`
  const files = { [entry(old)]: bls(old), [entry(release)]: bls(release) }

  it.each([
    ['an unreadable block', { '/boot/grub2/grubenv': { status: 'denied' } }, null],
    ['a number in /etc/default/grub', { '/etc/default/grub': 'GRUB_DEFAULT=1\n' }, old],
    ['a quoted number', { '/etc/default/grub': "GRUB_DEFAULT='0'\n" }, release],
    ['the saved entry', { '/etc/default/grub': 'GRUB_DEFAULT=saved\n' }, release],
  ] as const)('takes the default from %s', (_, more, defaultRelease) => {
    const parsed = installedKernels.parse(collectorInput({ stdout, files: { ...files, ...more } }))
    expect('value' in parsed ? parsed.value : parsed).toMatchObject({ defaultRelease })
  })

  it('joins packages, files and boot entries, and takes the saved entry', () => {
    const input = collectorInput({
      stdout,
      files: {
        ...files,
        '/boot/grub2/grubenv': `# GRUB Environment Block\nsaved_entry=${machine}-${old}\nboot_success=0\n####`,
      },
      paths: {
        [`/lib/modules/${release}`]: 'directory',
        '/lib/modules/4.18.0-999.custom': 'directory',
        [`/boot/vmlinuz-${release}`]: 'file',
        [`/boot/initramfs-${release}.img`]: 'file',
        [`/boot/config-${release}`]: 'file',
        '/boot/vmlinuz-0-rescue-0123456789abcdef0123456789abcdef': 'file',
      },
    })
    expect(installedKernels.parse(input)).toMatchObject({
      defaultRelease: old,
      defaultEntry: `${machine}-${old}`,
      newestRelease: release,
      blsEntries: [{ release }, { release: old }],
    })
    const { kernels } = installedKernels.parse(input) as { kernels: object[] }
    expect(kernels).toContainEqual({ release, vmlinuz: true, initramfs: true, config: true, packaged: true })
    expect(kernels).toContainEqual({
      release: old,
      vmlinuz: false,
      initramfs: false,
      config: false,
      packaged: true,
    })
    expect(kernels).toContainEqual({
      release: '4.18.0-999.custom',
      vmlinuz: false,
      initramfs: false,
      config: false,
      packaged: false,
    })
  })

  it.each([
    ['the newest entry without a saved one', '', release],
    ['an entry by number', 'saved_entry=1\n', old],
    ['an entry by title', `saved_entry=CentOS Linux (${old}) 8\n`, old],
    ['nothing for an entry that is not there', 'saved_entry=gone\n', null],
  ])('takes %s', (_, grubenv, expected) => {
    const input = collectorInput({ stdout, files: { ...files, '/boot/efi/EFI/centos/grubenv': grubenv } })
    expect(installedKernels.parse(input)).toMatchObject({ defaultRelease: expected })
  })

  it('says when boot entries may not be read', () => {
    const denied = { '/boot/loader/entries/*.conf': { status: 'denied' as const } }
    expect(installedKernels.parse(collectorInput({ stdout, files: denied }))).toMatchObject({
      value: { defaultRelease: null },
      degraded: expect.stringContaining('/boot/loader/entries'),
    })
  })
})

const procModules = `xfs 1519616 2 - Live 0xffffffffc0a00000
nvidia 35282944 4 nvidia_uvm,nvidia_modeset, Live 0xffffffffc1234000 (POE)
e1000e 286720 0 - Live 0xffffffffc0800000
falcon_lsm 40960 1 - Live 0xffffffffc0900000 (OE+)
ghost 16384 0 - Live 0x0000000000000000
`

describe('modules', () => {
  it('reads users, counts and taint letters', () => {
    expect(modules.parse(collectorInput({ files: { '/proc/modules': procModules } }))).toMatchObject({
      loaded: [
        { name: 'xfs', sizeBytes: 1519616, useCount: 2, usedBy: [], taint: '' },
        { name: 'nvidia', usedBy: ['nvidia_uvm', 'nvidia_modeset'], taint: 'POE' },
        { name: 'e1000e' },
        { name: 'falcon_lsm', taint: 'OE' },
        { name: 'ghost' },
      ],
    })
  })

  it('has none on a kernel without modules, and skips lines of another form', () => {
    expect(modules.parse(collectorInput())).toEqual({ loaded: [] })
    expect(modules.parse(collectorInput({ files: { '/proc/modules': 'evil\nx y z\n' } }))).toEqual({
      loaded: [],
    })
  })
})

const directory = `/lib/modules/${release}`
const moduleOutput = `\u001edirectory
${directory}
\u001efiles
kernel/fs/xfs/xfs.ko.xz
kernel/drivers/net/ethernet/intel/e1000e/e1000e.ko.xz
extra/nvidia.ko.xz
weak-updates/falcon/falcon-lsm.ko
updates/dkms/zfs.ko.xz
\u001emodinfo
filename:       ${directory}/extra/nvidia.ko.xz
version:        470.82.01
license:        NVIDIA
rhelversion:    8.5
depends:
vermagic:       ${release} SMP mod_unload modversions
parm:           NVreg_Mobile:int
filename:       ${directory}/weak-updates/falcon/falcon-lsm.ko
license:        GPL
signer:         CrowdStrike
sig_key:        00:11
vermagic:       4.18.0-240.el8.x86_64 SMP mod_unload modversions
filename:       ${directory}/updates/dkms/zfs.ko.xz
version:        2.0.7-1
vermagic:       ${release} SMP mod_unload modversions
\u001ereal
${directory}/extra/nvidia.ko.xz
\u001eowners
kmod-nvidia-470.82.01-1.el8
falcon-sensor-6.0-1
file ${directory}/updates/dkms/zfs.ko.xz is not owned by any package
\u001esymbols ${directory}/extra/nvidia.ko.xz
0x10ad2ff9\tmodule_layout
0xdeadbee\tkmalloc_caches
\u001esymbols ${directory}/weak-updates/falcon/falcon-lsm.ko
\u001esymbols ${directory}/updates/dkms/zfs.ko.xz
0x00000001\tkfree
`

describe('moduleFiles', () => {
  const input = collectorInput({ stdout: moduleOutput, files: { '/proc/modules': procModules } })

  it('tells origin, owner, signer and symbols of out-of-tree modules', () => {
    const value = moduleFiles.parse(input)
    expect(value).toMatchObject({
      files: [{ name: 'xfs', origin: 'in-tree' }, { name: 'e1000e' }, {}, {}, {}],
      outOfTree: [
        {
          name: 'nvidia',
          origin: 'extra',
          version: '470.82.01',
          license: 'NVIDIA',
          signer: null,
          package: 'kmod-nvidia-470.82.01-1.el8',
          symbols: [
            { name: 'module_layout', crc: '0x10ad2ff9' },
            { name: 'kmalloc_caches', crc: '0x0deadbee' },
          ],
        },
        {
          name: 'falcon_lsm',
          origin: 'weak-updates',
          signer: 'CrowdStrike',
          vermagic: '4.18.0-240.el8.x86_64 SMP mod_unload modversions',
          package: 'falcon-sensor-6.0-1',
          symbols: null,
        },
        { name: 'zfs', origin: 'dkms', package: null },
      ],
      withoutFile: ['ghost'],
    })
  })

  it('names no owner rather than a wrong one', () => {
    const doubled = moduleOutput.replace('falcon-sensor-6.0-1\n', 'falcon-sensor-6.0-1\nother-1-1\n')
    const value = moduleFiles.parse(
      collectorInput({ stdout: doubled, files: { '/proc/modules': procModules } }),
    )
    expect(value).toMatchObject({ outOfTree: [{ package: null }, { package: null }, { package: null }] })
  })

  it('is a gap when modules are loaded but their directory is not there', () => {
    const none = `\u001edirectory\n${directory}\n\u001enone\n`
    expect(() =>
      moduleFiles.parse(collectorInput({ stdout: none, files: { '/proc/modules': procModules } })),
    ).toThrow(FactGap)
    expect(moduleFiles.parse(collectorInput({ stdout: none, files: { '/proc/modules': '' } }))).toMatchObject(
      { files: [] },
    )
  })
})

describe('moduleConfig', () => {
  it('reads directives, joins continued lines and skips comments', () => {
    const input = collectorInput({
      files: {
        '/etc/modules-load.d/k8s.conf': '# for kubernetes\noverlay\n; x\n br_netfilter \n',
        '/etc/modprobe.d/nvidia.conf':
          'options nvidia NVreg_A=1 \\\n NVreg_B=2\nblacklist nouveau\ninstall usb-storage /bin/true\nnonsense x\n',
      },
    })
    expect(moduleConfig.parse(input)).toEqual({
      load: [
        { file: '/etc/modules-load.d/k8s.conf', module: 'overlay' },
        { file: '/etc/modules-load.d/k8s.conf', module: 'br_netfilter' },
      ],
      directives: [
        {
          file: '/etc/modprobe.d/nvidia.conf',
          directive: 'options',
          module: 'nvidia',
          value: 'NVreg_A=1   NVreg_B=2',
        },
        { file: '/etc/modprobe.d/nvidia.conf', directive: 'blacklist', module: 'nouveau', value: '' },
        {
          file: '/etc/modprobe.d/nvidia.conf',
          directive: 'install',
          module: 'usb-storage',
          value: '/bin/true',
        },
      ],
    })
  })
})

describe('sysctl', () => {
  it('applies files by name over all directories and knows missing keys', () => {
    const input = collectorInput({
      stdout:
        'net/ipv4/ip_forward\u00001\nnet/ipv4/conf/eth0.100/rp_filter\u00002\nvm/swappiness\u000060\t0\nmissing net/ipv4/tcp_tw_recycle\n',
      files: {
        '/usr/lib/sysctl.d/50-default.conf': 'kernel.sysrq = 16\n-net.ipv4.conf.all.rp_filter = 1\n',
        '/usr/lib/sysctl.d/90-k8s.conf': 'hidden.by.etc = 1\n',
        '/etc/sysctl.d/90-k8s.conf': 'net.ipv4.ip_forward=1\nnet/ipv4/tcp_tw_recycle = 1\n; comment\n',
        '/etc/sysctl.conf': '# empty\nvm.swappiness = 0\n',
      },
    })
    expect(sysctl.parse(input)).toEqual({
      live: { 'net.ipv4.ip_forward': '1', 'net.ipv4.conf.eth0/100.rp_filter': '2', 'vm.swappiness': '60 0' },
      files: [
        { file: '/usr/lib/sysctl.d/50-default.conf', key: 'kernel.sysrq', value: '16' },
        { file: '/usr/lib/sysctl.d/50-default.conf', key: 'net.ipv4.conf.all.rp_filter', value: '1' },
        { file: '/etc/sysctl.d/90-k8s.conf', key: 'net.ipv4.ip_forward', value: '1' },
        { file: '/etc/sysctl.d/90-k8s.conf', key: 'net.ipv4.tcp_tw_recycle', value: '1' },
        { file: '/etc/sysctl.conf', key: 'vm.swappiness', value: '0' },
      ],
      missing: ['net.ipv4.tcp_tw_recycle'],
    })
  })

  it('reads what this kernel has', () => {
    const { stdout } = runScript(sysctl.script ?? '')
    expect(sysctl.parse(collectorInput({ stdout }))).toMatchObject({
      live: {
        'vm.swappiness': expect.stringMatching(/^\d+$/),
        'kernel.pid_max': expect.stringMatching(/^\d+$/),
      },
    })
    expect(stdout).toContain('missing net/ipv4/tcp_tw_recycle')
  })
})

describe('bpf', () => {
  it('counts programs and maps and reads features', () => {
    const stdout = `\u001epinned
/sys/fs/bpf/ip
/sys/fs/bpf/tc/globals/cilium_lxc
\u001eprograms
[{"id":3,"type":"cgroup_skb","name":"sd_fw"},{"id":9,"type":"sched_cls","name":"from_lxc"},{"id":10,"type":"sched_cls"}]
\u001emaps
[{"id":1,"type":"hash","name":"x"}]
\u001efeatures
{"program_types":{"have_socket_filter_prog_type":true,"have_lsm_prog_type":false},"map_types":{"have_ringbuf_map_type":true},"helpers":{"socket_filter_available_helpers":["bpf_map_lookup_elem"]}}
`
    const input = collectorInput({
      stdout,
      files: {
        '/proc/sys/net/core/bpf_jit_enable': '1\n',
        '/proc/sys/kernel/unprivileged_bpf_disabled': '0\n',
      },
      paths: { '/sys/kernel/btf/vmlinux': 'file' },
    })
    expect(bpf.parse(input)).toEqual({
      btf: true,
      jit: true,
      unprivilegedDisabled: false,
      pinned: ['/sys/fs/bpf/ip', '/sys/fs/bpf/tc/globals/cilium_lxc'],
      programs: [
        { type: 'cgroup_skb', count: 1, names: ['sd_fw'] },
        { type: 'sched_cls', count: 2, names: ['from_lxc'] },
      ],
      maps: [{ type: 'hash', count: 1 }],
      features: { programTypes: ['socket_filter'], mapTypes: ['ringbuf'], helpers: ['bpf_map_lookup_elem'] },
    })
  })

  it('has nulls, not empty lists, without bpftool or with a refusal', () => {
    const refused = '\u001epinned\n\u001eprograms\n{"error":"Operation not permitted"}\n'
    expect(bpf.parse(collectorInput({ stdout: refused }))).toMatchObject({
      programs: null,
      maps: null,
      features: null,
    })
    expect(bpf.parse(collectorInput())).toMatchObject({ btf: false, jit: null, programs: null })
  })
})

describe('lsm, live patches, kdump and cgroup', () => {
  it('reads the LSM list and does not take a missing one for an empty one', () => {
    const files = { '/sys/kernel/security/lsm': 'lockdown,capability,yama,selinux' }
    expect(lsm.parse(collectorInput({ files }))).toEqual({
      active: ['lockdown', 'capability', 'yama', 'selinux'],
    })
    expect(() => lsm.parse(collectorInput())).toThrow(FactGap)
  })

  it('reads live patches', () => {
    const files = { '/sys/kernel/livepatch/kpatch_4_18_0_348/enabled': '1\n' }
    expect(livePatches.parse(collectorInput({ files }))).toEqual({
      patches: [{ name: 'kpatch_4_18_0_348', enabled: true }],
    })
    expect(livePatches.parse(collectorInput())).toEqual({ patches: [] })
  })

  it('reads the crash kernel', () => {
    const input = collectorInput({
      files: {
        '/sys/kernel/kexec_crash_loaded': '1\n',
        '/sys/kernel/kexec_crash_size': '167772160\n',
        '/proc/cmdline': 'ro crashkernel=auto\n',
      },
      paths: { '/etc/systemd/system/multi-user.target.wants/kdump.service': 'link' },
    })
    expect(kdump.parse(input)).toEqual({
      active: true,
      enabled: true,
      crashkernel: 'auto',
      reservedBytes: 167772160,
    })
  })

  it.each([
    {
      mode: 'v2',
      files: { '/sys/fs/cgroup/cgroup.controllers': 'cpuset cpu memory\n' },
      paths: {},
      controllers: ['cpuset', 'cpu', 'memory'],
    },
    {
      mode: 'v1',
      files: {
        '/proc/cgroups': '#subsys_name\thierarchy\tnum_cgroups\tenabled\ncpu\t3\t99\t1\nrdma\t5\t1\t0\n',
      },
      paths: {},
      controllers: ['cpu'],
    },
    {
      mode: 'hybrid',
      files: { '/proc/cgroups': 'cpu\t3\t99\t1\n' },
      paths: { '/sys/fs/cgroup/unified/cgroup.controllers': 'file' as const },
      controllers: ['cpu'],
    },
  ])('tells cgroup $mode', ({ mode, files, paths, controllers }) => {
    expect(cgroup.parse(collectorInput({ files, paths }))).toMatchObject({
      mode,
      controllers,
      pressure: false,
    })
  })

  it('does not guess a cgroup mode', () => {
    expect(() => cgroup.parse(collectorInput())).toThrow(FactGap)
  })
})
