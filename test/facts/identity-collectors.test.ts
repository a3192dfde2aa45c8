import { describe, expect, it } from 'vitest'
import { bootTime } from '../../src/facts/boot-time.ts'
import { confidential } from '../../src/facts/confidential.ts'
import { cpu } from '../../src/facts/cpu.ts'
import { hardware } from '../../src/facts/hardware.ts'
import { identity } from '../../src/facts/identity.ts'
import { machineId } from '../../src/facts/machine-id.ts'
import { memory } from '../../src/facts/memory.ts'
import { osRelease } from '../../src/facts/os-release.ts'
import { releasePackages } from '../../src/facts/release-packages.ts'
import { time } from '../../src/facts/time.ts'
import { virtualization } from '../../src/facts/virtualization.ts'
import { FactGap } from '../../src/model/collector.ts'
import { collectorInput } from '../support/collector-input.ts'
import { runScript } from '../support/run-script.ts'

const centosOsRelease = `NAME="CentOS Linux"
VERSION="8"
ID="centos"
ID_LIKE="rhel fedora"
VERSION_ID="8"
PLATFORM_ID="platform:el8"
PRETTY_NAME="CentOS Linux 8"
ANSI_COLOR="0;31"
CPE_NAME="cpe:/o:centos:centos:8"
HOME_URL="https://centos.org/"
`

describe('osRelease', () => {
  it('reads CentOS 8.5, whose minor version is only in the release line', () => {
    const input = collectorInput({
      files: { '/etc/os-release': centosOsRelease, '/etc/centos-release': 'CentOS Linux release 8.5.2111\n' },
    })
    expect(osRelease.parse(input)).toEqual({
      id: 'centos',
      idLike: ['rhel', 'fedora'],
      name: 'CentOS Linux',
      version: '8',
      versionId: '8',
      platformId: 'platform:el8',
      prettyName: 'CentOS Linux 8',
      variantId: null,
      cpeName: 'cpe:/o:centos:centos:8',
      releaseLine: 'CentOS Linux release 8.5.2111',
      release: '8.5.2111',
    })
  })

  it('takes single quotes, no quotes and the vendor file', () => {
    const input = collectorInput({
      files: { '/usr/lib/os-release': "ID=anolis\nNAME='Anolis OS'\nevil=1\n" },
    })
    expect(osRelease.parse(input)).toMatchObject({ id: 'anolis', name: 'Anolis OS', release: null })
  })

  it('is a gap when there is nothing to read', () => {
    expect(() => osRelease.parse(collectorInput())).toThrow(FactGap)
  })
})

describe('releasePackages', () => {
  it('finds release and branding packages among all', () => {
    const row = (name: string, vendor: string): string =>
      `${name}\t0\t8.5\t3.el8\tnoarch\t1638000000\t\t\t${vendor}`
    const names = ['centos-linux-release', 'centos-logos', 'centos-gpg-keys', 'openssl', 'lsb-release-tools']
    const stdout = `\u001epackages\n${names.map((name) => row(name, 'CentOS')).join('\n')}\n`
    expect(releasePackages.parse(collectorInput({ stdout }))).toMatchObject({
      packages: [
        { name: 'centos-linux-release', version: '8.5', release: '3.el8', vendor: 'CentOS', role: 'release' },
        { name: 'centos-logos', role: 'branding' },
        { name: 'centos-gpg-keys', role: 'branding' },
      ],
    })
  })
})

describe('identity', () => {
  const files = { '/proc/sys/kernel/hostname': 'node-1\n', '/etc/hostname': 'node-1.static\n' }

  it('takes the canonical name of /etc/hosts', () => {
    const hosts = '127.0.0.1 localhost\n10.0.0.5\tnode-1.example.com node-1 # this one\n'
    expect(identity.parse(collectorInput({ files: { ...files, '/etc/hosts': hosts } }))).toEqual({
      hostname: 'node-1',
      staticHostname: 'node-1.static',
      fqdn: 'node-1.example.com',
    })
  })

  it('takes the answer of the resolver last, and only if it is a name', () => {
    expect(identity.parse(collectorInput({ files, stdout: 'node-1.dns.example\n' }))).toMatchObject({
      fqdn: 'node-1.dns.example',
    })
    const unnamed = { ...files, '/etc/hostname': 'other.static\n' }
    expect(identity.parse(collectorInput({ files: unnamed, stdout: 'evil name.x\n' }))).toMatchObject({
      fqdn: null,
    })
  })

  it('takes a longer form of its name from /etc/hostname, for which no resolver is asked', () => {
    expect(identity.parse(collectorInput({ files }))).toMatchObject({ fqdn: 'node-1.static' })
    expect(identity.script).toMatch(/case \$static in "\$name"\.\*\) exit 0[^]*timeout -k 1 2 hostname -f/)
  })

  it('is a gap without a host name', () => {
    expect(() => identity.parse(collectorInput())).toThrow(FactGap)
  })
})

