const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB']

/** A size as people read it at a glance: `0 B`, `1.5 KiB`, `17 GiB`. */
export function byteText(bytes: number): string {
  let amount = bytes
  let unit = 0
  // 1023.5 would be shown as 1024.
  while (amount >= 1023.5 && unit < units.length - 1) {
    amount /= 1024
    unit += 1
  }
  const shown = unit === 0 || amount >= 9.95 ? String(Math.round(amount)) : amount.toFixed(1)
  return `${shown} ${units[unit]}`
}
