import { archiveInvalid } from './tar-error.ts'

/** What a pax header says of the entry after it. */
export interface PaxFacts {
  path?: string
  link?: string
  size?: number
  uid?: number
  gid?: number
  mtime?: number
  /** Of a sparse file (GNU, version 1.0): its own name and whole size. */
  sparse?: { name: string; bytes: number }
  /** Extended attributes by name (one character a byte), ACLs and the SELinux label among them. */
  xattrs: ReadonlyMap<string, Buffer>
}

/**
 * Reads the records of a pax header. A keyword that GNU tar does not write is refused: what it means to the tar that unpacks
 * it, nobody can tell. Throws DATA_ARCHIVE_INVALID. Source: POSIX.1-2017 pax; GNU tar's src/xheader.c.
 */
export function readPax(body: Buffer): PaxFacts {
  const records = new Map<string, Buffer>()
  for (let at = 0; at < body.length;) {
    const space = body.indexOf(0x20, at)
    const digits = space < 0 ? '' : body.toString('latin1', at, Math.min(space, at + 12))
    const length = /^[1-9]\d{0,9}$/.test(digits) ? Number(digits) : 0
    const end = at + length
    const equals = body.indexOf(0x3d, space)
    if (length === 0 || end > body.length || body[end - 1] !== 0x0a || equals < 0 || equals >= end) {
      throw archiveInvalid('a pax header is broken')
    }
    records.set(body.toString('latin1', space + 1, equals), body.subarray(equals + 1, end - 1))
    at = end
  }
  return factsOf(records)
}

function factsOf(records: ReadonlyMap<string, Buffer>): PaxFacts {
  const xattrs = new Map<string, Buffer>()
  for (const [keyword, value] of records) {
    const name = xattrName(keyword)
    if (name !== null) xattrs.set(name, name === 'security.selinux' ? withoutNul(value) : value)
    else if (!known.has(keyword) && !Object.hasOwn(aclKeywords, keyword)) {
      throw archiveInvalid(`the pax keyword ${JSON.stringify(keyword.slice(0, 80))} is not known`)
    }
  }
  requireAcls(records, xattrs)
  const mtime = records.get('mtime')?.toString('latin1')
  if (mtime !== undefined && !/^-?\d{1,15}(\.\d{1,20})?$/.test(mtime))
    throw archiveInvalid('a time is no number')
  const path = records.get('path')?.toString('latin1')
  const link = records.get('linkpath')?.toString('latin1')
  return {
    ...(path === undefined ? {} : { path }),
    ...(link === undefined ? {} : { link }),
    ...optional('size', records),
    ...optional('uid', records),
    ...optional('gid', records),
    ...(mtime === undefined ? {} : { mtime: Math.floor(Number(mtime)) }),
    ...sparseOf(records),
    xattrs,
  }
}

function sparseOf(records: ReadonlyMap<string, Buffer>): Pick<PaxFacts, 'sparse'> {
  if (![...records.keys()].some((keyword) => keyword.startsWith('GNU.sparse.'))) return {}
  const version = `${decimal('GNU.sparse.major', records)}.${decimal('GNU.sparse.minor', records)}`
  const bytes = decimal('GNU.sparse.realsize', records)
  const name = records.get('GNU.sparse.name')?.toString('latin1')
  if (version !== '1.0' || bytes === undefined || name === undefined) {
    throw archiveInvalid('a sparse file is not told in version 1.0')
  }
  return { sparse: { name, bytes } }
}

/** What pax keywords of attributes are in the file system. */
function xattrName(keyword: string): string | null {
  if (keyword.startsWith(xattrPrefix)) {
    // GNU tar 1.29 and newer: "=" would end the keyword.
    return keyword.slice(xattrPrefix.length).replaceAll('%3D', '=').replaceAll('%25', '%')
  }
  return keyword === 'RHT.security.selinux' ? 'security.selinux' : null
}

/**
 * The text of an ACL names users and groups even with --numeric-owner (acl_to_text), and names have other numbers on the new
 * system. What counts is the attribute of the kernel, which has the numbers; the text must never stand alone.
 */
function requireAcls(records: ReadonlyMap<string, Buffer>, xattrs: ReadonlyMap<string, Buffer>): void {
  for (const [keyword, name] of Object.entries(aclKeywords)) {
    const text = records.get(keyword)?.toString('latin1') ?? ''
    if (/^(user|group):[^:]|^mask:/m.test(text) && !xattrs.has(name)) {
      throw archiveInvalid(
        'an ACL is told by names only: the tar of the host does not give the attribute itself',
      )
    }
  }
}

const xattrPrefix = 'SCHILY.xattr.'
const aclKeywords = {
  'SCHILY.acl.access': 'system.posix_acl_access',
  'SCHILY.acl.default': 'system.posix_acl_default',
}
/** Names of users and groups, and times of reading, are not kept: ids and changes are what counts. */
const known = new Set([
  'path',
  'linkpath',
  'size',
  'uid',
  'gid',
  'mtime',
  'atime',
  'ctime',
  'uname',
  'gname',
  'hdrcharset',
  'GNU.sparse.major',
  'GNU.sparse.minor',
  'GNU.sparse.name',
  'GNU.sparse.realsize',
])

/** The kernel gives the label with its NUL, libselinux without. */
function withoutNul(value: Buffer): Buffer {
  return value.at(-1) === 0 ? value.subarray(0, -1) : value
}

function optional<K extends 'size' | 'uid' | 'gid'>(
  keyword: K,
  records: ReadonlyMap<string, Buffer>,
): Partial<Record<K, number>> {
  const value = decimal(keyword, records)
  return value === undefined ? {} : ({ [keyword]: value } as Partial<Record<K, number>>)
}

function decimal(keyword: string, records: ReadonlyMap<string, Buffer>): number | undefined {
  const digits = records.get(keyword)?.toString('latin1')
  if (digits === undefined) return undefined
  const value = /^\d{1,16}$/.test(digits) ? Number(digits) : Number.NaN
  if (!Number.isSafeInteger(value))
    throw archiveInvalid(`the ${keyword} of an entry is no number that it may be`)
  return value
}
