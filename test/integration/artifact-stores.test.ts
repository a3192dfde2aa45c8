import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { createDirectoryStore } from '../../src/artifacts/directory-store.ts'
import type { ArtifactStore } from '../../src/model/artifact-port.ts'
import { gathered } from '../support/gathered.ts'

const { signal } = new AbortController()
const mebibyte = 1024 * 1024
const directories: string[] = []

async function newDirectoryStore(): Promise<ArtifactStore> {
  const directory = await mkdtemp(join(tmpdir(), 'osferry-parked-'))
  directories.push(directory)
  return createDirectoryStore(join(directory, 'parked'))
}

afterAll(async () => {
  for (const directory of directories) await rm(directory, { recursive: true, force: true })
})

describe.each([{ kind: 'directory', create: newDirectoryStore }])('a store in a $kind', ({ create }) => {
  let store: ArtifactStore
  beforeEach(async () => {
    store = await create()
  })

  it.each([
    ['nothing', 0, 1],
    ['one byte', 1, 1],
    ['exactly a block', mebibyte, 65_536],
    ['a block and a byte', mebibyte + 1, 4096],
    ['many blocks in odd chunks', 37 * mebibyte + 11, 999_983],
  ])('gives back %s as it was written', async (_, bytes, chunkBytes) => {
    const content = randomBytes(bytes)
    const written = await store.write('run/node/volume/data.tar', chunksOf(content, chunkBytes), { signal })
    expect(written).toEqual({ bytes, sha256: sha256(content) })
    expect(sha256(await readAll(store, 'run/node/volume/data.tar'))).toBe(sha256(content))
    expect(await keysOf(store, '')).toEqual([{ key: 'run/node/volume/data.tar', bytes }])
  })

  it('never writes over an object that is whole', async () => {
    await store.write('run/a', chunksOf(Buffer.from('first')), { signal })
    await expect(store.write('run/a', chunksOf(Buffer.from('second')), { signal })).rejects.toMatchObject({
      code: 'ARTIFACT_EXISTS',
      message: expect.stringContaining(`${store.name} has run/a already`) as string,
    })
    expect((await readAll(store, 'run/a')).toString()).toBe('first')
  })

  it('lets one of two writers of an object win, and keeps what the winner wrote', async () => {
    const contents = [randomBytes(9 * mebibyte), randomBytes(9 * mebibyte)]
    const ended = await Promise.allSettled(
      contents.map((content) => store.write('run/a', chunksOf(content, 65_536), { signal })),
    )
    const winners = contents.filter((_, index) => ended[index]?.status === 'fulfilled')
    expect(winners).toHaveLength(1)
    expect(sha256(await readAll(store, 'run/a'))).toBe(sha256(winners[0]!))
    const refusals = ended.filter((end) => end.status === 'rejected').map((end): unknown => end.reason)
    expect(refusals).toEqual([
      expect.objectContaining({ code: expect.stringMatching(/^ARTIFACT_/) as string }),
    ])
  })

  it('keeps nothing of a stream that breaks, tells its own error, and takes the object at the next attempt', async () => {
    const broken = new Error('the host is gone')
    async function* breaking(): AsyncGenerator<Uint8Array> {
      yield randomBytes(12 * mebibyte)
      await Promise.resolve()
      throw broken
    }
    await expect(store.write('run/a', breaking(), { signal })).rejects.toBe(broken)
    expect(await keysOf(store, '')).toEqual([])
    expect(await store.read('run/a', { signal })).toBeUndefined()
    await store.write('run/a', chunksOf(Buffer.from('whole')), { signal })
    expect((await readAll(store, 'run/a')).toString()).toBe('whole')
  })

  it('stops at once when it is aborted, though the stream gives nothing more', async () => {
    const aborting = new AbortController()
    const stuck = async function* (): AsyncGenerator<Uint8Array> {
      yield randomBytes(12 * mebibyte)
      aborting.abort(new Error('Ctrl-C'))
      await new Promise(() => undefined)
    }
    await expect(store.write('run/a', stuck(), { signal: aborting.signal })).rejects.toThrow('Ctrl-C')
    expect(await keysOf(store, '')).toEqual([])
  })

  it('closes the stream that it reads when it cannot go on', async () => {
    let isClosed = false
    const aborting = new AbortController()
    async function* watched(): AsyncGenerator<Uint8Array> {
      try {
        for (let chunks = 1; ; chunks += 1) {
          if (chunks === 13) aborting.abort(new Error('Ctrl-C'))
          yield await Promise.resolve(randomBytes(mebibyte))
        }
      } finally {
        isClosed = true
      }
    }
    await expect(store.write('run/a', watched(), { signal: aborting.signal })).rejects.toThrow('Ctrl-C')
    await expect.poll(() => isClosed).toBe(true)
  })

  it('has nothing of what was never written, and removes it without an error', async () => {
    expect(await store.read('run/node/none', { signal })).toBeUndefined()
    expect(await keysOf(store, '')).toEqual([])
    await store.remove('run/node/none', { signal })
  })

  it('can write again what was removed', async () => {
    await store.write('run/node/a', chunksOf(Buffer.from('first')), { signal })
    await store.remove('run/node/a', { signal })
    expect(await store.read('run/node/a', { signal })).toBeUndefined()
    await store.write('run/node/a', chunksOf(Buffer.from('second')), { signal })
    expect((await readAll(store, 'run/node/a')).toString()).toBe('second')
  })

  it('lists by the beginning of keys, in the order of the keys', async () => {
    const keys = ['b/c', 'a/b', 'a-b/x', 'a/b.x', 'a/a/z', 'a%2fb', 'ab']
    for (const key of keys) await store.write(key, chunksOf(Buffer.from(key)), { signal })
    const all = (await keysOf(store, '')).map(({ key }) => key)
    expect(all).toEqual(['a%2fb', 'a-b/x', 'a/a/z', 'a/b', 'a/b.x', 'ab', 'b/c'])
    expect((await keysOf(store, 'a/')).map(({ key }) => key)).toEqual(['a/a/z', 'a/b', 'a/b.x'])
    expect((await keysOf(store, 'a')).map(({ key }) => key)).toEqual(all.slice(0, 6))
    expect((await keysOf(store, 'a/b')).map(({ key }) => key)).toEqual(['a/b', 'a/b.x'])
    expect(await keysOf(store, 'c')).toEqual([])
  })

  it.each([
    '',
    '/etc/passwd',
    '../x',
    'a/../b',
    'a//b',
    'a/',
    '.hidden',
    'a/.b',
    '-a',
    'a b',
    'a\nb',
    'a:b',
    'ä',
  ])('refuses the key %j', async (key) => {
    const refusal = { code: 'ARTIFACT_KEY_INVALID' }
    await expect(store.write(key, chunksOf(Buffer.from('x')), { signal })).rejects.toMatchObject(refusal)
    await expect(store.read(key, { signal })).rejects.toMatchObject(refusal)
    await expect(store.remove(key, { signal })).rejects.toMatchObject(refusal)
  })

  it.each(['x'.repeat(201), `${'x/'.repeat(256)}x`])('refuses a key that is too long (%#)', async (key) => {
    await expect(store.read(key, { signal })).rejects.toMatchObject({ code: 'ARTIFACT_KEY_INVALID' })
  })

  it.each(['/', '../', 'a/../', '.'])('refuses to list by %j', async (prefix) => {
    await expect(keysOf(store, prefix)).rejects.toMatchObject({ code: 'ARTIFACT_KEY_INVALID' })
  })

  it('can be read in part only', async () => {
    await store.write('run/a', chunksOf(randomBytes(5 * mebibyte), mebibyte), { signal })
    for await (const chunk of (await store.read('run/a', { signal }))!) {
      expect(chunk.length).toBeGreaterThan(0)
      break
    }
    await store.remove('run/a', { signal })
    expect(await keysOf(store, '')).toEqual([])
  })
})

// The chunk is one buffer that is written over, as streams of sockets do it.
async function* chunksOf(content: Uint8Array, chunkBytes = 65_536): AsyncGenerator<Uint8Array> {
  const chunk = Buffer.alloc(chunkBytes)
  for (let at = 0; at < content.length; at += chunkBytes) {
    const part = content.subarray(at, at + chunkBytes)
    chunk.set(part)
    await Promise.resolve()
    yield chunk.subarray(0, part.length)
  }
}

async function readAll(store: ArtifactStore, key: string): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of (await store.read(key, { signal }))!) chunks.push(chunk)
  return Buffer.concat(chunks)
}

async function keysOf(store: ArtifactStore, prefix: string): Promise<{ key: string; bytes: number }[]> {
  return await gathered(store.list(prefix, { signal }))
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
