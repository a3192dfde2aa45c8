import { createHash, randomBytes } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { markerOf } from '../../src/artifacts/look-at-host.ts'
import { parkTree, type ParkRequest } from '../../src/artifacts/park-tree.ts'
import { restoreTree, type RestoreTreeRequest } from '../../src/artifacts/restore-tree.ts'
import type { ArtifactHead } from '../../src/model/artifact-port.ts'
import { startDataHost, type DataHost } from '../support/data-host.ts'
import { bash, describeTree } from '../support/data-tree.ts'
import { createMemoryStore, type MemoryStore } from '../support/memory-store.ts'
import { archiveId, parking, restoring, stillClock } from '../support/parking.ts'
import { backends, failure, never } from '../support/ssh-host.ts'
import { createSshdBed, killQuietly } from '../support/sshd.ts'

const bed = createSshdBed()
const root = mkdtempSync(join(tmpdir(), 'osferry-restore-'))
const source = join(root, 'source')
const targets: string[] = []
const hosts: DataHost[] = []
let plain: DataHost

beforeAll(async () => {
  mkdirSync(source)
  bash(
    source,
    'mkdir a b; echo one > a/one; echo two > b/two; ln -s one a/link; chmod 600 b/two; ln b/two b/zwei',
  )
  plain = await startDataHost(bed)
})
afterEach(async () => {
  for (const host of hosts.splice(0)) await host.close()
})
afterAll(async () => {
  await plain.close()
  await bed.close()
  for (const target of targets) rmSync(markerOf(target), { force: true })
  rmSync(root, { recursive: true, force: true })
})

describe('where data may be restored', () => {
  it('refuses a directory that is not empty, unless asked; then what was there stays', async () => {
    const store = await parked()
    const target = targetOf()
    bash(root, `mkdir -p ${target}/a; echo mine > ${target}/a/mine; echo old > ${target}/a/one`)
    const error = await failure(restore(store, restoring(target)))
    expect([error.code, error.message]).toEqual([
      'DATA_TARGET_REFUSED',
      expect.stringContaining('is not empty; nothing was written'),
    ])
    expect(readFileSync(join(target, 'a/one'), 'utf8')).toBe('old\n')
    await restore(store, restoring(target, { intoExisting: true }))
    expect([
      readFileSync(join(target, 'a/one'), 'utf8'),
      readFileSync(join(target, 'a/mine'), 'utf8'),
    ]).toEqual(['one\n', 'mine\n'])
  })

  it('takes a new file system for empty, whose lost+found is so, too', async () => {
    const store = await parked()
    const target = targetOf()
    bash(root, `mkdir -p -m 700 ${target}/lost+found; touch ${target}/lost+found/#12`)
    expect((await failure(restore(store, restoring(target)))).code).toBe('DATA_TARGET_REFUSED')
    rmSync(join(target, 'lost+found/#12'))
    await restore(store, restoring(target))
    for (const part of ['a', 'b'])
      expect(describeTree(join(target, part))).toBe(describeTree(join(source, part)))
  })

  it.each(['relative/path', '/', '/tmp/../etc', '/tmp/./x', '/tmp//x', '/tmp/x/'])(
    'refuses the path %s',
    async (target) => {
      const error = await failure(restore(await parked(), restoring(target)))
      expect([error.code, error.message]).toEqual([
        'DATA_TARGET_REFUSED',
        expect.stringContaining('nothing was written'),
      ])
    },
  )

  it('refuses a file, and a path through a symbolic link unless asked', async () => {
    const store = await parked()
    const file = join(root, 'file')
    writeFileSync(file, '')
    expect((await failure(restore(store, restoring(file)))).message).toContain('is no directory')
    const link = join(root, 'link')
    mkdirSync(join(root, 'elsewhere'))
    symlinkSync('elsewhere', link)
    const target = join(link, 'deep')
    targets.push(target)
    const error = await failure(restore(store, restoring(target)))
    expect([error.code, error.message]).toEqual([
      'DATA_TARGET_REFUSED',
      expect.stringContaining(join(root, 'elsewhere/deep')),
    ])
    expect(readdirSync(join(root, 'elsewhere'))).toEqual([])
    await restore(store, restoring(target, { followLinks: true }))
    expect(describeTree(join(root, 'elsewhere/deep'))).toBe(describeTree(source))
  })

  it('says that there is no such archive', async () => {
    const store = await parked()
    const error = await failure(restore(store, restoring(targetOf(), { id: 'run-1/node-1/other' })))
    expect(error.code).toBe('ARTIFACT_NOT_FOUND')
    store.objects.delete(`${archiveId}/artifact.json`)
    expect((await failure(restore(store, restoring(targetOf())))).code).toBe('ARTIFACT_NOT_FOUND')
  })
})

