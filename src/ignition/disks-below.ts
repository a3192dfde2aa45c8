import type { FactValue } from '../model/facts.ts'
import { withWholeGroups } from '../model/volume-groups.ts'
import { needFact, type IgnitionRequest } from './request.ts'

type Device = FactValue<'disks'>['devices'][number]

/** The devices of the host, with whole volume groups below their volumes. */
export function storageDevices(request: IgnitionRequest): Device[] {
  return withWholeGroups(needFact(request, 'disks').devices, needFact(request, 'lvm'))
}

/** The device and everything that it lies on. */
export function disksBelow(device: Device, devices: readonly Device[]): Device[] {
  const found = new Set<Device>()
  const waiting = [device]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (found.has(next)) continue
    found.add(next)
    const { parents } = next
    waiting.push(...devices.filter(({ name }) => parents.includes(name)))
  }
  return [...found]
}
