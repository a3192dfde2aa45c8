import type { ComputerSystem } from './redfish-schemas.ts'

/** Which hardware a host is by its facts (DMI); undefined = nobody knows. */
export interface ExpectedHardware {
  uuid: string | undefined
  serial: string | undefined
}

/** What boards say that were never given a number of their own. */
const fillers =
  /^(?:0+|none|n\/?a|null|unknown|default( string)?|not (specified|available|applicable)|system serial number|to be filled.*|1234567890?|x+|\.+)$/i

/**
 * Whether a system of a BMC is the machine of a host: by the UUID when both tell one, else by the serial number; `unknown` when no
 * number of one can be compared with one of the other. Firmware before SMBIOS 2.6 has the first three fields of a UUID the other
 * way round (DSP0134, 7.2.1), and some makers tell what DMI calls the serial number as `SKU`.
 */
export function isMachine(
  { UUID, SerialNumber, SKU }: Pick<ComputerSystem, 'UUID' | 'SerialNumber' | 'SKU'>,
  expected: ExpectedHardware,
): 'same' | 'other' | 'unknown' {
  const told = uuidIn(UUID)
  const meant = uuidIn(expected.uuid)
  if (told !== undefined && meant !== undefined)
    return told === meant || swapped(told) === meant ? 'same' : 'other'
  const serials = [serialIn(SerialNumber), serialIn(SKU)].filter((serial) => serial !== undefined)
  const serial = serialIn(expected.serial)
  if (serial === undefined || serials.length === 0) return 'unknown'
  return serials.includes(serial) ? 'same' : 'other'
}

function uuidIn(text: string | null | undefined): string | undefined {
  const uuid = text?.trim().toLowerCase() ?? ''
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(uuid)) return undefined
  const isFiller =
    /^(.)\1*$/.test(uuid.replaceAll('-', '')) || uuid === '03000200-0400-0500-0006-000700080009'
  return isFiller ? undefined : uuid
}

function swapped(uuid: string): string {
  const [first = '', second = '', third = '', ...rest] = uuid.split('-')
  return [first, second, third].map(bytesBackwards).concat(rest).join('-')
}

function bytesBackwards(hex: string): string {
  return (hex.match(/../g) ?? []).toReversed().join('')
}

function serialIn(text: string | null | undefined): string | undefined {
  const serial = text?.trim().toLowerCase() ?? ''
  return serial === '' || fillers.test(serial) ? undefined : serial
}