describe('an archive that somebody has changed', () => {
  it.each([
    ['zstd', /./],
    ['gzip', /./],
    ['none', /b\/two \(content\)/],
  ] as const)('is noticed when its bytes are not the same (%s)', async (compression, says) => {
    const store = await parked({ compression })
    const key = [...store.objects.keys()].find((name) => name.includes('/data.'))!
    const whole = store.objects.get(key)!
    // Within the content of a file: its headers stay as they are.
    const at = compression === 'none' ? whole.indexOf('two\n') : Math.floor(whole.length / 2)
    whole[at] = (whole[at] ?? 0) ^ 0x01
    const target = targetOf()
    const error = await failure(restore(store, restoring(target)))
    expect(['DATA_ARCHIVE_INVALID', 'DATA_MISMATCH']).toContain(error.code)
    expect(error.message).toMatch(says)
    // What was begun is known as such, so that it may be done again without being asked for.
    await restore(await parked(), restoring(target))
    expect(describeTree(target)).toBe(describeTree(source))
  })

  it('is noticed when its manifest is another one, with or without the right checksum', async () => {
    const store = await parked()
    const key = `${archiveId}/manifest.ndjson.gz`
    const changed = gunzipSync(store.objects.get(key)!)
      .toString()
      .replace('"path":"b/two","type":"file","mode":384', '"path":"b/two","type":"file","mode":511')
    store.objects.set(key, gzipSync(changed))
    expect((await failure(restore(store, restoring(targetOf())))).message).toContain('b/two (mode)')
    const same = await parked()
    same.objects.set(key, gzipSync(gunzipSync(same.objects.get(key)!), { level: 1 }))
    expect((await failure(restore(same, restoring(targetOf())))).message).toContain('checksum')
    const broken = await parked()
    broken.objects.set(key, gzipSync('{"path":1}\n'))
    expect((await failure(restore(broken, restoring(targetOf())))).message).toContain(
      'line 1 of its manifest: path',
    )
  })

  it('is noticed when its end is gone or something follows it', async () => {
    const store = await parked()
    const key = `${archiveId}/data.tar.zst`
    const whole = store.objects.get(key)!
    for (const bytes of [whole.subarray(0, whole.length - 20), Buffer.concat([whole, randomBytes(64)])]) {
      store.objects.set(key, bytes)
      expect(['DATA_ARCHIVE_INVALID', 'DATA_MISMATCH']).toContain(
        (await failure(restore(store, restoring(targetOf())))).code,
      )
    }
    store.objects.delete(key)
    expect((await failure(restore(store, restoring(targetOf())))).code).toBe('ARTIFACT_NOT_FOUND')
  })

  it('cannot write outside the target, though every checksum is right', async () => {
    const evil = join(root, 'evil')
    mkdirSync(evil, { recursive: true })
    const outside = join(root, 'outside')
    bash(
      evil,
      `echo pwned > pwned; tar --format=posix --transform='s|^./pwned|./../outside|' -cf ${root}/evil.tar ./pwned`,
    )
    const store = await parked({ compression: 'none' })
    forge(store, readFileSync(join(root, 'evil.tar')))
    const error = await failure(restore(store, restoring(targetOf())))
    expect(error.code).toBe('DATA_ARCHIVE_INVALID')
    expect(existsSync(outside)).toBe(false)
  })

  it('does not have a head that can be believed when that was changed', async () => {
    for (const change of [
      '{',
      '{"schema":"artifact/v2"}',
      `{"schema":"artifact/v1","id":"${'x'.repeat(70_000)}"}`,
    ]) {
      const store = await parked()
      store.objects.set(`${archiveId}/artifact.json`, Buffer.from(change))
      expect((await failure(restore(store, restoring(targetOf())))).code).toBe('DATA_ARCHIVE_INVALID')
    }
  })
})

