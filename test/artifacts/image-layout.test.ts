import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { judgeImage, type ArchivedImage } from '../../src/artifacts/image-layout.ts'
import { readImageTar } from '../../src/artifacts/image-tar.ts'
import type { MigrationError } from '../../src/model/errors.ts'
import { writeLayout, type LayoutImage } from '../support/image-layout.ts'
import { failure } from '../support/ssh-host.ts'
import { tarContent, tarEnd, tarHeader } from '../support/tar-blocks.ts'

const directory = mkdtempSync(join(tmpdir(), 'osferry-layout-'))
let image: LayoutImage
let inIndex: LayoutImage

beforeAll(() => {
  const names = ['docker.io/library/app:1', 'localhost/app:2']
  image = writeLayout(join(directory, 'one'), { content: 'one', names })
  inIndex = writeLayout(join(directory, 'two'), { content: 'two', names, index: true })
})
afterAll(() => rmSync(directory, { recursive: true, force: true }))

async function judge(bytes: Buffer, chunkBytes = 1000): Promise<ArchivedImage> {
  async function* chunks(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes)
  }
  return judgeImage(await readImageTar(chunks()))
}

describe('the archive of an image', () => {
  it.each([1, 513, 1_000_000])('is one image, in chunks of %i bytes', async (chunkBytes) => {
    const { digest, config } = image
    expect(await judge(readFileSync(image.archive), chunkBytes)).toMatchObject({
      format: 'oci-archive',
      roots: new Set([digest]),
      manifest: digest,
      config,
      refName: '1',
    })
  })

  it('may hold one platform of an index and leave the others out', async () => {
    const { digest, manifest, config } = inIndex
    const found = await judge(readFileSync(inIndex.archive))
    expect(found).toMatchObject({ roots: new Set([digest]), manifest, config })
    expect(digest).not.toBe(manifest)
  })

  it('is refused wherever a byte of it is another', async () => {
    const good = readFileSync(image.archive)
    for (let at = 512 * 3; at < good.length - 1024; at += 97) {
      const bytes = Buffer.from(good)
      bytes[at] = (bytes[at] ?? 0) ^ 0x01
      const told = await judge(bytes).then(
        ({ config }) => config,
        (error: unknown) => (error as MigrationError).code,
      )
      // Owners, times and what fills blocks are nothing of the image.
      expect([image.config, 'DATA_ARCHIVE_INVALID']).toContain(told)
    }
  })

  it('is refused wherever it ends too early', async () => {
    const good = readFileSync(image.archive)
    const end = good.length - trailingZeros(good)
    for (let length = 0; length < end; length += 331)
      expect((await failure(judge(good.subarray(0, length)))).code).toBe('DATA_ARCHIVE_INVALID')
  })

  it('is refused without a layer', async () => {
    const layer = [...(await readImageTar(once(readFileSync(image.archive))))].find(
      ([path, { text }]) => path.startsWith('blobs/') && text === undefined,
    )
    const parts = await readImageTar(once(readFileSync(image.archive)))
    const without = new Map([...parts].filter(([path]) => path !== layer?.[0]))
    expect(() => judgeImage(without)).toThrow(/a layer is missing/)
  })
})

describe('the archive that docker saves', () => {
  const layer = Buffer.concat([tarHeader({ name: 'f', size: 1 }), tarContent('x'), tarEnd])
  const diffId = createHash('sha256').update(layer).digest('hex')
  const config = JSON.stringify({
    architecture: 'amd64',
    rootfs: { diff_ids: [`sha256:${diffId}`, `sha256:${diffId}`] },
  })
  const id = createHash('sha256').update(config).digest('hex')
  const manifest = JSON.stringify([
    { Config: `${id}.json`, RepoTags: ['app:1'], Layers: ['a/layer.tar', 'b/layer.tar'] },
  ])
  const file = (name: string, content: Buffer | string): Buffer[] => [
    tarHeader({ name, size: content.length }),
    Buffer.isBuffer(content) ? content : tarContent(content),
  ]
  const saved = (layerBytes: Buffer, link = '../a/layer.tar'): Buffer =>
    Buffer.concat([
      ...file('a/layer.tar', layerBytes),
      tarHeader({ name: 'b/layer.tar', type: '2', link }),
      ...file(`${id}.json`, config),
      ...file('manifest.json', manifest),
      tarEnd,
    ])

  it('is one image, and a layer that is the same may be a link', async () => {
    expect(await judge(saved(layer))).toMatchObject({
      format: 'docker-archive',
      config: `sha256:${id}`,
      manifest: null,
    })
  })

  it('is refused when a layer is another, or a link leads elsewhere', async () => {
    const other = Buffer.from(layer)
    other[512] = 0x79
    expect((await failure(judge(saved(other)))).message).toContain('not what its digest names')
    expect((await failure(judge(saved(layer, '../../etc/passwd')))).message).toContain('leads out')
    expect((await failure(judge(saved(layer, '../b/layer.tar')))).message).toContain('lead nowhere')
  })
})

async function* once(bytes: Buffer): AsyncGenerator<Uint8Array> {
  yield bytes
}

function trailingZeros(bytes: Buffer): number {
  return bytes.length - 1 - bytes.findLastIndex((byte) => byte !== 0)
}
