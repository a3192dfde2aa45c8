import type { FactValue } from '../model/facts.ts'
import { withWholeGroups } from '../model/volume-groups.ts'
import { needFact, type IgnitionRequest } from './request.ts'

type Device = FactValue<'disks'>['devices'][number]

/** A partition or a whole disk, with nothing below that would have to be set up first. */
export function isPlainDevice({ type, parents }: Device): boolean {
  return type === 'part' || (type === 'disk' && parents.length === 0)
}

/** The devices of the host, with whole volume groups below their volumes. */
export function storageDevices(request: IgnitionRequest): Device[] {
  return withWholeGroups(needFact(request, 'disks').devices, needFact(request, 'lvm'))
}
