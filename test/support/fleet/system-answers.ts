import { answer, nicsOf, type AnswerContext } from './commands.ts'

/** uname, modinfo, modprobe: what the kernel of that host would say. */
export function kernelAnswers(context: AnswerContext): Record<string, string> {
  const modules = context.outOfTree ?? []
  const infos = modules.map(({ name, version }) => [
    `*/${name}.ko*) printf '%s\\n' "filename:       $file" 'version:        ${version}' 'license:        ${name === 'nvidia' ? 'NVIDIA' : 'GPL'}' 'vermagic:       ${context.kernel} SMP mod_unload modversions ' ;;`,
  ])
  const dumps = modules.map(
    ({ name, symbols }) =>
      `*/${name}.ko*) ${answer(symbols.map((row) => `${row.replace(' ', '\t')}\n`).join(''))} ;;`,
  )
  return {
    uname: [
      'case "$1" in',
      `-r) echo '${context.kernel}' ;;`,
      `-v) echo '${context.kernelBuild}' ;;`,
      '-m|-p|-i) echo x86_64 ;;',
      '-s|"") echo Linux ;;',
      '-n) cat /proc/sys/kernel/hostname ;;',
      `-a|*) echo "Linux $(cat /proc/sys/kernel/hostname) ${context.kernel} ${context.kernelBuild} x86_64 x86_64 x86_64 GNU/Linux" ;;`,
      'esac',
    ].join('\n'),
    modinfo: ['for file; do', 'case "$file" in', ...infos.flat(), 'esac', 'done'].join('\n'),
    modprobe: ['case "$2" in', ...dumps, 'esac'].join('\n'),
  }
}

interface Device {
  name: string
  type: string
  size: number
  fstype: string
  mountpoint: string
  parents: readonly string[]
  tran?: string
  model?: string
}

/** lsblk (pairs and JSON), df, and blkid of that host's disks. */
export function deviceRows(context: AnswerContext): Record<string, string> {
  const devices = devicesOf(context)
  const listed = devices.flatMap((device) =>
    device.parents.length < 2 ? [device] : device.parents.map((parent) => ({ ...device, parents: [parent] })),
  )
  const pairs = listed.map((device) =>
    Object.entries(columnsOf(device))
      .map(([key, value]) => `${key}="${value}"`)
      .join(' '),
  )
  const tree = (parent: string | undefined): unknown[] =>
    devices
      .filter((device) =>
        parent === undefined ? device.parents.length === 0 : device.parents.includes(parent),
      )
      .map((device) => {
        const children = tree(device.name)
        const row = Object.fromEntries(
          Object.entries(columnsOf(device)).map(([key, value]) => [
            key.toLowerCase(),
            value === '' ? null : value,
          ]),
        )
        return children.length === 0 ? row : { ...row, children }
      })
  const json = JSON.stringify({ blockdevices: tree(undefined) })
  return {
    lsblk: [
      'case "$*" in',
      `*-J*|*--json*) ${answer(json)} ;;`,
      `*) ${answer(`${pairs.join('\n')}\n`)} ;;`,
      'esac',
    ].join('\n'),
    df: spaceAnswer(context),
  }
}

function columnsOf(device: Device): Record<string, string> {
  return {
    NAME: `/dev/${device.name}`,
    KNAME: `/dev/${device.name}`,
    PKNAME: device.parents[0] === undefined ? '' : `/dev/${device.parents[0]}`,
    TYPE: device.type,
    SIZE: String(device.size),
    FSTYPE: device.fstype,
    MOUNTPOINT: device.mountpoint,
    UUID:
      device.fstype === ''
        ? ''
        : `2f6a1d8e-5c0b-4a3e-9a52-${Buffer.from(device.name.padEnd(6, '0').slice(0, 6)).toString('hex')}`,
    LABEL: '',
    PARTLABEL: '',
    PARTUUID: device.type === 'part' ? `b3f1c0de-0${device.name.at(-1)}` : '',
    ROTA: device.name.startsWith('nvme') ? '0' : '1',
    RO: '0',
    MODEL: device.model ?? '',
    SERIAL: '',
    TRAN: device.tran ?? '',
    'MAJ:MIN': '252:0',
  }
}

