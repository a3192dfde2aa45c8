/** What boards say that were never given a number of their own. */
const fillers =
  /^(?:0+|none|n\/?a|null|unknown|default( string)?|not (specified|available|applicable)|system serial number|to be filled.*|1234567890?|x+|\.+)$/i

/** A UUID of DMI in lower case; undefined for none, and for one that every board of a model has. */
export function ownUuid(text: string | null | undefined): string | undefined {
  const uuid = text?.trim().toLowerCase() ?? ''
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(uuid)) return undefined
  const isFiller =
    /^(.)\1*$/.test(uuid.replaceAll('-', '')) || uuid === '03000200-0400-0500-0006-000700080009'
  return isFiller ? undefined : uuid
}

/** A serial number in lower case; undefined for none, and for words that stand in its place. */
export function ownSerial(text: string | null | undefined): string | undefined {
  const serial = text?.trim().toLowerCase() ?? ''
  return serial === '' || fillers.test(serial) ? undefined : serial
}
