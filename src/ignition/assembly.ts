import { compareText } from '../model/compare-text.ts'
import type { File, Unit } from './config.ts'
import type { KeptStack, KeptVolume } from './kept-stack.ts'
import { textFile } from './text-file.ts'
import { escapedPath } from './unit-file.ts'

/**
 * udev assembles arrays as their members appear; those that are named here count as the host's own, under the name that they had.
 * mdadm.conf(5)
 */
export function assemblyFiles(stacks: readonly KeptStack[]): File[] {
  const arrays = new Map(stacks.flatMap((stack) => stack.arrays.map(({ name, uuid }) => [name, uuid])))
  if (arrays.size === 0) return []
  const lines = [...arrays]
    .toSorted(([a], [b]) => compareText(a, b))
    .map(([name, uuid]) => `ARRAY /dev/${name} UUID=${uuid}\n`)
  return [textFile('/etc/mdadm.conf', lines.join(''))]
}

/** LVM activates the volumes of a group when its last disk is there, also where the image does not do it by itself. */
export function assemblyUnits(stacks: readonly KeptStack[]): Unit[] {
  const groups = Map.groupBy(
    stacks.flatMap(({ volumes }) => volumes),
    ({ group }) => group,
  )
  return [...groups]
    .toSorted(([a], [b]) => compareText(a, b))
    .map(([group, volumes]) => groupUnit(group, volumes))
}

function groupUnit(group: string, volumes: readonly KeptVolume[]): Unit {
  const members = volumes[0]?.members ?? []
  const devices = members
    .map((uuid) => `${escapedPath(`/dev/disk/by-id/lvm-pv-uuid-${uuid}`)}.device`)
    .toSorted()
  const names = [...new Set(volumes.map(({ name }) => `${group}/${name}`))].toSorted()
  const contents = [
    '[Unit]',
    `Description=Volumes of ${group} with data kept from the system before`,
    'DefaultDependencies=no',
    `Wants=${devices.join(' ')}`,
    `After=${devices.join(' ')}`,
    'Before=local-fs.target',
    '[Service]',
    'Type=oneshot',
    'RemainAfterExit=yes',
    `ExecStart=lvm lvchange --activate y ${names.join(' ')}`,
    '[Install]',
    'WantedBy=local-fs.target',
    '',
  ].join('\n')
  return { name: `osferry-lvm-${escapedPath(group)}.service`, enabled: true, contents }
}
