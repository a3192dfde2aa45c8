import { createHash } from 'node:crypto'

/** What one package of a test host's rpm database says. Files are named, never installed (`rpm --justdb`). */
export interface RpmPackage {
  name: string
  version: string
  release: string
  arch: string
  epoch?: number
  vendor?: string
  /** 16 hex digits; the signature packet names this key and signs nothing (the database does not verify). */
  keyId?: string
  module?: string
  provides?: readonly string[]
  files?: readonly string[]
}

type Entry = { tag: number; type: number; count: number; data: Buffer }

const types = { int16: 3, int32: 4, string: 6, bin: 7, stringArray: 8, i18n: 9 } as const

/**
 * An rpm file, format 4, with an empty payload: lead, signature header, header, gzip of an empty cpio.
 * Source: rpm.org documentation, "Package format V4".
 */
export function writeRpm(pkg: RpmPackage): Buffer {
  const header = headerOf(pkg)
  const payload = emptyCpioGzip
  const rest = Buffer.concat([header, payload])
  const signature = packHeader(62, [
    ...(pkg.keyId === undefined ? [] : [bin(268, signaturePacket(pkg.keyId, header))]),
    text(269, createHash('sha1').update(header).digest('hex')),
    text(273, createHash('sha256').update(header).digest('hex')),
    int32(1000, [rest.length]),
    bin(1004, createHash('md5').update(rest).digest()),
    int32(1007, [payload.length]),
  ])
  const padding = Buffer.alloc((8 - (signature.length % 8)) % 8)
  return Buffer.concat([lead(pkg), signature, padding, rest])
}

function headerOf(pkg: RpmPackage): Buffer {
  const provides = [pkg.name, ...(pkg.provides ?? [])]
  const evr = `${pkg.epoch === undefined ? '' : `${pkg.epoch}:`}${pkg.version}-${pkg.release}`
  return packHeader(63, [
    strings(100, ['C']),
    text(1000, pkg.name),
    text(1001, pkg.version),
    text(1002, pkg.release),
    ...(pkg.epoch === undefined ? [] : [int32(1003, [pkg.epoch])]),
    i18n(1004, `${pkg.name} of the test fleet`),
    i18n(1005, `${pkg.name} of the test fleet`),
    int32(1006, [1_636_000_000]),
    text(1007, 'fleet.test'),
    int32(1009, [4096]),
    ...(pkg.vendor === undefined ? [] : [text(1011, pkg.vendor)]),
    text(1014, 'GPLv2+'),
    i18n(1016, 'Unspecified'),
    text(1021, 'linux'),
    text(1022, pkg.arch),
    text(1044, `${pkg.name}-${pkg.version}-${pkg.release}.src.rpm`),
    strings(1047, provides),
    text(1064, '4.14.3'),
    int32(
      1112,
      provides.map(() => 8),
    ),
    strings(
      1113,
      provides.map(() => evr),
    ),
    ...fileEntries(pkg.files ?? []),
    text(1124, 'cpio'),
    text(1125, 'gzip'),
    text(1126, '9'),
    ...(pkg.module === undefined ? [] : [text(5096, pkg.module)]),
  ])
}

function fileEntries(files: readonly string[]): Entry[] {
  if (files.length === 0) return []
  const sorted = [...files].sort()
  const directories = [...new Set(sorted.map((file) => file.slice(0, file.lastIndexOf('/') + 1)))]
  const each = <T>(value: T): T[] => sorted.map(() => value)
  return [
    int32(1028, each(10)),
    int16(1030, each(0o100755)),
    int16(1033, each(0)),
    int32(1034, each(1_636_000_000)),
    strings(1035, each('')),
    strings(1036, each('')),
    int32(1037, each(0)),
    strings(1039, each('root')),
    strings(1040, each('root')),
    int32(1045, each(-1)),
    int32(1095, each(1)),
    int32(
      1096,
      sorted.map((_, index) => index + 1),
    ),
    strings(1097, each('')),
    int32(
      1116,
      sorted.map((file) => directories.indexOf(file.slice(0, file.lastIndexOf('/') + 1))),
    ),
    strings(
      1117,
      sorted.map((file) => file.slice(file.lastIndexOf('/') + 1)),
    ),
    strings(1118, directories),
  ]
}

