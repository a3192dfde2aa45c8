import type { Host } from '../model/ports.ts'
import { StepError } from '../model/step-error.ts'
import { notTold } from './kept-failures.ts'
import { asNamed } from './kept-look.ts'

/** What lies on the disk that is written anew. */
const ofSystem = ['/', '/boot', '/boot/efi']
const marker = 'osferry-disks'
const lookMs = 60_000

/**
 * Arguments: marker, devices. Tells the disks below each device, and below what holds the system: `disk INDEX NAME`, `system NAME`.
 * `lsblk -s` goes from a partition, a logical volume or an array down to the disks.
 */
const script = `
export LC_ALL=C
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
marker=$1
shift
disks_of() { lsblk -nsrpo NAME,TYPE -- "$1" | while read -r name type; do [ "$type" != disk ] || printf '%s\\n' "$name"; done; }
for place in ${ofSystem.join(' ')}; do
  device=$(findmnt -nvro SOURCE --mountpoint "$place" | tail -n 1)
  case $device in /dev/*) disks_of "$device" | while read -r disk; do printf '%s system %s\\n' "$marker" "$disk"; done ;; esac
done
index=0
for device; do
  disks_of "$device" | while read -r disk; do printf '%s disk %s %s\\n' "$marker" "$index" "$disk"; done
  index=$((index + 1))
done
printf '%s end\\n' "$marker"
`

/** A path that is to be kept, and what is mounted there. */
export interface KeptPlace {
  path: string
  /** As the kernel's list of mounts writes it. */
  source: string
}

/**
 * Before the disk of the system is written anew: throws DATA_ON_SYSTEM_DISK when one of these lies on it by now, whatever the facts of
 * the plan have said, and DATA_KEPT_NOT_TOLD when nobody can tell. What lies on no device, as a share of the network, lies on no disk.
 */
export async function requireOffSystemDisk(
  host: Host,
  places: readonly KeptPlace[],
  signal: AbortSignal,
): Promise<void> {
  const onDevices = places.filter(({ source }) => source.startsWith('/dev/'))
  if (onDevices.length === 0) return
  const devices = onDevices.map(({ source }) => asNamed(source))
  const { stdout } = await host.run({
    argv: ['bash', '--norc', '-c', script, 'osferry', marker, ...devices],
    become: true,
    timeoutMs: lookMs,
    maxOutputBytes: 1024 * 1024,
    signal,
  })
  const told = new TextDecoder()
    .decode(stdout)
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([first]) => first === marker)
  const isWhole = told.some(([, what]) => what === 'end')
  const system = new Set(told.flatMap(([, what, disk = '']) => (what === 'system' ? [disk] : [])))
  for (const [index, { path, source }] of onDevices.entries()) {
    const disks = told.flatMap(([, what, of, disk = '']) =>
      what === 'disk' && of === String(index) ? [disk] : [],
    )
    if (!isWhole || system.size === 0 || disks.length === 0)
      throw notTold(
        `${path} of ${host.name} was kept`,
        `nobody can tell on which disks ${source} and the system lie`,
      )
    const shared = disks.find((disk) => system.has(disk))
    if (shared !== undefined) throw onSystemDisk(host, { path, source }, shared)
  }
}

function onSystemDisk({ name }: Host, { path, source }: KeptPlace, disk: string): StepError {
  return new StepError(
    'config',
    `${path} of ${name} is to be preserved and lies on ${source} by now, on the disk ${disk} of the system, which would be written anew; mount what belongs there, or collect and plan again`,
    { code: 'DATA_ON_SYSTEM_DISK' },
  )
}
