import type { FactName, FactValue } from '../../src/model/facts.ts'
import { healthySystem } from './healthy-system.ts'

type Part<F extends FactName> = { [K in F]: FactValue<K> }

/** Network, disks and boot of the healthy worker. */
const platform: Part<
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
> = {
  nics: {
    interfaces: [
      nic({ name: 'lo', kind: 'loopback', mtu: 65_536 }),
      nic({
        name: 'eth0',
        kind: 'physical',
        mac: '00:16:3e:00:00:01',
        permanentMac: '00:16:3e:00:00:01',
        driver: 'virtio_net',
        slot: '0000:00:03.0',
        speedMbps: 10_000,
        altnames: [],
      }),
    ],
  },
  addresses: {
    addresses: [
      {
        interface: 'eth0',
        family: 4,
        address: '10.0.0.11',
        prefix: 24,
        scope: 'global',
        dynamic: true,
      },
    ],
  },
  routes: {
    routes: [
      {
        family: 4,
        destination: 'default',
        gateway: '10.0.0.1',
        interface: 'eth0',
        metric: 100,
        protocol: 'dhcp',
      },
      {
        family: 4,
        destination: '10.0.0.0/24',
        gateway: null,
        interface: 'eth0',
        metric: 100,
        protocol: 'kernel',
      },
    ],
  },
  dns: {
    servers: ['10.0.0.2'],
    search: ['example.com'],
    options: [],
    resolvConfTarget: null,
    hostsEntries: [],
  },
  networkConfig: {
    networkManager: true,
    networkScripts: false,
    networkd: false,
    ifcfg: [
      {
        file: '/etc/sysconfig/network-scripts/ifcfg-eth0',
        device: 'eth0',
        settings: { BOOTPROTO: 'dhcp', ONBOOT: 'yes', TYPE: 'Ethernet' },
      },
    ],
    keyfiles: [],
    scripts: [],
    routeFiles: [],
    linkFiles: [],
    udevNetRules: [],
  },
  proxy: { settings: [] },
  gpu: { devices: [], drivers: [] },
  disks: {
    devices: [
      disk({ name: 'vda', type: 'disk', sizeBytes: 107_374_182_400 }),
      disk({
        name: 'vda1',
        type: 'part',
        sizeBytes: 1_073_741_824,
        parents: ['vda'],
        fstype: 'ext4',
        mountpoint: '/boot',
      }),
      disk({
        name: 'vda2',
        type: 'part',
        sizeBytes: 106_299_392_000,
        parents: ['vda'],
        fstype: 'xfs',
        mountpoint: '/',
      }),
    ],
    rootDisks: ['vda'],
  },
  lvm: { volumeGroups: [], logicalVolumes: [], physicalVolumes: [] },
  raid: { arrays: [] },
  filesystems: {
    filesystems: [
      {
        device: '/dev/vda2',
        mountpoint: '/',
        type: 'xfs',
        features: ['crc=1', 'finobt=1', 'ftype=1', 'reflink=1'],
      },
      {
        device: '/dev/vda1',
        mountpoint: '/boot',
        type: 'ext4',
        features: ['has_journal', 'extent', '64bit', 'flex_bg', 'metadata_csum'],
      },
    ],
  },
  mounts: {
    mounts: [
      { source: '/dev/vda2', target: '/', fstype: 'xfs', options: ['rw', 'relatime', 'attr2', 'noquota'] },
      { source: '/dev/vda1', target: '/boot', fstype: 'ext4', options: ['rw', 'relatime'] },
      { source: 'tmpfs', target: '/run', fstype: 'tmpfs', options: ['rw', 'nosuid', 'nodev', 'mode=755'] },
    ],
  },
  fstab: {
    entries: [
      {
        line: 9,
        source: 'UUID=6e283513-76ec-4ae0-8b1b-4b2f1b1f0001',
        target: '/',
        fstype: 'xfs',
        options: ['defaults'],
      },
      {
        line: 10,
        source: 'UUID=6e283513-76ec-4ae0-8b1b-4b2f1b1f0002',
        target: '/boot',
        fstype: 'ext4',
        options: ['defaults'],
      },
    ],
    malformed: [],
  },
  swap: { devices: [] },
  space: {
    filesystems: [
      {
        source: '/dev/vda2',
        target: '/',
        fstype: 'xfs',
        sizeKiB: 103_755_776,
        availableKiB: 78_000_000,
        inodes: 51_900_000,
        inodesFree: 51_500_000,
      },
      {
        source: '/dev/vda1',
        target: '/boot',
        fstype: 'ext4',
        sizeKiB: 999_320,
        availableKiB: 720_000,
        inodes: 65_536,
        inodesFree: 65_200,
      },
    ],
  },
  boot: {
    mode: 'bios',
    esp: null,
    secureBoot: null,
    tpm: null,
    efiTools: true,
    efiEntries: [],
    efiBootOrder: [],
    efiBootCurrent: null,
    grubDefault: {
      cmdline: ['console=tty0', 'console=ttyS0,115200n8', 'net.ifnames=0', 'crashkernel=256M'],
      blscfg: true,
      problems: [],
    },
    grubenvBytes: 1024,
    dracutConf: [],
  },
  storageStack: {
    multipath: false,
    nvmeOf: false,
    iscsiSessions: 0,
    fibreChannelHosts: 0,
    luks: [],
    bcache: [],
    drbd: false,
    vdo: false,
    cephOsds: [],
  },
  localPaths: { entries: [], truncated: false },
}

/** Every fact of the healthy worker from the network inwards. */
export const healthyNode = { ...platform, ...healthySystem }

type Nic = FactValue<'nics'>['interfaces'][number]
type Disk = FactValue<'disks'>['devices'][number]

/** One network interface with ordinary values for what is not named. */
export function nic(values: Partial<Nic> & Pick<Nic, 'name'>): Nic {
  return {
    kind: 'physical',
    mac: null,
    permanentMac: null,
    driver: null,
    slot: null,
    speedMbps: null,
    mtu: 1500,
    state: 'up',
    altnames: [],
    master: null,
    physPortName: null,
    bond: null,
    vlan: null,
    bridgePorts: null,
    ...values,
  }
}

/** One block device with ordinary values for what is not named. */
export function disk(values: Partial<Disk> & Pick<Disk, 'name'>): Disk {
  return {
    path: `/dev/${values.name}`,
    type: 'disk',
    sizeBytes: 0,
    parents: [],
    fstype: null,
    mountpoint: null,
    uuid: null,
    label: null,
    partLabel: null,
    partUuid: null,
    rotational: false,
    readOnly: false,
    model: null,
    serial: null,
    transport: 'virtio',
    drivers: ['virtio_blk'],
    ...values,
  }
}
