import { z } from 'zod'
import { defineCollector, FactGap } from '../model/collector.ts'
import { linesOf, parseMarked } from './marked.ts'

/**
 * LVM is only asked where something of it is active: each of its commands scans all disks. `--readonly` takes no lock
 * and so writes nothing to /run/lock/lvm.
 */
const script = `
active=
for file in /sys/block/dm-*/dm/uuid; do
  [ -r "$file" ] || continue
  read -r uuid <"$file"
  case $uuid in LVM-*) active=yes ;; esac
done
for file in /etc/lvm/backup/*; do [ ! -e "$file" ] || active=yes; done
[ "$active" = yes ] || { printf '\\036none\\n'; exit 0; }
command -v lvm >/dev/null || { printf '\\036missing\\n'; exit 0; }
options='--readonly --reportformat json --units b --nosuffix'
printf '\\036vg\\n'
lvm vgs $options -o vg_name,vg_size,vg_free
status=$?
printf '\\036lv\\n'
lvm lvs $options -o lv_name,vg_name,lv_size,segtype
printf '\\036pv\\n'
lvm pvs $options -o pv_name,vg_name
exit $status`

/** LVM volume groups, logical and physical volumes. */
export const lvm = defineCollector({
  fact: 'lvm',
  set: 'full',
  command: 'vgs; lvs; pvs',
  script,
  timeoutMs: 15_000,
  parse(input) {
    const parts = parseMarked(input.stdout)
    if (parts.has('none')) return { volumeGroups: [], logicalVolumes: [], physicalVolumes: [] }
    if (parts.has('missing'))
      throw new FactGap('command-missing', 'there are LVM volumes, but no lvm command')
    if (input.privilege === 'user') throw new FactGap('permission-denied', 'LVM answers only to root')
    const report = (name: string): Row[] => rowsOf(linesOf(parts, name).join('\n'), name)
    return {
      volumeGroups: report('vg').map((row) => ({
        name: row['vg_name'] ?? '',
        sizeBytes: bytes(row['vg_size']),
        freeBytes: bytes(row['vg_free']),
      })),
      logicalVolumes: volumes(report('lv')),
      physicalVolumes: report('pv').map((row) => ({
        name: row['pv_name'] ?? '',
        volumeGroup: row['vg_name'] || null,
      })),
    }
  },
})

type Row = Readonly<Record<string, string>>

const Report = z.object({ report: z.array(z.record(z.string(), z.array(z.record(z.string(), z.string())))) })

function rowsOf(text: string, name: string): Row[] {
  try {
    return Report.parse(JSON.parse(text)).report.flatMap((entry) => entry[name] ?? [])
  } catch {
    throw new FactGap('failed', `lvm gave no report for ${name}`)
  }
}

/** With `segtype` a volume of several segments has a row for each. */
function volumes(rows: readonly Row[]): {
  name: string
  volumeGroup: string
  sizeBytes: number
  segmentType: string | null
}[] {
  const byName = new Map(rows.map((row) => [`${row['vg_name']}/${row['lv_name']}`, row]))
  return [...byName.values()].map((row) => ({
    name: row['lv_name'] ?? '',
    volumeGroup: row['vg_name'] ?? '',
    sizeBytes: bytes(row['lv_size']),
    segmentType: row['segtype'] || null,
  }))
}

function bytes(text: string | undefined): number {
  const value = Number.parseInt(text ?? '', 10)
  return Number.isSafeInteger(value) ? value : 0
}
