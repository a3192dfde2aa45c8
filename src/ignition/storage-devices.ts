import type { FactValue } from '../model/facts.ts'
import { withWholeGroups } from '../model/volume-groups.ts'
import { needFact, type IgnitionRequest } from './request.ts'

type Device = FactValue<'disks'>['devices'][number]

/** The devices of the host, with whole volume groups below their volumes. */
export function storageDevices(request: IgnitionRequest): Device[] {
  return withWholeGroups(needFact(request, 'disks').devices, needFact(request, 'lvm'))
}
