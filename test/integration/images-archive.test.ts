import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { damageOf, parkedArtifacts } from '../../src/artifacts/parked-artifacts.ts'
import { createDirectoryStore } from '../../src/artifacts/directory-store.ts'
import type { ArtifactStore } from '../../src/model/artifact-port.ts'
import type { LocalImage, NodeImages, ParkedImage } from '../../src/model/image-port.ts'
import { startImageHost, type ImageHost } from '../support/image-host.ts'
import { writeLayout, type LayoutImage } from '../support/image-layout.ts'
import { imagesOf } from '../support/image-run.ts'
import { createMemoryStore } from '../support/memory-store.ts'
import { failure, never } from '../support/ssh-host.ts'
import { createSshdBed } from '../support/sshd.ts'

const bed = createSshdBed()
const scratch = mkdtempSync(join(tmpdir(), 'osferry-images-'))
const place = { to: 'archive', store: 'parked', compression: 'zstd' } as const
const names = ['docker.io/library/app:1', 'localhost/team/app:2']
let old: ImageHost
let fresh: ImageHost
let image: LayoutImage
let inIndex: LayoutImage

beforeAll(async () => {
  image = writeLayout(join(scratch, 'one'), { content: randomBytes(300_000), names })
  inIndex = writeLayout(join(scratch, 'two'), { content: 'two', names: ['localhost/two:1'], index: true })
  old = await startImageHost(bed, 'old')
  fresh = await startImageHost(bed, 'fresh')
  load(old, image)
  load(old, inIndex)
})
afterAll(async () => {
  await old.close()
  await fresh.close()
  await bed.close()
  rmSync(scratch, { recursive: true, force: true })
})

function load(host: ImageHost, { archive }: LayoutImage): void {
  host.ctr('images', 'import', '--no-unpack', archive)
}

/** A host without images for the length of a test: the same one, unless it has to be another. */
async function withHost<T>(
  options: Parameters<typeof startImageHost>[2],
  work: (host: ImageHost) => Promise<T>,
): Promise<T> {
  const host = options === undefined ? fresh : await startImageHost(bed, 'new', options)
  try {
    return await work(host)
  } finally {
    if (host !== fresh) await host.close()
    else for (const name of Object.keys(host.names())) host.ctr('images', 'rm', '--sync', name)
  }
}

async function parkAll(images: NodeImages): Promise<ParkedImage[]> {
  const parked: ParkedImage[] = []
  for (const found of await images.local([], never)) parked.push(await images.park(found, place, never))
  return parked
}

function storing(store: ArtifactStore): { store: () => Promise<ArtifactStore> } {
  return { store: async () => await Promise.resolve(store) }
}

/** Every head, and what reading all of its data has found. */
async function headsOf(store: ArtifactStore): Promise<unknown[]> {
  const heads: unknown[] = []
  for await (const artifact of parkedArtifacts(store, { signal: never })) {
    const { head } = artifact
    if (head === null) throw new Error(`${artifact.id} has no head`)
    heads.push({ ...head, damage: await damageOf(store, { ...artifact, head }, { signal: never }) })
  }
  return heads
}

async function first(images: NodeImages): Promise<LocalImage> {
  const found = (await images.local(names, never)).find(({ digest }) => digest === image.digest)
  if (found === undefined) throw new Error('it is not listed')
  return found
}