describe('machineId', () => {
  it.each([
    ['0123456789abcdef0123456789abcdef\n', { id: '0123456789abcdef0123456789abcdef', raw: 'valid' }],
    ['', { id: null, raw: 'empty' }],
    ['uninitialized\n', { id: null, raw: 'uninitialized' }],
    ['0123456789ABCDEF0123456789abcdef\n', { id: null, raw: 'malformed' }],
  ])('reads %j', (text, expected) => {
    expect(machineId.parse(collectorInput({ files: { '/etc/machine-id': text } }))).toEqual(expected)
  })

  it('tells missing from denied', () => {
    expect(machineId.parse(collectorInput())).toEqual({ id: null, raw: 'missing' })
    const denied = collectorInput({ files: { '/etc/machine-id': { status: 'denied' } } })
    expect(() => machineId.parse(denied)).toThrow('permission denied')
  })
})

describe('hardware', () => {
  it('says that serial numbers need root', () => {
    const files = {
      '/sys/class/dmi/id/sys_vendor': 'Dell Inc.\n',
      '/sys/class/dmi/id/product_name': 'PowerEdge R740\n',
      '/sys/class/dmi/id/product_serial': { status: 'denied' as const },
      '/sys/class/dmi/id/chassis_type': '23\n',
    }
    expect(hardware.parse(collectorInput({ files, privilege: 'user' }))).toMatchObject({
      value: { vendor: 'Dell Inc.', product: 'PowerEdge R740', serial: null, chassisType: '23' },
      degraded: 'not allowed to read /sys/class/dmi/id/product_serial',
    })
  })
})

const skylake =
  'fpu vme cx16 lahf_lm popcnt pni sse4_1 sse4_2 ssse3 avx avx2 bmi1 bmi2 f16c fma abm movbe xsave avx512f avx512bw avx512cd avx512dq avx512vl'

function cpuInput(flags: string, topology: readonly (readonly [number, number])[], online: string) {
  const files = Object.fromEntries(
    topology.flatMap(([socket, core], index) => [
      [`/sys/devices/system/cpu/cpu${index}/topology/physical_package_id`, `${socket}\n`],
      [`/sys/devices/system/cpu/cpu${index}/topology/core_id`, `${core}\n`],
    ]),
  )
  return collectorInput({
    stdout: `arch x86_64\npage 4096\ncpu vendor_id\t: GenuineIntel\ncpu model name\t: Intel(R) Xeon(R) Gold 6130 CPU @ 2.10GHz\ncpu flags\t\t: ${flags}\n`,
    files: { ...files, '/sys/devices/system/cpu/online': online },
  })
}

describe('cpu', () => {
  it('counts sockets and cores', () => {
    const topology = [0, 0, 1, 1, 0, 0, 1, 1].map((socket, index) => [socket, index % 2] as const)
    expect(cpu.parse(cpuInput(skylake, topology, '0-7\n'))).toMatchObject({
      arch: 'x86_64',
      vendor: 'GenuineIntel',
      model: 'Intel(R) Xeon(R) Gold 6130 CPU @ 2.10GHz',
      logicalCount: 8,
      socketCount: 2,
      coresPerSocket: 2,
      microarchitectureLevel: 4,
    })
  })

  it.each([
    [skylake.replace('avx512vl', ''), 3],
    [skylake.replace('avx2', ''), 2],
    ['fpu sse2', 1],
    ['', null],
  ])('tells the psABI level of %j', (flags, level) => {
    expect(cpu.parse(cpuInput(flags, [[0, 0]], '0\n'))).toMatchObject({ microarchitectureLevel: level })
  })

  it('has no level and no sockets on an Arm machine that does not tell', () => {
    const input = collectorInput({
      stdout: 'arch aarch64\npage 65536\ncpu CPU implementer\t: 0x48\ncpu Features\t: fp asimd\n',
      files: {
        '/sys/devices/system/cpu/online': '0-3,5\n',
        '/sys/devices/system/cpu/cpu0/topology/physical_package_id': '-1\n',
      },
    })
    expect(cpu.parse(input)).toMatchObject({
      arch: 'aarch64',
      vendor: '0x48',
      logicalCount: 5,
      socketCount: null,
      coresPerSocket: null,
      flags: ['fp', 'asimd'],
      microarchitectureLevel: null,
    })
  })

  it('is a gap when nothing is told', () => {
    expect(() => cpu.parse(collectorInput())).toThrow(FactGap)
  })

  it.each(['0-' + '1'.repeat(400), '1'.repeat(400), '5-3', 'x'])(
    'is a gap when the list of processors is %j',
    (online) => {
      const files = { '/sys/devices/system/cpu/online': online }
      expect(() => cpu.parse(collectorInput({ stdout: 'arch x86_64', files }))).toThrow(FactGap)
    },
  )
})

