import { gzipSync, zstdCompressSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { createArchiveInspector } from '../../src/artifacts/inspect-archive.ts'
import { createUnpacker } from '../../src/artifacts/unpacker.ts'
import { failure } from '../support/ssh-host.ts'
import { tarContent, tarEnd, tarHeader } from '../support/tar-blocks.ts'

const packers = { zstd: zstdCompressSync, gzip: gzipSync, none: (bytes: Buffer): Buffer => bytes } as const

describe('unpacking', () => {
  it.each(['zstd', 'gzip', 'none'] as const)(
    'gives back what %s has packed, however it is cut',
    async (how) => {
      const whole = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * index) % 253))
      const packed = packers[how](whole)
      for (const size of [1000, 77_777, packed.length]) {
        const unpacker = createUnpacker(how)
        const pieces: Uint8Array[] = []
        for (let at = 0; at < packed.length; at += size) {
          for await (const piece of unpacker.unpack(packed.subarray(at, at + size))) pieces.push(piece)
        }
        for await (const piece of unpacker.unpack(null)) pieces.push(piece)
        expect(Buffer.concat(pieces).equals(whole)).toBe(true)
        unpacker.close()
      }
    },
  )

  it('refuses what is not packed that way', async () => {
    const unpacker = createUnpacker('zstd')
    const work = async (): Promise<void> => {
      for await (const _ of unpacker.unpack(Buffer.from('not packed at all'))) throw new Error('a piece')
      for await (const _ of unpacker.unpack(null)) throw new Error('a piece')
    }
    expect((await failure(work())).code).toBe('DATA_ARCHIVE_INVALID')
  })
})

it('gives bytes on only when every header in them was judged', async () => {
  const top = tarHeader({ name: './', type: '5' })
  const good = Buffer.concat([top, tarHeader({ name: './a', size: 5 }), tarContent('hello')])
  const bad = Buffer.concat([tarHeader({ name: './../x', size: 5 }), tarContent('hello'), tarEnd])
  const seen: string[] = []
  const inspector = createArchiveInspector({
    compression: 'gzip',
    limits: { maxEntries: 10, maxBytes: 100 },
    onEntry: async ({ path }) => void seen.push(path),
  })
  const packed = gzipSync(Buffer.concat([good, bad]))
  expect((await failure(inspector.write(packed))).code).toBe('DATA_ARCHIVE_INVALID')
  expect(seen).toEqual(['.', 'a'])
  inspector.close()
})