describe('images of a real containerd', () => {
  it('are kept as archives and put into another one under all of their names, with the same digests', async () => {
    const store = createDirectoryStore(join(scratch, 'store'))
    const from = imagesOf(old.host, scratch, storing(store))
    const listed = await from.local(names, never)
    expect(listed).toMatchObject([
      { runtime: 'containerd', namespace: 'k8s.io' },
      { runtime: 'containerd', namespace: 'k8s.io' },
    ])
    expect(new Map(listed.map((found) => [found.digest, found.names]))).toEqual(
      new Map([
        [image.digest, names],
        [inIndex.digest, ['localhost/two:1']],
      ]),
    )
    for (const found of listed) expect(await from.parked(found, place, never)).toBeUndefined()
    const parked = await parkAll(from)
    expect(new Set(parked.map(({ config }) => config))).toEqual(new Set([image.config, inIndex.config]))
    for (const [index, found] of listed.entries())
      expect(await from.parked(found, place, never)).toEqual(parked[index])
    expect(await headsOf(store)).toMatchObject([
      { kind: 'oci-archive', source: 'images', compression: 'zstd', damage: null },
      { kind: 'oci-archive', source: 'images', compression: 'zstd', damage: null },
    ])

    await withHost(undefined, async (fresh) => {
      const to = imagesOf(fresh.host, scratch, storing(store))
      for (const kept of parked) {
        expect(await to.missing([kept], never)).toHaveLength(1)
        await to.restore(kept, place, never)
        expect(await to.missing([kept], never)).toEqual([])
      }
      expect(fresh.names()).toMatchObject({
        [names[0]!]: image.digest,
        [names[1]!]: image.digest,
        'localhost/two:1': inIndex.digest,
      })
      // A name that somebody has moved is seen, and put right.
      fresh.ctr('images', 'tag', '--force', 'localhost/two:1', names[0]!)
      const kept = parked.find(({ digest }) => digest === image.digest)!
      expect(await to.missing([kept], never)).toHaveLength(1)
      await to.restore(kept, place, never)
      expect(fresh.names()[names[0]!]).toBe(image.digest)
    })
  })

  it('go unpacked to a host without zstd, and are not taken from one', async () => {
    const store = createMemoryStore()
    const kept = await parkAll(imagesOf(old.host, scratch, storing(store)))
    await withHost({ without: ['zstd'] }, async (poor) => {
      const to = imagesOf(poor.host, scratch, storing(store))
      for (const parked of kept) await to.restore(parked, place, never)
      expect(await to.missing(kept, never)).toEqual([])
      const other = imagesOf(poor.host, scratch)
      const error = await failure(other.park(await first(other), place, never))
      expect([error.code, error.message]).toEqual(['TOOL_MISSING', expect.stringContaining('zstd')])
      expect(await other.park(await first(other), { ...place, compression: 'gzip' }, never)).toMatchObject({
        config: image.config,
      })
    })
  })

  it('do not pass for put in when what is there to unpack them does not work', async () => {
    const store = createMemoryStore()
    const [kept] = await parkAll(imagesOf(old.host, scratch, storing(store)))
    const broken = 'echo "it is not there" >&2; exit 127'
    await withHost({ programs: { zstd: broken } }, async (host) => {
      const to = imagesOf(host.host, scratch, storing(store))
      const error = await failure(to.restore(kept!, place, never))
      expect([error.code, error.message]).toEqual(['DATA_WRITE_FAILED', expect.stringContaining('127')])
      expect(await to.missing([kept!], never)).toHaveLength(1)
    })
  })

  it('are refused when the store was changed, and nothing of them is put in', async () => {
    const store = createMemoryStore()
    const from = imagesOf(old.host, scratch, storing(store))
    const kept = await from.park(await first(from), place, never)
    const key = [...store.objects.keys()].find((name) => name.endsWith('image.tar.zst'))!
    const bytes = Buffer.from(store.objects.get(key)!)
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 0xff
    store.objects.set(key, bytes)
    await withHost(undefined, async (fresh) => {
      const to = imagesOf(fresh.host, scratch, storing(store))
      const { code } = await failure(to.restore(kept, place, never))
      expect(['DATA_MISMATCH', 'DATA_ARCHIVE_INVALID']).toContain(code)
      expect(fresh.names()).toEqual({})
    })
    store.objects.set(key, bytes.subarray(0, 1000))
    expect((await failure(from.parked(await first(from), place, never))).code).toBe('ARTIFACT_DAMAGED')
  })

  it('leave nothing that counts when the store fails, and are kept the next time', async () => {
    const store = createMemoryStore()
    const images = imagesOf(old.host, scratch, storing(store))
    const found = await first(images)
    store.failing = { key: /image\.tar/, afterBytes: 1000 }
    await expect(images.park(found, place, never)).rejects.toThrow('the store is full')
    expect(await images.parked(found, place, never)).toBeUndefined()
    store.failing = { key: /artifact\.json/, afterBytes: 10 }
    await expect(images.park(found, place, never)).rejects.toThrow('the store is full')
    expect(await images.parked(found, place, never)).toBeUndefined()
    store.failing = null
    expect(await images.park(found, place, never)).toMatchObject({ config: image.config })
    expect(await images.parked(found, place, never)).toMatchObject({ config: image.config })
  })

  it('that somebody removes meanwhile are named', async () => {
    await withHost(undefined, async (host) => {
      load(host, image)
      const images = imagesOf(host.host, scratch)
      const found = await first(images)
      for (const name of names) host.ctr('images', 'rm', name)
      expect(await images.local([], never)).toEqual([])
      const planned = await failure(images.local([names[0]!], never))
      expect([planned.code, planned.message]).toEqual(['IMAGE_NOT_FOUND', expect.stringContaining(names[0]!)])
      const parking = await failure(images.park(found, place, never))
      expect([parking.code, parking.message]).toEqual(['IMAGE_NOT_FOUND', expect.stringContaining('app:1')])
    })
  })

  it('with a name that no registry would take are refused, and no shell ever reads it', async () => {
    await withHost(undefined, async (host) => {
      load(host, image)
      const proof = join(scratch, 'proof')
      host.ctr('images', 'tag', names[0]!, `localhost/x:$(touch\t${proof})`)
      const images = imagesOf(host.host, scratch)
      expect((await failure(images.local([], never))).code).toBe('HOST_ANSWER_INVALID')
      host.ctr('images', 'rm', `localhost/x:$(touch\t${proof})`)
      host.ctr('images', 'tag', names[0]!, `localhost/x:$(touch<${proof})`)
      expect((await failure(images.local([], never))).code).toBe('IMAGE_NAME_INVALID')
      expect(execFileSync('ls', [scratch], { encoding: 'utf8' })).not.toContain('proof')
    })
  })

  it('are not kept when their runtime is cut off in the middle', async () => {
    const cut = `case "$*" in *export*) /usr/bin/ctr "$@" | head -c 20000; exit 0 ;; esac; exec /usr/bin/ctr "$@"`
    const ends = `case "$*" in *export*) /usr/bin/ctr "$@" | head -c 20000; echo "ctr: disk broke" >&2; exit 1 ;; esac; exec /usr/bin/ctr "$@"`
    for (const [ctr, code] of [
      [cut, 'DATA_ARCHIVE_INVALID'],
      [ends, 'DATA_READ_FAILED'],
    ] as const)
      await withHost({ programs: { ctr } }, async (host) => {
        load(host, image)
        const images = imagesOf(host.host, scratch)
        const found = await first(images)
        expect((await failure(images.park(found, place, never))).code).toBe(code)
        expect(await images.parked(found, place, never)).toBeUndefined()
      })
  })

  it('cannot be told of when the runtime does not run', async () => {
    await withHost({ containerd: false }, async ({ host }) => {
      const images = imagesOf(host, scratch)
      expect((await failure(images.local([], never))).code).toBe('HOST_ANSWER_INVALID')
      const kept = { runtime: 'containerd', namespace: 'k8s.io', digest: image.digest, names } as const
      const parked = { ...kept, config: image.config, manifest: image.manifest, kept: 'run-1/node-1/x' }
      expect((await failure(images.missing([parked], never))).code).toBe('TOOL_MISSING')
    })
  })
})