describe('memory', () => {
  it('reads pages, huge pages and NUMA nodes', () => {
    const pages = '/sys/kernel/mm/hugepages/hugepages-2048kB'
    const input = collectorInput({
      stdout: 'arch x86_64\npage 4096\n',
      files: {
        '/proc/meminfo':
          'MemTotal:       65806420 kB\nMemFree: 1 kB\nMemAvailable:   60000000 kB\nSwapTotal:       4194300 kB\n',
        '/sys/kernel/mm/transparent_hugepage/enabled': 'always [madvise] never\n',
        [`${pages}/nr_hugepages`]: '512\n',
        [`${pages}/free_hugepages`]: '500\n',
        '/sys/devices/system/node/node1/cpulist': '8-15\n',
        '/sys/devices/system/node/node0/cpulist': '0-7\n',
        '/sys/devices/system/node/node0/meminfo': 'Node 0 MemTotal:       32903210 kB\n',
      },
    })
    expect(memory.parse(input)).toEqual({
      totalKiB: 65806420,
      availableKiB: 60000000,
      swapTotalKiB: 4194300,
      pageSizeBytes: 4096,
      transparentHugepages: 'madvise',
      hugepages: [{ sizeKiB: 2048, total: 512, free: 500 }],
      numaNodes: [
        { id: 0, cpus: '0-7', totalKiB: 32903210 },
        { id: 1, cpus: '8-15', totalKiB: null },
      ],
    })
  })

  it('is a gap when /proc/meminfo holds something else', () => {
    expect(() => memory.parse(collectorInput({ files: { '/proc/meminfo': 'binary\u0000' } }))).toThrow(
      FactGap,
    )
  })
})

describe('virtualization', () => {
  it('takes the word of systemd-detect-virt', () => {
    const input = collectorInput({
      stdout: 'kvm\niommu 34\n',
      files: { '/sys/module/kvm_intel/parameters/nested': 'Y\n' },
      paths: { '/dev/kvm': 'other', '/dev/vhost-net': 'other' },
    })
    expect(virtualization.parse(input)).toEqual({
      type: 'kvm',
      container: false,
      kvmDevice: true,
      vhostVsock: false,
      vhostNet: true,
      nested: true,
      iommuGroups: 34,
    })
  })

  it('falls back to the vendor, and says null when that tells nothing', () => {
    const vendor = (name: string) =>
      collectorInput({ stdout: 'missing\niommu 0\n', files: { '/sys/class/dmi/id/sys_vendor': name } })
    expect(virtualization.parse(vendor('VMware, Inc.\n'))).toMatchObject({ type: 'vmware' })
    expect(virtualization.parse(vendor('Dell Inc.\n'))).toMatchObject({ type: null, nested: null })
  })

  it('knows containers', () => {
    expect(virtualization.parse(collectorInput({ stdout: 'podman\n' }))).toMatchObject({ container: true })
    expect(
      virtualization.parse(collectorInput({ stdout: 'none\n', paths: { '/.dockerenv': 'file' } })),
    ).toMatchObject({
      type: 'none',
      container: true,
    })
  })
})