describe('a restore that does not succeed', () => {
  it('says that the disk is full, and can be repeated when there is room', async () => {
    const path = join(root, 'big')
    mkdirSync(path)
    writeFileSync(join(path, 'data'), randomBytes(3_000_000))
    const store = createMemoryStore()
    await parkTree({ host: plain.host, store, clock: stillClock }, parking(path), never)
    const disk = join(root, 'disk')
    const host = await started({ disk: { path: disk, kib: 1024 } })
    const target = join(disk, 'target')
    targets.push(target)
    const error = await failure(restoreTree({ host: host.host, store }, restoring(target), never))
    expect([error.code, error.message]).toEqual([
      'DATA_WRITE_FAILED',
      expect.stringMatching(/No space left on device|Wrote only/),
    ])
    await restore(store, restoring(target))
    expect(describeTree(target)).toBe(describeTree(path))
  })

  it.each([
    {
      what: 'content',
      change: 't=$(stat -c @%Y "$d/b/two"); printf "two\\r" >"$d/b/two"; touch -d "$t" "$d/b/two"',
      says: 'b/two (content)',
    },
    { what: 'mode', change: 'chmod 644 "$d/b/two"', says: 'b/two (mode)' },
    { what: 'owner', change: 'chown 7:8 "$d/b/two"', says: 'b/two (owner, group)' },
    { what: 'a missing file', change: 'rm "$d/a/one"', says: 'a/one (missing)' },
    { what: 'a file too many', change: 'cp -p "$d/a/one" "$d/a/three"', says: 'a/three (not expected)' },
    { what: 'an attribute', change: 'setfattr -n user.x -v y "$d/a/one"', says: 'a/one (user.x)' },
    { what: 'a link that leads elsewhere', change: 'ln -sfn two "$d/a/link"', says: 'a/link (' },
    {
      what: 'a hard link that is none',
      change: 'cp -p "$d/b/zwei" "$d/x" && mv "$d/x" "$d/b/zwei"',
      says: 'b/zwei (type)',
    },
  ])('reads everything back and names what differs: $what', async ({ change, says }) => {
    const store = await parked()
    const target = targetOf()
    const tar = `/usr/bin/tar "$@"; status=$?; [ "$1" = --extract ] || exit $status; PATH=/usr/bin; d=${target}; ${change}`
    const bad = await started({ programs: { tar } })
    const error = await failure(restoreTree({ host: bad.host, store }, restoring(target), never))
    expect([error.code, error.message]).toEqual(['DATA_MISMATCH', expect.stringContaining(says)])
    // It is known as unfinished, so it may be done again without being asked for.
    expect(isMarked(target)).toBe(true)
    if (says.includes('not expected')) rmSync(join(target, 'a/three'))
    await restore(store, restoring(target))
    expect([describeTree(target), isMarked(target)]).toEqual([describeTree(source), false])
  })

  it.each(backends)('may be begun again after the connection over %s was cut', async (backend) => {
    const path = join(root, `large-${backend}`)
    mkdirSync(path)
    writeFileSync(join(path, 'data'), randomBytes(30_000_000))
    const store = createMemoryStore()
    await parkTree({ host: plain.host, store, clock: stillClock }, parking(path), never)
    const doomed = await started({ backend })
    const target = targetOf()
    let isCut = false
    const onProgress = (): void => {
      if (!isCut) for (const pid of doomed.sshd.sessions()) killQuietly(pid)
      isCut = true
    }
    const error = await failure(
      restoreTree({ host: doomed.host, store }, restoring(target, { onProgress }), never),
    )
    expect(error.code).toBe('HOST_LOST')
    await restore(store, restoring(target))
    expect(describeTree(target)).toBe(describeTree(path))
  })

  it('tells the error of a store that fails on the way', async () => {
    const store = await parked()
    const failing = {
      ...store,
      read: async (key: string, options: { signal: AbortSignal }) =>
        key.includes('/data.') ? brokenStream() : await store.read(key, options),
    }
    const target = targetOf()
    await expect(restoreTree({ host: plain.host, store: failing }, restoring(target), never)).rejects.toThrow(
      'the store is away',
    )
    await restore(store, restoring(target))
  })

  it('stops when the caller gives up', async () => {
    const aborter = new AbortController()
    const request = restoring(targetOf(), { onProgress: () => aborter.abort() })
    const store = await parked()
    const error = await failure(restoreTree({ host: plain.host, store }, request, aborter.signal))
    expect(error.code).toBe('INTERRUPTED')
  })
})

async function* brokenStream(): AsyncGenerator<Uint8Array> {
  yield Buffer.alloc(0)
  throw new Error('the store is away')
}

/** Puts other bytes into the store, with a head that fits them. */
function forge(store: MemoryStore, bytes: Buffer): void {
  store.objects.set(`${archiveId}/data.tar`, bytes)
  const key = `${archiveId}/artifact.json`
  const head = JSON.parse(store.objects.get(key)!.toString()) as ArtifactHead
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  store.objects.set(key, Buffer.from(JSON.stringify({ ...head, sha256, storedBytes: bytes.length })))
}

async function parked(more: Partial<ParkRequest> = {}): Promise<MemoryStore> {
  const store = createMemoryStore()
  await parkTree({ host: plain.host, store, clock: stillClock }, parking(source, more), never)
  return store
}

async function restore(store: MemoryStore, request: RestoreTreeRequest): Promise<void> {
  await restoreTree({ host: plain.host, store }, request, never)
}

async function started(options: Parameters<typeof startDataHost>[1]): Promise<DataHost> {
  const host = await startDataHost(bed, options)
  hosts.push(host)
  return host
}

function targetOf(): string {
  const target = join(root, `target-${targets.length}`)
  targets.push(target)
  return target
}

function isMarked(target: string): boolean {
  return existsSync(markerOf(target))
}
