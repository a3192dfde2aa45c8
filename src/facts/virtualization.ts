import type { CollectorInput } from '../model/collector.ts'
import { defineCollector } from '../model/collector.ts'
import { lineOf, linesIn, switchOf } from './values.ts'

const nestedIntel = '/sys/module/kvm_intel/parameters/nested'
const nestedAmd = '/sys/module/kvm_amd/parameters/nested'

/** Words of systemd-detect-virt(1) that mean a container. */
const containers = new Set([
  'lxc',
  'lxc-libvirt',
  'systemd-nspawn',
  'docker',
  'podman',
  'rkt',
  'wsl',
  'proot',
  'pouch',
  'openvz',
  'container-other',
])

/** What DMI says where systemd-detect-virt is not there: systemd's table (src/basic/virt.c). */
const vendors: readonly (readonly [RegExp, string])[] = [
  [/^(QEMU|KVM|Red Hat KVM|OpenStack|Alibaba Cloud)/i, 'kvm'],
  [/^Amazon EC2/i, 'amazon'],
  [/^VMware/i, 'vmware'],
  [/^(innotek GmbH|Oracle Corporation)/i, 'oracle'],
  [/^Xen/i, 'xen'],
  [/^Microsoft Corporation/i, 'microsoft'],
  [/^Parallels/i, 'parallels'],
]

/** Virtual or not, and what virtual machines of its own the host could run. */
export const virtualization = defineCollector({
  fact: 'virtualization',
  set: 'basic',
  command: 'systemd-detect-virt; ls /dev/kvm /dev/vhost-*',
  files: [nestedIntel, nestedAmd, '/sys/class/dmi/id/sys_vendor'],
  paths: ['/dev/kvm', '/dev/vhost-vsock', '/dev/vhost-net', '/.dockerenv', '/run/.containerenv'],
  script: `
systemd-detect-virt || [ $? -ne 127 ] || echo missing
set -- /sys/kernel/iommu_groups/*
[ -e "$1" ] || shift
echo "iommu $#"`,
  parse(input) {
    const type = typeOf(input)
    return {
      type,
      container:
        containers.has(type ?? '') || input.paths.has('/.dockerenv') || input.paths.has('/run/.containerenv'),
      kvmDevice: input.paths.has('/dev/kvm'),
      vhostVsock: input.paths.has('/dev/vhost-vsock'),
      vhostNet: input.paths.has('/dev/vhost-net'),
      nested: switchOf(input, nestedIntel) ?? switchOf(input, nestedAmd),
      iommuGroups: Number(/^iommu (\d{1,6})$/m.exec(input.stdout)?.[1] ?? 0),
    }
  },
})

function typeOf(input: CollectorInput): string | null {
  const word = linesIn(input.stdout)[0]?.trim() ?? ''
  if (/^[a-z0-9-]+$/.test(word) && word !== 'missing') return word
  const vendor = lineOf(input, '/sys/class/dmi/id/sys_vendor') ?? ''
  return vendors.find(([pattern]) => pattern.test(vendor))?.[1] ?? null
}
