import { randomBytes } from 'node:crypto'
import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createDirectoryStore } from '../../src/artifacts/directory-store.ts'
import { markerOf } from '../../src/artifacts/look-at-host.ts'
import { parkTree } from '../../src/artifacts/park-tree.ts'
import { restoreTree } from '../../src/artifacts/restore-tree.ts'
import { ParkedEntry } from '../../src/model/artifact-port.ts'
import { startDataHost, usualTools, type DataHost } from '../support/data-host.ts'
import { bash, describeTree, makeOddTree } from '../support/data-tree.ts'
import { createMemoryStore, type MemoryStore } from '../support/memory-store.ts'
import { backends, failure, never } from '../support/ssh-host.ts'
import { parking, restoring, stillClock as clock } from '../support/parking.ts'
import { createSshdBed, killQuietly } from '../support/sshd.ts'

const bed = createSshdBed()
const root = mkdtempSync(join(tmpdir(), 'osferry-park-'))
const odd = join(root, 'odd')
const small = join(root, 'small')
const targets: string[] = []
const hosts: DataHost[] = []
let plain: DataHost

beforeAll(async () => {
  mkdirSync(odd)
  makeOddTree(odd)
  mkdirSync(small)
  bash(small, 'mkdir a b; echo one > a/one; echo two > b/two; ln -s one a/link; chmod 600 b/two')
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

describe.each(backends)('a directory with everything over %s', (backend) => {
  it('comes back as it was: owners, modes, links, devices, attributes, holes, names of any bytes', async () => {
    const host = await started({ backend })
    const store = createDirectoryStore(join(root, `store-${backend}`))
    const ports = { host: host.host, store, clock }
    const { head, already } = await parkTree(ports, parking(odd), never)
    expect([already, head.compression, head.changed]).toEqual([false, 'zstd', false])
    const target = targetOf()
    const { verified } = await restoreTree(ports, restoring(target), never)
    expect(describeTree(target)).toBe(describeTree(odd))
    expect(verified).toEqual({ entries: head.manifest?.entries, files: head.files, bytes: head.bytes })
    // Nothing was left on the host, and the archive is not made again.
    expect(isMarked(target)).toBe(false)
    expect(await parkTree(ports, parking(odd), never)).toEqual({ head, already: true, leftOut: [] })
  })
})

describe('what a host has', () => {
  it.each([
    { has: 'no zstd', tools: usualTools.filter((name) => name !== 'zstd'), compression: 'gzip' },
    {
      has: 'neither zstd nor gzip',
      tools: usualTools.filter((name) => name !== 'zstd' && name !== 'gzip'),
      compression: 'none',
    },
  ])('is used: $has', async ({ tools, compression }) => {
    const host = await started({ tools })
    const store = createMemoryStore()
    const { head } = await parkTree({ host: host.host, store, clock }, parking(small), never)
    expect(head.compression).toBe(compression)
    const target = targetOf()
    await restoreTree({ host: host.host, store }, restoring(target), never)
    expect(describeTree(target)).toBe(describeTree(small))
  })

  it('is used when a new system has no zstd: what zstd has packed is unpacked here', async () => {
    const store = await parked(odd)
    const host = await started({ tools: usualTools.filter((name) => name !== 'zstd' && name !== 'gzip') })
    const target = targetOf()
    await restoreTree({ host: host.host, store }, restoring(target), never)
    expect(describeTree(target)).toBe(describeTree(odd))
  })

  it('does not mind what the login says before', async () => {
    const host = await started({ login: 'echo Welcome to node-1; echo Unauthorized use is forbidden >&2' })
    const store = createMemoryStore()
    await parkTree({ host: host.host, store, clock }, parking(small), never)
    const target = targetOf()
    await restoreTree({ host: host.host, store }, restoring(target), never)
    expect(describeTree(target)).toBe(describeTree(small))
  })

  it.each([
    { has: 'no tar', options: { tools: usualTools.filter((name) => name !== 'tar') }, found: 'no tar' },
    { has: 'no find', options: { tools: usualTools.filter((name) => name !== 'find') }, found: 'no find' },
    { has: 'an old tar', options: { programs: { tar: 'echo "tar (GNU tar) 1.26"' } }, found: '1.26' },
    { has: 'another tar', options: { programs: { tar: 'echo "bsdtar 3.6.2"' } }, found: 'bsdtar' },
  ])('is named when it does not do: $has', async ({ options, found }) => {
    const host = await started(options)
    const error = await failure(
      parkTree({ host: host.host, store: createMemoryStore(), clock }, parking(small), never),
    )
    expect([error.code, error.message]).toEqual(['TOOL_MISSING', expect.stringContaining(found)])
  })
})

describe('parking that does not succeed', () => {
  it.each([
    {
      what: 'tar is killed',
      programs: { tar: '[ "$1" = --create ] && [ "$#" -gt 8 ] && kill -9 $$; exec /usr/bin/tar "$@"' },
      says: 'tar ended with 137',
    },
    {
      what: 'zstd ends early',
      programs: { zstd: '/usr/bin/zstd -q -c | head -c 100; exit 3' },
      says: 'zstd ended with 3',
    },
    {
      what: 'tar warns of an attribute and ends with 0',
      programs: {
        tar: '[ "$#" -gt 8 ] && echo "tar: ./a: Warning: Cannot llistxattr: Permission denied" >&2; exec /usr/bin/tar "$@"',
      },
      says: 'Cannot llistxattr',
    },
    {
      what: 'a file cannot be read',
      programs: {
        tar: '/usr/bin/tar "$@"; status=$?; [ "$#" -lt 8 ] || { echo "tar: ./b/two: Cannot open: Permission denied" >&2; exit 2; }; exit $status',
      },
      says: 'Permission denied',
    },
    {
      what: 'its entries cannot be counted',
      programs: { find: 'echo "find: ./b: Permission denied" >&2; exit 1' },
      says: './b: Permission denied',
    },
    {
      what: 'its entries are not counted in time',
      programs: { timeout: 'exit 124' },
      says: 'could not be counted in 86400 s',
    },
  ])('keeps nothing when $what', async ({ programs, says }) => {
    const host = await started({ programs })
    const store = createMemoryStore()
    const error = await failure(parkTree({ host: host.host, store, clock }, parking(small), never))
    expect([error.code, error.message]).toEqual(['DATA_READ_FAILED', expect.stringContaining(says)])
    expect(
      [...store.objects.keys()].filter((key) => key.endsWith('artifact.json') || key.includes('data.')),
    ).toEqual([])
  })

  it('says what is wrong with the path', async () => {
    const ports = { host: plain.host, store: createMemoryStore(), clock }
    const missing = await failure(parkTree(ports, parking(join(root, 'not-there')), never))
    expect([missing.code, missing.message]).toEqual([
      'DATA_READ_FAILED',
      expect.stringContaining('it is not there'),
    ])
    const file = await failure(parkTree(ports, parking(join(small, 'a/one')), never))
    expect(file.message).toContain('it is no directory')
  })

  it('does not leave out a file system silently that is mounted below', async () => {
    const path = join(root, 'mounted')
    mkdirSync(join(path, 'kept'), { recursive: true })
    const host = await started({ disk: { path: join(path, 'disk'), kib: 64 } })
    const ports = { host: host.host, store: createMemoryStore(), clock }
    const error = await failure(parkTree(ports, parking(path), never))
    expect([error.code, error.message]).toEqual(['DATA_READ_FAILED', expect.stringContaining('mounted/disk')])
    const { leftOut } = await parkTree(ports, parking(path, { allowMounts: true }), never)
    expect(leftOut).toEqual([join(path, 'disk')])
  })

  it('fails when a file changes while it is read, unless that is allowed', async () => {
    const path = join(root, 'busy')
    mkdirSync(path)
    const file = join(path, 'log')
    const change = (): void => appendFileSync(file, 'more')
    const attempt = async (allowChanged: boolean) => {
      writeFileSync(file, randomBytes(30_000_000))
      const ports = { host: plain.host, store: createMemoryStore(), clock }
      return await parkTree(ports, parking(path, { allowChanged, onProgress: change }), never)
    }
    const error = await failure(attempt(false))
    expect([error.code, error.message]).toEqual(['DATA_CHANGED', expect.stringContaining('./log')])
    expect((await attempt(true)).head.changed).toBe(true)
  })

  it.each(backends)(
    'keeps nothing when the connection over %s is cut, and begins anew the next time',
    async (backend) => {
      const path = join(root, `cut-${backend}`)
      mkdirSync(path)
      writeFileSync(join(path, 'data'), randomBytes(30_000_000))
      const store = createMemoryStore()
      const doomed = await started({ backend })
      const cut = (): void => {
        for (const pid of doomed.sshd.sessions()) killQuietly(pid)
      }
      const error = await failure(
        parkTree({ host: doomed.host, store, clock }, parking(path, { onProgress: once(cut) }), never),
      )
      expect([error.code, error.message]).toEqual(['HOST_LOST', expect.any(String)])
      expect(store.objects.size).toBe(0)
      const { head, already } = await parkTree({ host: plain.host, store, clock }, parking(path), never)
      expect([already, head.bytes]).toEqual([false, 30_000_000])
    },
  )

  it.each([/data/, /manifest/, /artifact\.json/])(
    'tells the error of a store that fails for %s, and can be repeated',
    async (key) => {
      const store = createMemoryStore()
      store.failing = { key, afterBytes: 10 }
      const ports = { host: plain.host, store, clock }
      await expect(parkTree(ports, parking(odd), never)).rejects.toThrow('the store is full')
      expect(store.objects.has('run-1/node-1/vol/artifact.json')).toBe(false)
      store.failing = null
      expect((await parkTree(ports, parking(odd), never)).already).toBe(false)
    },
  )

  it('stops when the caller gives up', async () => {
    const aborter = new AbortController()
    const store = createMemoryStore()
    const error = await failure(
      parkTree(
        { host: plain.host, store, clock },
        parking(odd, { onProgress: () => aborter.abort() }),
        aborter.signal,
      ),
    )
    expect([error.code, store.objects.size]).toEqual(['INTERRUPTED', 0])
  })

  it('does not take the archive of something else for this one', async () => {
    const store = await parked(small)
    const error = await failure(
      parkTree({ host: plain.host, store, clock }, parking(small, { source: 'local-volume:/other' }), never),
    )
    expect(error.code).toBe('ARTIFACT_EXISTS')
  })
})

describe('the manifest', () => {
  it('tells every entry in the order of the archive', async () => {
    const store = await parked(small)
    const lines = gunzipSync(store.objects.get('run-1/node-1/vol/manifest.ndjson.gz')!)
      .toString()
      .trim()
      .split('\n')
    const entries = lines.map((line) => ParkedEntry.parse(JSON.parse(line)))
    expect(entries.map(({ path, type }) => `${path} ${type}`)).toEqual([
      '. directory',
      'a directory',
      'a/link symlink',
      'a/one file',
      'b directory',
      'b/two file',
    ])
    expect(entries.at(-1)).toMatchObject({
      mode: 0o600,
      bytes: 4,
      // sha256sum of "two\n"
      sha256: '27dd8ed44a83ff94d557f9fd0412ed5a8cbca69ea04922d88c01184a07300a5a',
    })
  })
})

function once(work: () => void): () => void {
  let isDone = false
  return () => {
    if (!isDone) work()
    isDone = true
  }
}

async function parked(path: string): Promise<MemoryStore> {
  const store = createMemoryStore()
  await parkTree({ host: plain.host, store, clock }, parking(path), never)
  return store
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
  const file = markerOf(target)
  const directory = file.slice(0, file.lastIndexOf('/'))
  return readdirSync(directory).includes(file.slice(file.lastIndexOf('/') + 1))
}
