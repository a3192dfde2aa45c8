import type { FactValue } from '../model/facts.ts'
import { devicesBelow } from '../model/disk-tree.ts'
import type { Unit } from './config.ts'
import { needFact, refuseUnfit, type IgnitionRequest, type Piece } from './request.ts'
import { isPlainDevice } from './storage-devices.ts'
import { escapedPath } from './unit-file.ts'

type Device = FactValue<'disks'>['devices'][number]

/** Swap partitions that settings ask for; without being asked none is used, because kubelets do not start beside one. */
export function swapPiece(request: IgnitionRequest): Piece {
  return {
    from: ['settings.swap', 'facts.disks', 'facts.kubelet'],
    units: keptSwap(request).map(({ uuid }) => swapUnit(uuid ?? '')),
  }
}

/** The partitions that are used again; refuses those that would not be there, and all beside a kubelet that may not. */
export function keptSwap(request: IgnitionRequest): Device[] {
  const wanted = [...new Set(request.settings.swap)]
  if (wanted.length === 0) return []
  const { installed, args } = needFact(request, 'kubelet')
  if (installed && !args.includes('--fail-swap-on=false'))
    refuseUnfit(
      request,
      `settings.swap is ${wanted.join(', ')}, and its kubelet would not start: it has no --fail-swap-on=false`,
    )
  return wanted.map((uuid) => swapArea(request, uuid))
}

function swapArea(request: IgnitionRequest, uuid: string): Device {
  const { devices, rootDisks } = needFact(request, 'disks')
  const what = `settings.swap is ${uuid}`
  const [area, ...twins] = devices.filter((device) => device.uuid === uuid)
  if (area?.fstype !== 'swap' || twins.length > 0)
    return refuseUnfit(request, `${what}, and not one device of the host is a swap area of that UUID`)
  const below = devicesBelow(devices, area.name)
  if (below.some(({ name }) => rootDisks.includes(name)))
    refuseUnfit(request, `${what}, and ${area.path} lies on the system disk, which is rewritten`)
  if (!below.every(isPlainDevice))
    refuseUnfit(request, `${what}, and ${area.path} is no partition and no whole disk`)
  return area
}

/** systemd.swap(5) */
function swapUnit(uuid: string): Unit {
  const what = `/dev/disk/by-uuid/${uuid}`
  const contents = [
    '[Unit]',
    'Description=Swap of the system before',
    '[Swap]',
    `What=${what}`,
    '[Install]',
    'WantedBy=swap.target',
    '',
  ].join('\n')
  return { name: `${escapedPath(what)}.swap`, enabled: true, contents }
}