describe('what docker saves', () => {
  it('goes into containerd under the long form of its names, with the same configuration', async () => {
    const saved = join(scratch, 'docker.tar')
    const layout = writeLayout(join(scratch, 'three'), { content: 'three', names: ['x:1'] })
    execFileSync('skopeo', ['copy', '-q', `oci-archive:${layout.archive}:1`, `docker-archive:${saved}:app:7`])
    const { config } = layout
    const docker = `case "$*" in
      *Digest*) printf '%s\\t%s\\t%s\\t%s\\t%s\\n' ${config} app 7 '<none>' 1kB ;;
      *images*) printf '%s\\t%s\\t%s\\n' ${config} app 7 '${config.replaceAll('1', '1')}' '<none>' '<none>' ;;
      *save*) cat ${saved} ;;
      *) exit 1 ;;
    esac`
    const store = createMemoryStore()
    const parked = await withHost(
      { containerd: false, docker: true, programs: { docker } },
      async ({ host }) => {
        // Whether containerd runs below docker is another question than this one.
        const survey = async (): Promise<readonly { id: string; tags: string[] }[]> =>
          await Promise.resolve([{ id: config, tags: ['app:7'] }])
        const images = imagesOf(host, scratch, { ...storing(store), survey })
        const listed = await images.local(['app:7'], never)
        expect(listed).toEqual([{ runtime: 'docker', namespace: '', digest: config, names: ['app:7'] }])
        return await images.park(listed[0]!, place, never)
      },
    )
    expect(parked).toMatchObject({ config, manifest: null })
    await withHost(undefined, async (fresh) => {
      const to = imagesOf(fresh.host, scratch, storing(store))
      await to.restore(parked, place, never)
      expect(await to.missing([parked], never)).toEqual([])
      expect(Object.keys(fresh.names())).toContain('docker.io/library/app:7')
      expect(
        JSON.parse(fresh.ctr('content', 'get', fresh.names()['docker.io/library/app:7']!)),
      ).toMatchObject({
        config: { digest: config },
      })
    })
  })
})
