import { ownSerial, ownUuid } from '../model/hardware-numbers.ts'
import type { ComputerSystem } from './redfish-schemas.ts'

/** Which hardware a host is by its facts (DMI); undefined = nobody knows. */
export interface ExpectedHardware {
  uuid: string | undefined
  serial: string | undefined
}

/**
 * Whether a system of a BMC is the machine of a host: by the UUID when both tell one, else by the serial number; `unknown` when no
 * number of one can be compared with one of the other. Firmware before SMBIOS 2.6 has the first three fields of a UUID the other
 * way round (DSP0134, 7.2.1), and some makers tell what DMI calls the serial number as `SKU`.
 */
export function isMachine(
  { UUID, SerialNumber, SKU }: Pick<ComputerSystem, 'UUID' | 'SerialNumber' | 'SKU'>,
  expected: ExpectedHardware,
): 'same' | 'other' | 'unknown' {
  const told = ownUuid(UUID)
  const meant = ownUuid(expected.uuid)
  if (told !== undefined && meant !== undefined)
    return told === meant || swapped(told) === meant ? 'same' : 'other'
  const serials = [ownSerial(SerialNumber), ownSerial(SKU)].filter((serial) => serial !== undefined)
  const serial = ownSerial(expected.serial)
  if (serial === undefined || serials.length === 0) return 'unknown'
  return serials.includes(serial) ? 'same' : 'other'
}

function swapped(uuid: string): string {
  const [first = '', second = '', third = '', ...rest] = uuid.split('-')
  return [first, second, third].map(bytesBackwards).concat(rest).join('-')
}

function bytesBackwards(hex: string): string {
  return (hex.match(/../g) ?? []).toReversed().join('')
}
