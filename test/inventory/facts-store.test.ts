import { chmod, mkdir, readFile, readdir, stat, symlink, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { asyncProperty, assert, string } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ensureStateDirectory, writeFileAtomically } from '../../src/inventory/atomic-file.ts'
import {
  factsFileName,
  hostsWithFacts,
  listFacts,
  previousFacts,
  readFactsFile,
  writeFacts,
} from '../../src/inventory/facts-store.ts'
import type { HostFacts } from '../../src/model/facts.ts'
import { tempDirectory } from './temp.ts'

function factsOf(name: string, status: HostFacts['status'] = 'complete'): HostFacts {
  const at = '2026-11-21T00:00:00Z'
  return {
    schema: 'facts/v1',
    tool: { name: 'osferry', version: '0.1.0' },
    host: { name, address: name, groups: [], labels: { note: ',"facts":{' } },
    collection: { startedAt: at, finishedAt: at, via: 'ssh2', set: 'full', privilege: 'root' },
    status,
    facts: {
      machineId: {
        status: 'unavailable',
        reason: 'permission-denied',
        message: 'x',
        source: { command: 'cat /etc/machine-id', collectedAt: at, sha256: null, bytes: 0 },
      },
    },
  }
}

async function readAll(path: string, onWarning?: (message: string) => void): Promise<HostFacts[]> {
  const listed = await listFacts(path, onWarning ? { onWarning } : {})
  return await Promise.all(listed.map((file) => readFactsFile(file.path)))
}

async function names(path: string, onWarning?: (message: string) => void): Promise<string[]> {
  return (await readAll(path, onWarning)).map(({ host }) => host.name)
}

describe('writeFacts, listFacts and readFactsFile', () => {
  it('gives every host back, in order of name, whatever the name', async () => {
    const directory = await tempDirectory()
    const hosts = [
      'node-2',
      'Node-2',
      'node-10',
      '::1',
      'fe80::1%eth0',
      '_x',
      'a'.repeat(253),
      '../../etc/passwd',
      'nul',
      '.hidden',
    ]
    for (const host of hosts) await writeFacts(join(directory, 'facts'), factsOf(host))
    expect(await names(join(directory, 'facts'))).toEqual(hosts.toSorted())
    const files = await readdir(join(directory, 'facts'))
    expect(new Set(files.map((file) => file.toLowerCase())).size).toBe(hosts.length)
    expect((await stat(join(directory, 'facts'))).mode & 0o777).toBe(0o700)
    expect((await stat(join(directory, 'facts', 'node-2.json'))).mode & 0o777).toBe(0o600)
  })

  it('overwrites the facts of a host', async () => {
    const directory = await tempDirectory()
    await writeFacts(directory, factsOf('a', 'partial'))
    await writeFacts(directory, factsOf('a'))
    expect(await names(directory)).toEqual(['a'])
  })

  it('makes a name for every text that stays inside the directory', async () => {
    const naming = asyncProperty(string({ minLength: 1, maxLength: 300 }), async (host) => {
      expect(factsFileName(host)).toMatch(/^[a-z0-9_%][a-z0-9._%~-]{0,220}\.json$/)
    })
    await expect(assert(naming)).resolves.toBeUndefined()
  })

  it('leaves foreign files out with a warning, and other hidden files silently', async () => {
    const directory = await tempDirectory({
      'notes.txt': 'x',
      '.a.json.tmp': 'half',
      'other.json': '{"schema":"inventory/v1"}',
    })
    await writeFacts(directory, factsOf('a'))
    const warnings: string[] = []
    expect(await names(directory, (message) => warnings.push(message))).toEqual(['a'])
    expect(warnings).toHaveLength(2)
  })

  it('reads one file', async () => {
    const directory = await tempDirectory()
    expect(await names(await writeFacts(directory, factsOf('a')))).toEqual(['a'])
  })

  it('names the file that is truncated, also as empty', async () => {
    const directory = await tempDirectory()
    const path = await writeFacts(directory, factsOf('a'))
    await truncate(path, 500)
    await expect(names(directory)).rejects.toThrow(
      expect.objectContaining({
        code: 'DOCUMENT_INVALID',
        message: expect.stringContaining(`${path} is not JSON`),
      }),
    )
    await truncate(path, 0)
    await expect(names(directory)).rejects.toThrow(`${path} is empty`)
  })

  it('names file, JSON path and what was expected after a hand edit', async () => {
    const directory = await tempDirectory()
    const path = await writeFacts(directory, factsOf('a'))
    await writeFile(path, (await readFile(path, 'utf8')).replace('"bytes":0', '"bytes":"many"'))
    await expect(names(directory)).rejects.toThrow(
      expect.objectContaining({
        code: 'DOCUMENT_INVALID',
        message: expect.stringMatching(
          /a\.json: facts\.machineId\.source\.bytes: .*expected (number|int).*string/,
        ),
      }),
    )
  })

  it('refuses a newer schema with its version', async () => {
    const directory = await tempDirectory({
      'a.json': JSON.stringify({ ...factsOf('a'), schema: 'facts/v2' }),
    })
    await expect(names(directory)).rejects.toThrow(
      expect.objectContaining({ code: 'DOCUMENT_NEWER', message: expect.stringContaining('facts/v2') }),
    )
  })

  it('refuses two files for one host, naming both', async () => {
    const directory = await tempDirectory({ 'copy of a.json': JSON.stringify(factsOf('a')) })
    await writeFacts(directory, factsOf('a'))
    await expect(names(directory)).rejects.toThrow(/two files hold facts of host a: .*a\.json and .*a\.json/)
  })

  it('says when there is nothing', async () => {
    await expect(names('/nonexistent/facts')).rejects.toThrow(
      expect.objectContaining({ code: 'DOCUMENT_NOT_FOUND' }),
    )
  })
})