function devicesOf(context: AnswerContext): Device[] {
  if (context.bonded === true) return raidDevices
  const gib = 2 ** 30
  return [
    { name: 'vda', type: 'disk', size: 100 * gib, fstype: '', mountpoint: '', parents: [], tran: 'virtio' },
    { name: 'vda1', type: 'part', size: gib, fstype: 'xfs', mountpoint: '/boot', parents: ['vda'] },
    { name: 'vda2', type: 'part', size: 98 * gib, fstype: 'xfs', mountpoint: '/', parents: ['vda'] },
    ...(context.centos.uefi === true
      ? [
          {
            name: 'vda3',
            type: 'part',
            size: gib / 2,
            fstype: 'vfat',
            mountpoint: '/boot/efi',
            parents: ['vda'],
          },
        ]
      : []),
    ...(context.nvme === true
      ? [
          {
            name: 'nvme0n1',
            type: 'disk',
            size: 3840 * gib,
            fstype: 'xfs',
            mountpoint: '/data',
            parents: [],
            tran: 'nvme',
            model: 'INTEL SSDPE2KX040T8',
          },
        ]
      : []),
  ]
}

const raidDevices: Device[] = [
  {
    name: 'sda',
    type: 'disk',
    size: 480_103_981_056,
    fstype: '',
    mountpoint: '',
    parents: [],
    tran: 'sas',
    model: 'MR9361-8i',
  },
  {
    name: 'sda1',
    type: 'part',
    size: 629_145_600,
    fstype: 'vfat',
    mountpoint: '/boot/efi',
    parents: ['sda'],
  },
  {
    name: 'sda2',
    type: 'part',
    size: 107_306_024_960,
    fstype: 'linux_raid_member',
    mountpoint: '',
    parents: ['sda'],
  },
  {
    name: 'sdb',
    type: 'disk',
    size: 480_103_981_056,
    fstype: '',
    mountpoint: '',
    parents: [],
    tran: 'sas',
    model: 'MR9361-8i',
  },
  {
    name: 'sdb2',
    type: 'part',
    size: 107_306_024_960,
    fstype: 'linux_raid_member',
    mountpoint: '',
    parents: ['sdb'],
  },
  {
    name: 'md127',
    type: 'raid1',
    size: 107_306_024_960,
    fstype: 'xfs',
    mountpoint: '/',
    parents: ['sda2', 'sdb2'],
  },
]

/** df in kibibytes or inodes: source, (type,) size, used, available, percent, target. */
function spaceAnswer(context: AnswerContext): string {
  const root = context.bonded === true ? '/dev/md127' : '/dev/vda2'
  const rows: [string, string, number, number, string][] = [
    [root, 'xfs', 102_700_000, 71_000_000, '/'],
    ['/dev/vda1', 'xfs', 1_038_336, 720_000, '/boot'],
    ['tmpfs', 'tmpfs', 8_132_716, 8_100_000, '/run'],
    ...(context.centos.uefi === true
      ? [['/dev/vda3', 'vfat', 613_160, 606_000, '/boot/efi'] as [string, string, number, number, string]]
      : []),
    ...(context.nvme === true
      ? [
          ['/dev/nvme0n1', 'xfs', 3_750_000_000, 2_900_000_000, '/data'] as [
            string,
            string,
            number,
            number,
            string,
          ],
        ]
      : []),
  ]
  const line = ([source, type, size, free, target]: (typeof rows)[number], scale: number): string =>
    [
      source,
      type,
      Math.round(size / scale),
      Math.round((size - free) / scale),
      Math.round(free / scale),
      `${Math.round(((size - free) / size) * 100)}%`,
      target,
    ].join(' ')
  const outputRow = ([source, type, size, free, target]: (typeof rows)[number]): string =>
    [source, type, size, free, Math.round(size / 4), Math.round(free / 4), target].join(' ')
  const text = (header: string, scale: number): string =>
    answer(`${header}\n${rows.map((row) => `${line(row, scale)}\n`).join('')}`)
  return [
    'case "$*" in',
    `*--output*) ${answer(`Filesystem Type 1K-blocks Avail Inodes IFree Mounted on\n${rows.map((row) => `${outputRow(row)}\n`).join('')}`)} ;;`,
    `*i*) ${text('Filesystem Type Inodes IUsed IFree IUse% Mounted on', 4)} ;;`,
    `*) ${text('Filesystem Type 1024-blocks Used Available Capacity Mounted on', 1)} ;;`,
    'esac',
  ].join('\n')
}