function packHeader(regionTag: number, unsorted: readonly Entry[]): Buffer {
  const entries = [...unsorted].sort((a, b) => a.tag - b.tag)
  const chunks: Buffer[] = []
  let offset = 0
  const index = entries.map((entry) => {
    const align = entry.type === types.int32 ? 4 : entry.type === types.int16 ? 2 : 1
    const gap = (align - (offset % align)) % align
    chunks.push(Buffer.alloc(gap), entry.data)
    const row = indexRow(entry.tag, entry.type, { offset: offset + gap, count: entry.count })
    offset += gap + entry.data.length
    return row
  })
  const trailer = indexRow(regionTag, types.bin, { offset: -((entries.length + 1) * 16), count: 16 })
  const region = indexRow(regionTag, types.bin, { offset, count: 16 })
  const store = Buffer.concat([...chunks, trailer])
  const intro = Buffer.alloc(16)
  intro.set([0x8e, 0xad, 0xe8, 0x01])
  intro.writeUInt32BE(entries.length + 1, 8)
  intro.writeUInt32BE(store.length, 12)
  return Buffer.concat([intro, region, ...index, store])
}

function indexRow(tag: number, type: number, place: { offset: number; count: number }): Buffer {
  const row = Buffer.alloc(16)
  row.writeInt32BE(tag, 0)
  row.writeInt32BE(type, 4)
  row.writeInt32BE(place.offset, 8)
  row.writeInt32BE(place.count, 12)
  return row
}

function lead(pkg: RpmPackage): Buffer {
  const block = Buffer.alloc(96)
  block.set([0xed, 0xab, 0xee, 0xdb, 3, 0])
  block.writeUInt16BE(1, 8)
  block.write(`${pkg.name}-${pkg.version}-${pkg.release}`.slice(0, 65), 10)
  block.writeUInt16BE(1, 76)
  block.writeUInt16BE(5, 78)
  return block
}

/**
 * OpenPGP version 3 signature packet (RFC 4880, 5.2.2): RSA, SHA-256, with the signer's key id and the right first
 * 16 bits of the digest, so that rpm without that key says NOKEY and not BAD.
 */
function signaturePacket(keyId: string, header: Buffer): Buffer {
  const body = Buffer.alloc(1 + 1 + 1 + 4 + 8 + 2 + 2 + 2 + 32)
  body.set([3, 5, 0])
  body.writeUInt32BE(1_636_000_000, 3)
  body.set(Buffer.from(keyId, 'hex'), 7)
  const digest = createHash('sha256').update(header).update(body.subarray(2, 7)).digest()
  body.set([1, 8], 15)
  body.set(digest.subarray(0, 2), 17)
  body.writeUInt16BE(256, 19)
  body.fill(0x80, 21)
  const head = Buffer.alloc(3)
  head[0] = 0x89
  head.writeUInt16BE(body.length, 1)
  return Buffer.concat([head, body])
}

function int32(tag: number, values: readonly number[]): Entry {
  const data = Buffer.alloc(values.length * 4)
  values.forEach((value, index) => data.writeInt32BE(value, index * 4))
  return { tag, type: types.int32, count: values.length, data }
}

function int16(tag: number, values: readonly number[]): Entry {
  const data = Buffer.alloc(values.length * 2)
  values.forEach((value, index) => data.writeUInt16BE(value, index * 2))
  return { tag, type: types.int16, count: values.length, data }
}

function text(tag: number, value: string): Entry {
  return { tag, type: types.string, count: 1, data: Buffer.from(`${value}\0`) }
}

function i18n(tag: number, value: string): Entry {
  return { tag, type: types.i18n, count: 1, data: Buffer.from(`${value}\0`) }
}

function strings(tag: number, values: readonly string[]): Entry {
  return {
    tag,
    type: types.stringArray,
    count: values.length,
    data: Buffer.from(values.map((v) => `${v}\0`).join('')),
  }
}

function bin(tag: number, data: Buffer): Entry {
  return { tag, type: types.bin, count: data.length, data }
}

const emptyCpioGzip = Buffer.from(
  'H4sIAAAAAAAAAzMwMDQyNjE1AwIDA4sQR1ePAEUDLIDLCAcAAAAAAAAAAAAAAAAAAAAAAAAA',
  'base64',
)
