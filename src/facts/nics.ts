import type { CollectorInput } from '../model/collector.ts'
import { defineCollector } from '../model/collector.ts'
import type { Nics } from '../model/facts-hardware.ts'
import { ipScript, type Link, parseLinks } from './ip.ts'
import { baseName, integerOf, lineOf } from './values.ts'

/** Only devices with hardware behind them: a node has hundreds of veth without. */
const speed = '/sys/class/net/*/device/net/*/speed'
const portName = '/sys/class/net/*/device/net/*/phys_port_name'
const device = '/sys/class/net/*/device'
const driver = '/sys/class/net/*/device/driver'

/** Network interfaces: `ip` for what they are, sysfs for the hardware behind them. */
export const nics = defineCollector({
  fact: 'nics',
  set: 'basic',
  command: 'ip -d -j address show; ls -l /sys/class/net/*/device/driver; cat /sys/class/net/*/speed',
  files: [speed, portName],
  paths: [device, driver],
  script: ipScript,
  maxBytes: 4 * 1024 * 1024,
  parse(input) {
    const links = parseLinks(input.stdout, input.exitCode)
    return {
      interfaces: input.atMost(links, 1000, 'interfaces').map((link) => interfaceOf(link, links, input)),
    }
  },
})

type Nic = Nics['interfaces'][number]

function interfaceOf(link: Link, links: readonly Link[], input: CollectorInput): Nic {
  const name = link.ifname
  const kind = kindOf(link, input)
  const ports = links.filter(({ master }) => master === name).map(({ ifname }) => ifname)
  const own = `/sys/class/net/${name}/device/net/${name}`
  const speedMbps = integerOf(input, `${own}/speed`)
  const mac = link.address ?? null
  const permanent = link.linkinfo?.info_slave_data?.perm_hwaddr ?? link.permaddr
  return {
    name,
    kind,
    mac,
    permanentMac: typeof permanent === 'string' ? permanent : kind === 'physical' ? mac : null,
    driver: linkTarget(input, `/sys/class/net/${name}/device/driver`),
    // Not always PCI: a virtio device answers `virtio2`.
    slot: linkTarget(input, `/sys/class/net/${name}/device`),
    // -1 while there is no carrier.
    speedMbps: speedMbps !== null && speedMbps > 0 ? speedMbps : null,
    mtu: link.mtu ?? null,
    state: link.operstate?.toLowerCase() ?? null,
    altnames: link.altnames ?? [],
    master: link.master ?? null,
    physPortName: lineOf(input, `${own}/phys_port_name`),
    bond: kind === 'bond' ? { mode: modeOf(link), ports } : null,
    vlan: vlanOf(link),
    bridgePorts: kind === 'bridge' ? ports : null,
  }
}

function kindOf(link: Link, input: CollectorInput): Nic['kind'] {
  const kind = link.linkinfo?.info_kind
  if (kind === 'bond' || kind === 'vlan' || kind === 'bridge' || kind === 'team') return kind
  if (link.link_type === 'loopback') return 'loopback'
  return input.paths.has(`/sys/class/net/${link.ifname}/device`) ? 'physical' : 'virtual'
}

function modeOf(link: Link): string | null {
  const mode = link.linkinfo?.info_data?.mode
  return typeof mode === 'string' ? mode : null
}

function vlanOf(link: Link): Nic['vlan'] {
  const id = link.linkinfo?.info_data?.id
  const isVlan = link.linkinfo?.info_kind === 'vlan'
  return isVlan && typeof id === 'number' && Number.isInteger(id) ? { id, parent: link.link ?? '' } : null
}

function linkTarget(input: CollectorInput, path: string): string | null {
  const target = input.paths.get(path)?.target
  return target === null || target === undefined ? null : baseName(target)
}