describe('hostsWithFacts', () => {
  it('knows the hosts whose facts are complete and whole', async () => {
    const directory = await tempDirectory()
    await writeFacts(directory, factsOf('a'))
    await writeFacts(directory, factsOf('b', 'partial'))
    const cut = await writeFacts(directory, factsOf('c'))
    await truncate(cut, (await stat(cut)).size - 20)
    expect(await hostsWithFacts(directory)).toEqual(new Map([['a', { set: 'full', privilege: 'root' }]]))
    expect(await hostsWithFacts(join(directory, 'missing'))).toEqual(new Map())
  })
})

describe('writeFileAtomically', () => {
  it('names the path and leaves nothing behind when it cannot write', async () => {
    const directory = await tempDirectory({ 'old/file': 'x' })
    await mkdir(join(directory, 'taken'))
    for (const path of [
      join(directory, 'missing', 'f'),
      join(directory, 'old/file', 'f'),
      join(directory, 'taken'),
    ])
      await expect(writeFileAtomically(path, 'data')).rejects.toThrow(
        expect.objectContaining({ code: 'OUTPUT_FAILED', message: expect.stringContaining(path) }),
      )
    expect((await readdir(directory)).sort()).toEqual(['old', 'taken'])
  })

  it('reports a full disk', async () => {
    await expect(writeFileAtomically('/dev/full/x', 'data')).rejects.toThrow(
      expect.objectContaining({ code: 'OUTPUT_FAILED' }),
    )
  })

  it('replaces a symbolic link instead of writing through it', async () => {
    const directory = await tempDirectory({ target: 'safe' })
    await symlink(join(directory, 'target'), join(directory, 'link'))
    await writeFileAtomically(join(directory, 'link'), 'new')
    expect(await readFile(join(directory, 'target'), 'utf8')).toBe('safe')
    expect(await readFile(join(directory, 'link'), 'utf8')).toBe('new')
  })
})

describe('ensureStateDirectory', () => {
  it('makes it for the user alone, and refuses links and files', async () => {
    const directory = await tempDirectory({ file: 'x' })
    ensureStateDirectory(join(directory, 'a', 'b'))
    expect((await stat(join(directory, 'a', 'b'))).mode & 0o777).toBe(0o700)
    await symlink(join(directory, 'a'), join(directory, 'link'))
    expect(() => ensureStateDirectory(join(directory, 'link'))).toThrow('is a symbolic link')
    expect(() => ensureStateDirectory(join(directory, 'file'))).toThrow(
      expect.objectContaining({ code: 'OUTPUT_FAILED' }),
    )
    await chmod(directory, 0o700)
  })
})

describe('writeFacts after a collection that failed', () => {
  it('keeps what was read before beside it, and reads the failure', async () => {
    const directory = await tempDirectory()
    const path = await writeFacts(directory, factsOf('a'))
    const good = await readFile(path, 'utf8')
    await writeFacts(directory, factsOf('a', 'partial'))
    await writeFacts(directory, factsOf('a', 'failed'))
    await writeFacts(directory, factsOf('a', 'failed'))
    const kept = await previousFacts(directory, 'a')
    expect(kept).toBe(join(directory, 'a~previous.json'))
    expect(await readFile(kept ?? '', 'utf8')).toBe(good)
    expect((await stat(kept ?? '')).mode & 0o777).toBe(0o600)
    const warnings: string[] = []
    const read = await readAll(directory, (message) => warnings.push(message))
    expect(read.map(({ status }) => status)).toEqual(['failed'])
    expect(warnings).toEqual([])
    expect(await hostsWithFacts(directory)).toEqual(new Map())
  })

  it('keeps complete facts that read more when a lesser set, or fewer rights, replace them', async () => {
    const directory = await tempDirectory()
    const path = await writeFacts(directory, factsOf('a'))
    const full = await readFile(path, 'utf8')
    const basic = factsOf('a')
    await writeFacts(directory, { ...basic, collection: { ...basic.collection, set: 'basic' } })
    await writeFacts(directory, { ...basic, collection: { ...basic.collection, privilege: 'user' } })
    await writeFacts(directory, factsOf('a', 'partial'))
    expect(await readFile(join(directory, 'a~previous.json'), 'utf8')).toBe(full)
    await writeFacts(directory, factsOf('a'))
    expect(await previousFacts(directory, 'a')).toBeUndefined()
  })

  it('lets the kept facts go when the host is complete again', async () => {
    const directory = await tempDirectory()
    for (const status of ['complete', 'failed', 'complete'] as const)
      await writeFacts(directory, factsOf('a', status))
    expect(await previousFacts(directory, 'a')).toBeUndefined()
    expect(await readdir(directory)).toEqual(['a.json'])
  })

  it('keeps nothing of a file that was cut or of a first failure', async () => {
    const directory = await tempDirectory()
    await writeFacts(directory, factsOf('b', 'failed'))
    const path = await writeFacts(directory, factsOf('a'))
    await truncate(path, 200)
    await writeFacts(directory, factsOf('a', 'failed'))
    expect((await readdir(directory)).toSorted()).toEqual(['a.json', 'b.json'])
  })
})
