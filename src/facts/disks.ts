import type { CollectorInput } from '../model/collector.ts'
import { defineCollector, FactGap } from '../model/collector.ts'
import type { Disks } from '../model/facts-storage.ts'
import { diskDrivers, driverLinks } from './disk-drivers.ts'
import { pciPattern } from './pci-devices.ts'
import { integer } from './values.ts'

// PATH came with util-linux 2.33, CentOS 8 has 2.32: -p puts the path into NAME instead.
const columns =
  'NAME,KNAME,PKNAME,TYPE,SIZE,FSTYPE,MOUNTPOINT,UUID,LABEL,PARTLABEL,PARTUUID,ROTA,RO,MODEL,SERIAL,TRAN'

const limit = 2000

/** Block devices with their parents, filesystems and drivers. */
export const disks = defineCollector({
  fact: 'disks',
  set: 'basic',
  command: `lsblk -bpP -o ${columns}`,
  files: [pciPattern],
  paths: driverLinks,
  script: `exec lsblk -bpP -o ${columns}`,
  parse(input) {
    if (input.exitCode === 127) throw new FactGap('command-missing', 'lsblk is not installed')
    const rows = input.stdout.split('\n').flatMap((line) => pairsOf(line) ?? [])
    if (rows.length === 0)
      throw new FactGap('failed', `lsblk listed no device (exit status ${input.exitCode})`)
    const devices = merged(rows, input)
    const value = { devices: devices.slice(0, limit), rootDisks: rootDisks(devices) }
    if (devices.length <= limit) return value
    return { value, degraded: `only the first ${limit} of ${devices.length} block devices are kept` }
  },
})

type Device = Disks['devices'][number]

/** `NAME="/dev/sda" SIZE="1"`; lsblk writes other bytes as \xHH. */
function pairsOf(line: string): ReadonlyMap<string, string> | null {
  const pairs = [...line.matchAll(/([A-Z:-]+)="((?:[^"\\]|\\.)*)"/g)].map(
    ([, key = '', value = '']): [string, string] => [
      key,
      value
        .replace(/\\x([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
        .trim(),
    ],
  )
  return pairs.some(([key, value]) => key === 'KNAME' && value.startsWith('/dev/')) ? new Map(pairs) : null
}

/** A device over several others is listed once under each of them. */
function merged(rows: readonly ReadonlyMap<string, string>[], input: CollectorInput): Device[] {
  const devices = new Map<string, Device>()
  for (const row of rows) {
    const get = (key: string): string | null => row.get(key) || null
    const name = kernelName(get('KNAME') ?? '')
    const parent = get('PKNAME')
    const known = devices.get(name)
    if (known !== undefined) {
      if (parent !== null && !known.parents.includes(kernelName(parent)))
        known.parents.push(kernelName(parent))
      continue
    }
    devices.set(name, {
      name,
      path: get('NAME') ?? `/dev/${name}`,
      type: get('TYPE') ?? 'unknown',
      sizeBytes: integer(get('SIZE')) ?? 0,
      parents: parent === null ? [] : [kernelName(parent)],
      fstype: get('FSTYPE'),
      mountpoint: get('MOUNTPOINT'),
      uuid: get('UUID'),
      label: get('LABEL'),
      partLabel: get('PARTLABEL'),
      partUuid: get('PARTUUID'),
      rotational: get('ROTA') === null ? null : get('ROTA') === '1',
      readOnly: get('RO') === '1',
      model: get('MODEL'),
      serial: get('SERIAL'),
      transport: get('TRAN'),
      drivers: parent === null ? diskDrivers(name, input) : [],
    })
  }
  return [...devices.values()]
}

/** `/dev/sda1` -> `sda1`; the kernel writes `!` for `/` in names (`/dev/cciss/c0d0`). */
function kernelName(path: string): string {
  return path.replace(/^\/dev\//, '').replace(/\//g, '!')
}

/** Walks from the device mounted at / down to the whole disks below it. */
function rootDisks(devices: readonly Device[]): string[] {
  const byName = new Map(devices.map((device) => [device.name, device]))
  const wholes = new Set<string>()
  const seen = new Set<string>()
  const queue = devices.filter(({ mountpoint }) => mountpoint === '/').map(({ name }) => name)
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (seen.has(name)) continue
    seen.add(name)
    const parents = byName.get(name)?.parents ?? []
    if (parents.length === 0) wholes.add(name)
    queue.push(...parents)
  }
  return [...wholes].toSorted()
}