/** `ip -j` addresses, links and routes. */
export function ipAnswers(context: AnswerContext): Record<string, string> {
  const ports = nicsOf(context)
  const bonded = context.bonded === true
  const physical = ports.map((nic, index) => ({
    ifindex: index + 2,
    ifname: nic.name,
    flags: ['BROADCAST', 'MULTICAST', 'UP', 'LOWER_UP'],
    mtu: bonded ? 9000 : 1500,
    operstate: 'UP',
    link_type: 'ether',
    address: nic.mac,
    altnames: bonded ? [`enp94s0f${index}`] : [],
    ...(bonded
      ? { master: 'bond0', linkinfo: { info_slave_kind: 'bond', info_slave_data: { perm_hwaddr: nic.mac } } }
      : {}),
  }))
  const upper = bonded
    ? [
        {
          ifindex: 10,
          ifname: 'bond0',
          mtu: 9000,
          operstate: 'UP',
          link_type: 'ether',
          address: ports[0]?.mac,
          linkinfo: { info_kind: 'bond', info_data: { mode: '802.3ad' } },
        },
        {
          ifindex: 11,
          link: 'bond0',
          ifname: 'bond0.110',
          mtu: 9000,
          operstate: 'UP',
          link_type: 'ether',
          address: ports[0]?.mac,
          linkinfo: { info_kind: 'vlan', info_data: { protocol: '802.1Q', id: 110 } },
        },
      ]
    : []
  const loopback = {
    ifindex: 1,
    ifname: 'lo',
    flags: ['LOOPBACK', 'UP'],
    mtu: 65_536,
    operstate: 'UNKNOWN',
    link_type: 'loopback',
    address: '00:00:00:00:00:00',
  }
  const links = [loopback, ...physical, ...upper]
  const home = bonded
    ? { ifname: 'bond0.110', local: '10.110.4.21', gateway: '10.110.4.1' }
    : { ifname: 'eth0', local: '10.20.1.11', gateway: '10.20.1.1' }
  const addressed = links.map((link) => ({
    ...link,
    addr_info: [
      ...(link.ifname === 'lo' ? [{ family: 'inet', local: '127.0.0.1', prefixlen: 8, scope: 'host' }] : []),
      ...(link.ifname === home.ifname
        ? [{ family: 'inet', local: home.local, prefixlen: 24, scope: 'global' }]
        : []),
    ],
  }))
  const routes = [
    { dst: 'default', gateway: home.gateway, dev: home.ifname, protocol: 'static', metric: 100, flags: [] },
    {
      dst: `${home.local.replace(/\d+$/, '0')}/24`,
      dev: home.ifname,
      protocol: 'kernel',
      scope: 'link',
      prefsrc: home.local,
      flags: [],
    },
    ...(bonded
      ? [{ dst: '10.200.0.0/16', gateway: '10.110.4.2', dev: 'bond0.110', protocol: 'static', flags: [] }]
      : []),
  ]
  return {
    ip: [
      'case "$*" in',
      `*-batch*) ${answer(`${JSON.stringify(addressed)}\n${JSON.stringify(routes)}\n`)} ;;`,
      `*-6*) echo '[]' ;;`,
      `*route*|*" r"*) ${answer(JSON.stringify(routes))} ;;`,
      `*addr*|*" a"*) ${answer(JSON.stringify(addressed))} ;;`,
      `*link*|*" l"*) ${answer(JSON.stringify(links))} ;;`,
      'esac',
    ].join('\n'),
  }
}
