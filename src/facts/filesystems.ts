import type { CollectorInput } from '../model/collector.ts'
import { defineCollector } from '../model/collector.ts'
import type { Filesystems } from '../model/facts-storage.ts'
import { parseMarked } from './marked.ts'
import { parseMounts } from './mount-table.ts'

const limit = 16

/** Asks each filesystem once, however often it is mounted, and not more of them than the limit. */
const script = `
seen=' ' count=0
while read -r device target type rest; do
  case $type in xfs | ext[234]) ;; *) continue ;; esac
  case $device in /dev/*) ;; *) continue ;; esac
  case $seen in *" $device "*) continue ;; esac
  seen="$seen$device "
  count=$((count + 1))
  [ $count -le ${limit} ] || break
  printf '\\036%s\\n' "$device"
  case $type in
  xfs) xfs_info "$target" ;;
  *) dumpe2fs -h "$device" ;;
  esac
done </proc/mounts
exit 0`

/** Features of the local filesystems: what an older or a newer kernel may not be able to mount. */
export const filesystems = defineCollector({
  fact: 'filesystems',
  set: 'full',
  command: 'xfs_info MOUNTPOINT; dumpe2fs -h DEVICE',
  files: ['/proc/mounts'],
  script,
  timeoutMs: 15_000,
  parse(input) {
    const found = filesystemsOf(input)
    const unread = found.filter(({ features }) => features === null)
    if (unread.length === 0) return { filesystems: found }
    const names = unread.slice(0, 3).map(({ mountpoint }) => mountpoint)
    const more = unread.length > 3 ? ` and ${unread.length - 3} more` : ''
    const asked = found.length > limit ? ` (only ${limit} of ${found.length} are asked)` : ''
    return {
      value: { filesystems: found },
      degraded: `features could not be read of ${names.join(', ')}${more}${asked}`,
    }
  },
})

function filesystemsOf(input: CollectorInput): Filesystems['filesystems'] {
  const parts = parseMarked(input.stdout)
  const byDevice = new Map<string, Filesystems['filesystems'][number]>()
  for (const { source, target, fstype } of parseMounts(input.text('/proc/mounts') ?? '')) {
    if (!/^(xfs|ext[234])$/.test(fstype) || !source.startsWith('/dev/') || byDevice.has(source)) continue
    const output = (parts.get(source) ?? []).join('\n')
    const features = fstype === 'xfs' ? xfsFeatures(output) : extFeatures(output)
    byDevice.set(source, { device: source, mountpoint: target, type: fstype, features })
  }
  return [...byDevice.values()]
}

/** xfs_info prints `key=value` with blanks around some `=`; only the switches say something about compatibility. */
function xfsFeatures(output: string): string[] | null {
  const pairs = [...output.matchAll(/\b([a-z0-9-]+)\s*=\s*(\d+)\b/g)]
  const switches = [
    'crc',
    'finobt',
    'sparse',
    'rmapbt',
    'reflink',
    'bigtime',
    'inobtcount',
    'ftype',
    'nrext64',
    'attr',
    'lazy-count',
    'ascii-ci',
  ]
  const found = pairs.flatMap(([, key = '', value = '']) =>
    switches.includes(key) ? [`${key}=${value}`] : [],
  )
  return found.length === 0 ? null : [...new Set(found)]
}

function extFeatures(output: string): string[] | null {
  const line = /^Filesystem features:\s*(.+)$/m.exec(output)?.[1]
  return line === undefined ? null : line.trim().split(/\s+/)
}
