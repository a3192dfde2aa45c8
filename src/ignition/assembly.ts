import { compareText } from '../model/compare-text.ts'
import type { File, Unit } from './config.ts'
import type { KeptStack, KeptVolume } from './kept-stack.ts'
import { textFile } from './text-file.ts'
import { escapedPath } from './unit-file.ts'

/** What the programs of the new system read to set up what is there: arrays of md, and encrypted containers. */
export function assemblyFiles(stacks: readonly KeptStack[]): File[] {
  return [
    // What is named here counts as the host's own when its members appear, under the name that it had. mdadm.conf(5)
    ...linesFile(
      '/etc/mdadm.conf',
      stacks.flatMap(({ arrays }) => arrays.map(({ name, uuid }) => `ARRAY /dev/${name} UUID=${uuid}`)),
    ),
    // crypttab(5)
    ...linesFile(
      '/etc/crypttab',
      stacks.flatMap(({ containers }) =>
        containers.map(({ name, uuid, keyFile }) => `${name} UUID=${uuid} ${keyFile} luks`),
      ),
    ),
  ]
}

/** No file when there is nothing to write; each line once. */
function linesFile(path: string, lines: readonly string[]): File[] {
  const text = [...new Set(lines)].toSorted(compareText).map((line) => `${line}\n`)
  return text.length === 0 ? [] : [textFile(path, text.join(''))]
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
