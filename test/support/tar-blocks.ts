/** What a header of ustar is to say; everything else is that of a plain file of root. */
export interface BlockOptions {
  name: string
  type?: string
  size?: number
  link?: string
  mode?: number
  magic?: string
}

/** A header with its checksum, for archives that no tar would make. */
export function tarHeader({
  name,
  type = '0',
  size = 0,
  link = '',
  mode = 0o644,
  magic = 'ustar\u000000',
}: BlockOptions): Buffer {
  const block = Buffer.alloc(512)
  const put = (text: string, offset: number): void => void block.write(text, offset, 'latin1')
  const octal = (value: number, length: number): string => `${value.toString(8).padStart(length - 1, '0')}\0`
  put(name, 0)
  put(octal(mode, 8), 100)
  put(octal(0, 8), 108)
  put(octal(0, 8), 116)
  put(octal(size, 12), 124)
  put(octal(0, 12), 136)
  put('        ', 148)
  put(type, 156)
  put(link, 157)
  put(magic, 257)
  const sum = block.reduce((total, byte) => total + byte, 0)
  put(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return block
}

/** Content, filled up to whole blocks. */
export function tarContent(content: string | Buffer): Buffer {
  const bytes = Buffer.from(content as string, 'latin1')
  return Buffer.concat([bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)])
}

/** A pax header with its records. */
export function paxHeader(records: Readonly<Record<string, string>>): Buffer {
  const body = Object.entries(records)
    .map(([key, value]) => paxRecord(key, value))
    .join('')
  return Buffer.concat([
    tarHeader({ name: './PaxHeaders/x', type: 'x', size: body.length }),
    tarContent(body),
  ])
}

function paxRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`
  let length = rest.length
  while (String(length).length + rest.length !== length) length = String(length).length + rest.length
  return `${length}${rest}`
}

/** The blocks at the end of an archive. */
export const tarEnd: Buffer = Buffer.alloc(1024)
