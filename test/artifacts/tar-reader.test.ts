import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readTar, type TarLimits } from '../../src/artifacts/tar-reader.ts'
import type { ParkedEntry } from '../../src/model/artifact-port.ts'
import { isMigrationError } from '../../src/model/errors.ts'
import { paxHeader, tarContent, tarEnd, tarHeader } from '../support/tar-blocks.ts'
import { failure } from '../support/ssh-host.ts'

const limits: TarLimits = { maxEntries: 100, maxBytes: 10_000_000_000 }
const root = tarHeader({ name: './', type: '5', mode: 0o755 })
const directory = (name: string): Buffer => tarHeader({ name, type: '5', mode: 0o755 })
const link = (type: '1' | '2', to: string): Buffer => tarHeader({ name: './a', type, link: to })
const file = (name: string, content = ''): Buffer =>
  Buffer.concat([tarHeader({ name, size: content.length }), tarContent(content)])

describe('an archive that GNU tar has made', () => {
  it('is told entry by entry, in whatever pieces it comes', async () => {
    const made = mkdtempSync(join(tmpdir(), 'osferry-tar-'))
    try {
      const script = String.raw`mkdir d; echo hello > d/file; ln d/file d/hard; ln -s /etc d/link; : > zero; truncate -s 3M hole; printf x | dd of=hole bs=1 seek=1500000 conv=notrunc status=none; long=$(printf 'n%.0s' {1..200}); mkdir -p "$long/$long"; echo deep > "$long/$long/$long"; printf x > $'bad\377'; touch -d @1600000000.5 d/file`
      execFileSync('bash', ['--norc', '-euc', script], { cwd: made })
      for (const format of ['posix', 'gnu'] as const) {
        const options = [`--format=${format}`, ...(format === 'posix' ? ['--sparse'] : [])]
        const bytes = execFileSync('tar', ['-c', ...options, '--sort=name', '--numeric-owner', '.'], {
          cwd: made,
          maxBuffer: 1 << 26,
        })
        const whole = await entriesOf([bytes])
        const bad = String.raw`$'bad\377'`
        expect(whole.map(({ path }) => path.replaceAll(/n{200}/g, 'N')).join(' ')).toBe(
          `. ${bad} d d/file d/hard d/link hole N N/N N/N/N zero`,
        )
        const byPath = new Map(whole.map((entry) => [entry.path, entry]))
        const hole = Buffer.alloc(3 * 1024 * 1024)
        hole.write('x', 1_500_000)
        expect(byPath.get('hole')).toMatchObject({ bytes: hole.length, sha256: sha256(hole) })
        expect(byPath.get('d/file')).toMatchObject({ mtime: 1_600_000_000, sha256: sha256('hello\n') })
        expect(byPath.get('d/hard')).toMatchObject({ type: 'hardlink', link: 'd/file', sha256: null })
        const sizes = fc.array(fc.integer({ min: 700, max: 60_000 }), { minLength: 1, maxLength: 20 })
        await fc.assert(
          fc.asyncProperty(sizes, async (cut) => {
            expect(await entriesOf(cutInto(bytes, cut))).toEqual(whole)
          }),
          { numRuns: 8 },
        )
      }
    } finally {
      rmSync(made, { recursive: true, force: true })
    }
  })
})

describe('an archive that leads elsewhere', () => {
  const sparseName = { 'GNU.sparse.major': '1', 'GNU.sparse.minor': '0', 'GNU.sparse.name': './../x' }
  const longName = tarHeader({ name: '././@LongLink', type: 'L', size: 7 })
  it.each([
    ['a path upwards', [root, file('./../x')]],
    ['a path upwards further down', [root, directory('./a/'), file('./a/../../x')]],
    ['an absolute path', [root, file('/etc/passwd')]],
    ['an absolute path in a pax header', [root, paxHeader({ path: '/etc/passwd' }), file('./x')]],
    ['a path upwards in a GNU long name', [root, longName, tarContent('./../x\0'), file('./x')]],
    [
      'a path upwards in a sparse name',
      [root, paxHeader({ ...sparseName, 'GNU.sparse.realsize': '0' }), file('./x')],
    ],
    ['an entry below a symbolic link', [root, link('2', '/etc'), file('./a/x')]],
    ['a directory that becomes a link', [root, directory('./a/'), link('2', '/etc'), file('./a/x')]],
    ['a hard link upwards', [root, link('1', './../x')]],
    ['a hard link to an absolute path', [root, link('1', '/etc/shadow')]],
    ['an entry twice', [root, file('./a'), file('./a')]],
    ['entries that are not sorted', [root, file('./b'), file('./a')]],
    ['an entry without its directory', [root, file('./a/x')]],
    ['no root', [file('./a')]],
  ])('is refused: %s', async (_, blocks) => {
    expect((await failure(entriesOf([...blocks, tarEnd]))).code).toBe('DATA_ARCHIVE_INVALID')
  })
})