describe('confidential', () => {
  it('reads devices, module parameters and the kernel command line', () => {
    const input = collectorInput({
      files: { '/sys/module/kvm_amd/parameters/sev': '1\n', '/proc/cmdline': 'ro mem_encrypt=on\n' },
      paths: { '/dev/sev': 'other', '/dev/sgx/enclave': 'other' },
    })
    expect(confidential.parse(input)).toEqual({
      sevDevice: true,
      sevEnabled: true,
      sevSnpEnabled: null,
      tdxEnabled: null,
      sgxDevice: true,
      tdxGuest: false,
      sevGuest: false,
      memEncryptArg: true,
    })
  })
})

describe('time', () => {
  it.each([
    { name: 'both clocks agree', sent: 100.2, received: 101.9, first: 100, last: 101, skew: 0 },
    { name: 'the host is slow', sent: 100.9, received: 190.1, first: 101, last: 189, skew: 0 },
    { name: 'the clock is ahead', sent: 100, received: 103, first: 160, last: 162, skew: 59 },
    { name: 'the clock is behind', sent: 100, received: 103, first: 39, last: 41, skew: -60 },
    { name: 'ahead of a slow answer', sent: 100, received: 190, first: 200, last: 289, skew: 99 },
    { name: 'the answer has no end', sent: 100, received: 190, first: 100, last: null, skew: 0 },
  ])('compares the clocks of both ends: $name', ({ sent, received, first, last, skew }) => {
    const clocks = {
      sentAtSeconds: sent,
      receivedAtSeconds: received,
      epochSeconds: first,
      endEpochSeconds: last,
    }
    expect(time.parse(collectorInput({ clocks }))).toMatchObject({ skewSeconds: skew })
  })

  const tracking = 'Reference ID    : A29FC801\nStratum         : 3\nLeap status     : Normal\n'

  it('names the service, its servers and the skew', () => {
    const input = collectorInput({
      stdout: tracking,
      files: {
        '/etc/chrony.conf': '# comment\npool 2.centos.pool.ntp.org iburst\nserver 10.0.0.1\ndriftfile /x\n',
      },
      paths: { '/run/chrony/chronyd.pid': 'file' },
      links: { '/etc/localtime': '../usr/share/zoneinfo/Asia/Shanghai' },
    })
    expect(time.parse(input)).toEqual({
      epochSeconds: 1_700_000_000,
      skewSeconds: 0,
      timezone: 'Asia/Shanghai',
      service: 'chronyd',
      active: true,
      synchronized: true,
      servers: ['2.centos.pool.ntp.org', '10.0.0.1'],
    })
  })

  it('says that a clock is not synchronised, and null when nobody tells', () => {
    const bad = collectorInput({
      stdout: tracking.replace('Normal', 'Not synchronised'),
      paths: { '/run/chrony/chronyd.pid': 'file' },
    })
    expect(time.parse(bad)).toMatchObject({ synchronized: false })
    const installed = collectorInput({ paths: { '/usr/lib/systemd/system/chronyd.service': 'file' } })
    expect(time.parse(installed)).toMatchObject({ service: 'chronyd', active: false, synchronized: null })
  })
})

describe('bootTime', () => {
  it('reads all phases', () => {
    const stdout =
      'Startup finished in 9.612s (firmware) + 1.2s (loader) + 1.061s (kernel) + 2min 3.402s (initrd) + 21.9s (userspace) = 2min 37.175s \ngraphical.target reached after 21s in userspace\n'
    expect(bootTime.parse(collectorInput({ stdout }))).toEqual({
      firmwareMs: 9612,
      loaderMs: 1200,
      kernelMs: 1061,
      initrdMs: 123402,
      userspaceMs: 21900,
      totalMs: 157175,
    })
  })

  it('is a gap while the system boots or without systemd', () => {
    expect(() =>
      bootTime.parse(collectorInput({ stdout: 'Bootup is not yet finished.\n', exitCode: 1 })),
    ).toThrow('not yet')
    expect(() => bootTime.parse(collectorInput({ exitCode: 127 }))).toThrow('not installed')
  })
})

describe('the scripts of identity', () => {
  it('tell this machine the same as its own commands do', () => {
    const run = runScript(cpu.script ?? '')
    expect(run.stdout).toMatch(/^arch \w+\npage \d+\n/)
    expect(run.stdout).toMatch(/^cpu flags|^cpu Features/m)
    expect(runScript(virtualization.script ?? '').stdout).toMatch(/iommu \d+\n$/)
  })
})
