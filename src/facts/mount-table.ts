import type { Mounts } from '../model/facts-storage.ts'
import { linesIn } from './values.ts'

/** Rows of /proc/mounts; a line with fewer than four fields is skipped. */
export function parseMounts(text: string): Mounts['mounts'] {
  return linesIn(text).flatMap((line) => {
    const [source, target, fstype, options] = line.split(' ')
    if (source === undefined || target === undefined || fstype === undefined || options === undefined)
      return []
    return [
      { source: unescapeOctal(source), target: unescapeOctal(target), fstype, options: options.split(',') },
    ]
  })
}

/** fstab(5) and /proc/mounts write white space and backslash in octal (`\040`). */
export function unescapeOctal(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))
}