describe('an archive that is broken', () => {
  const flipped = Buffer.from(file('./a').map((byte, at) => (at === 3 ? byte ^ 1 : byte)))
  const a = file('./a')
  it.each([
    ['nothing at all', []],
    ['nothing but its end', [tarEnd]],
    ['no end', [root, file('./a', 'x')]],
    ['one block at its end', [root, Buffer.alloc(512)]],
    ['a cut within a file', [root, file('./a', 'x'.repeat(2000)).subarray(0, 1500)]],
    ['something behind its end', [root, tarEnd, a]],
    ['a wrong checksum', [root, flipped, tarEnd]],
    ['no ustar', [root, tarHeader({ name: './a', magic: 'xxxxx' }), tarEnd]],
    ['a type that is not known', [root, tarHeader({ name: './a', type: 'Z' }), tarEnd]],
    ['a global header', [root, tarHeader({ name: './a', type: 'g' }), tarEnd]],
    [
      'content of a directory',
      [root, tarHeader({ name: './a/', type: '5', size: 5 }), tarContent('hello'), tarEnd],
    ],
    ['a pax header without an entry', [root, paxHeader({ path: './x' }), tarEnd]],
    ['two pax headers', [root, paxHeader({ path: './x' }), paxHeader({ path: './y' }), a, tarEnd]],
    ['a pax keyword that is not known', [root, paxHeader({ 'LIBARCHIVE.symlinktype': 'x' }), a, tarEnd]],
    ['the name of a property as pax keyword', [root, paxHeader({ constructor: 'x' }), a, tarEnd]],
    [
      'a pax record of a wrong length',
      [root, tarHeader({ name: 'x', type: 'x', size: 9 }), tarContent('99 a=b\n..'), a, tarEnd],
    ],
    ['a size that is no number', [root, paxHeader({ size: '1e3' }), a, tarEnd]],
    [
      'an ACL of names alone',
      [root, paxHeader({ 'SCHILY.acl.access': 'user::rw-\nuser:bin:r--\n' }), a, tarEnd],
    ],
    ['a header of gigabytes', [root, tarHeader({ name: 'x', type: 'x', size: 4_000_000_000 })]],
    ['a file of petabytes', [root, paxHeader({ size: '9000000000000000' }), a]],
    ['a hole of petabytes', [root, sparse({ realsize: 2 ** 50, map: '0\n' }), tarEnd]],
    [
      'a map that goes backwards',
      [root, sparse({ realsize: 9000, map: '2\n4096\n1\n0\n1\n', data: 'ab' }), tarEnd],
    ],
    [
      'a map that is larger than the file',
      [root, sparse({ realsize: 10, map: '1\n0\n9\n5\n9\n', data: 'x' }), tarEnd],
    ],
    ['a map of a billion pieces', [root, sparse({ realsize: 10, map: '1000000000\n' }), tarEnd]],
  ])('is refused: %s', async (_, blocks) => {
    expect((await failure(entriesOf(blocks))).code).toBe('DATA_ARCHIVE_INVALID')
  })

  it('is refused or told, but never ends otherwise, whatever bytes of it are changed', async () => {
    const pax = paxHeader({ 'SCHILY.xattr.user.x': 'y', mtime: '1.5' })
    const c = tarHeader({ name: './c', type: '2', link: 'a' })
    const whole = Buffer.concat([root, directory('./a/'), pax, file('./a/b', 'hello'), c, tarEnd])
    const change = fc.tuple(fc.nat(whole.length - 1), fc.nat(255))
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
        const changed = Buffer.from(whole)
        for (const [at, byte] of changes) changed[at] = byte
        const error = await entriesOf([changed]).then(
          () => null,
          (thrown: unknown) => thrown,
        )
        expect(error === null || isMigrationError(error, 'DATA_ARCHIVE_INVALID')).toBe(true)
      }),
      { numRuns: 500 },
    )
  })
})

it('refuses more entries or bytes than it may read', async () => {
  const blocks = [root, file('./a', 'hello'), file('./b', 'hello'), tarEnd]
  const entries = await failure(entriesOf(blocks, { ...limits, maxEntries: 2 }))
  expect(entries.message).toContain('more than 2 entries (entry ./b)')
  expect((await failure(entriesOf(blocks, { ...limits, maxBytes: 9 }))).message).toContain(
    'more than 9 bytes',
  )
})

function sparse({ realsize, map, data = '' }: { realsize: number; map: string; data?: string }): Buffer {
  const header = paxHeader({
    'GNU.sparse.major': '1',
    'GNU.sparse.minor': '0',
    'GNU.sparse.name': './a',
    'GNU.sparse.realsize': String(realsize),
  })
  const size = 512 + data.length
  return Buffer.concat([header, tarHeader({ name: './x', size }), tarContent(map), tarContent(data)])
}

async function entriesOf(chunks: Iterable<Uint8Array>, within: TarLimits = limits): Promise<ParkedEntry[]> {
  const entries: ParkedEntry[] = []
  for await (const entry of readTar(streamOf(chunks), within)) entries.push(entry)
  return entries
}

async function* streamOf(chunks: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* chunks
}

function* cutInto(bytes: Buffer, sizes: readonly number[]): Generator<Uint8Array> {
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1
    yield bytes.subarray(at, at + size)
    at += size
  }
}

function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex')
}
