import { fewNames } from '../model/few-names.ts'
import type { Host } from '../model/ports.ts'
import { visibleLine } from '../model/visible-text.ts'
import { notTold } from './kept-failures.ts'
import type { KeptLook } from './kept-look.ts'

/** What may differ. */
interface KeptRules {
  host: Pick<Host, 'name'>
  /** Nothing has written there: nothing of it may be missing. */
  isQuiet: boolean
  /** Its disk was written anew since, all of it: another file system is no loss. */
  isDiskAnew: boolean
}

/**
 * What of a path is not as it was; `now` was asked for the entries of `was`. What has come to it meanwhile is no difference. Throws
 * DATA_KEPT_NOT_TOLD.
 */
export function keptDifferences(was: KeptLook, now: KeptLook, rules: KeptRules): string[] {
  const { host, isQuiet, isDiskAnew } = rules
  if (was.kind === 'none') return []
  if (now.kind === 'none') return ['it is not there']
  if (now.kind !== was.kind) return [`it was a ${was.kind} and is a ${now.kind}`]
  const there = new Set(now.entries)
  const gone = was.entries.filter((entry) => !there.has(entry))
  const isMissing = gone.length > 0 && (isQuiet || gone.length === was.entries.length)
  return [
    ...(isDiskAnew ? [] : differentFileSystem(was, now, host)),
    ...(isMissing ? [`missing in it: ${fewNames(gone.map(nameOf))}`] : []),
    ...missingMounts(was, now, rules),
    ...(isQuiet ? fewer(was, now, host) : []),
  ]
}

/** A device may be called otherwise by another kernel, a UUID may not. */
function differentFileSystem(was: KeptLook, now: KeptLook, host: Pick<Host, 'name'>): string[] {
  if (was.uuid !== '' && now.uuid === '' && now.fstype === was.fstype)
    throw notKnown(was.path, host, 'the system does not tell the UUID of its file system (blkid)')
  const told = ({ uuid, fstype, source }: KeptLook): string =>
    uuid === '' ? `${fstype} ${source}` : `${fstype} ${uuid}`
  const isSame =
    was.uuid === '' ? was.fstype === now.fstype && was.source === now.source : was.uuid === now.uuid
  return isSame ? [] : [`it was on the file system ${told(was)} and is on ${told(now)}`]
}

/** Known by where they are and by UUID; on a disk that was written anew by where they are alone. */
function missingMounts(was: KeptLook, now: KeptLook, { host, isDiskAnew }: KeptRules): string[] {
  const there = new Map(now.mounts.map(placeAndName))
  const gone = was.mounts.filter((mount) => {
    const [at, name] = placeAndName(mount)
    const found = there.get(at)
    if (found === undefined || isDiskAnew || found === name) return found === undefined
    if (isDevice(found) || isDevice(name))
      throw notKnown(was.path, host, `the system does not tell the UUID of what is mounted at ${at} (blkid)`)
    return true
  })
  return gone.length === 0 ? [] : [`not mounted below it any more: ${fewNames(gone)}`]
}

function placeAndName(mount: string): [at: string, name: string] {
  const [at = '', name = ''] = mount.split(' ')
  return [at, name]
}

/** Where no UUID is told. */
function isDevice(name: string): boolean {
  return name.startsWith('/')
}

function fewer(was: KeptLook, now: KeptLook, host: Pick<Host, 'name'>): string[] {
  if (was.inodes === null || was.bytes === null) return []
  if (now.inodes === null || (now.bytes === null && now.hasFind))
    throw notKnown(was.path, host, 'its files could not be counted in the time of the step')
  if (now.inodes < was.inodes) return [`it had ${was.inodes} files and directories and has ${now.inodes}`]
  return now.bytes !== null && now.bytes < was.bytes ? [`it had ${was.bytes} bytes and has ${now.bytes}`] : []
}

function notKnown(path: string, { name }: Pick<Host, 'name'>, why: string): Error {
  return notTold(`${path} of ${name} was kept`, why)
}

/** The name in `d name`, for people. */
function nameOf(entry: string): string {
  const bytes = entry
    .slice(2)
    .split(/\\0(\d{3})/)
    .flatMap((part, index) => (index % 2 === 1 ? [parseInt(part, 8)] : [...new TextEncoder().encode(part)]))
  return visibleLine(new TextDecoder().decode(Uint8Array.from(bytes)))
}
