import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { createKnownHostsFiles } from '../../src/hosts/known-hosts-files.ts'
import { failure, quiet } from '../support/ssh-host.ts'

const dir = mkdtempSync(join(tmpdir(), 'osferry-files-'))
const keys = ['a', 'b'].map((name) => {
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', join(dir, name)])
  return Buffer.from(readFileSync(join(dir, `${name}.pub`), 'utf8').split(' ')[1] ?? '', 'base64')
})
const [keyA = Buffer.alloc(0), keyB = Buffer.alloc(0)] = keys

afterAll(() => rmSync(dir, { recursive: true, force: true }))

describe('known_hosts files', () => {
  it('makes a missing file with mode 0600 and finds what was added', async () => {
    const file = join(dir, 'sub', 'known_hosts')
    const files = createKnownHostsFiles(quiet)
    expect(await files.linesFor('node1', [file])).toEqual([])
    expect(await files.add('node1', keyA, file)).toEqual([])
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect((await files.linesFor('NODE1', [file])).map(({ key }) => key)).toEqual([keyA.toString('base64')])
    expect(existsSync(`${file}.osferry-lock`)).toBe(false)
  })

  it('refuses a file that is there and cannot be read: an unseen key is not an unknown one', async () => {
    const loop = join(dir, 'loop')
    symlinkSync(loop, loop)
    const folder = join(dir, 'folder')
    mkdirSync(folder)
    const files = createKnownHostsFiles(quiet)
    for (const file of [loop, folder]) {
      const error = await failure(files.linesFor('node1', [file]))
      expect([error.code, error.message]).toEqual(['HOST_KEY_UNKNOWN', expect.stringContaining(file)])
      expect((await failure(files.add('node1', keyA, file))).code).toBe('HOST_KEY_UNKNOWN')
    }
  })

  it('never writes a second key for a name, whoever comes first', async () => {
    const file = join(dir, 'race')
    const [one, two] = [createKnownHostsFiles(quiet), createKnownHostsFiles(quiet)]
    const answers = await Promise.all([
      one.add('node1', keyA, file),
      two.add('node1', keyB, file),
      one.add('node2', keyB, file),
      two.add('node1', keyA, file),
    ])
    expect(answers.filter((already) => already.length === 0)).toHaveLength(2)
    expect(readFileSync(file, 'utf8').match(/^node1 /gm)).toHaveLength(1)
    expect(readFileSync(file, 'utf8').match(/^node2 /gm)).toHaveLength(1)
  })

  it('hashes the new name when the file hashes its names, and ends an unfinished last line', async () => {
    const file = join(dir, 'hashed')
    writeFileSync(file, `first ${keyType} ${keyB.toString('base64')}\n`)
    execFileSync('ssh-keygen', ['-Hf', file], { stdio: 'ignore' })
    writeFileSync(file, readFileSync(file, 'utf8').trimEnd())
    const files = createKnownHostsFiles(quiet)
    await files.add('secret-name', keyA, file)
    expect(readFileSync(file, 'utf8')).not.toContain('secret-name')
    expect(await files.linesFor('first', [file])).toHaveLength(1)
    expect(await files.linesFor('secret-name', [file])).toHaveLength(1)
  })

  it('sees that another program changed the file', async () => {
    const file = join(dir, 'changing')
    const files = createKnownHostsFiles(quiet, 0)
    writeFileSync(file, `one ${keyType} ${keyA.toString('base64')}\n`)
    expect(await files.linesFor('two', [file])).toHaveLength(0)
    writeFileSync(file, `two ${keyType} ${keyA.toString('base64')} longer\n`)
    expect(await files.linesFor('two', [file])).toHaveLength(1)
  })

  it('warns about bad lines once and goes on', async () => {
    const warned: unknown[] = []
    const files = createKnownHostsFiles({
      ...quiet,
      warn: (_message, fields) => warned.push(fields?.['line']),
    })
    const file = join(dir, 'bad')
    writeFileSync(file, `garbage\none ${keyType} ${keyA.toString('base64')}\n`)
    await files.linesFor('one', [file])
    expect(await files.linesFor('one', [file])).toHaveLength(1)
    expect(warned).toEqual([1])
  })

  it('says so when the file cannot be written', async () => {
    const file = join(dir, 'a', 'known_hosts')
    const error = await failure(createKnownHostsFiles(quiet).add('x', keyA, file))
    expect(error.code).toBe('OUTPUT_FAILED')
  })
})

const keyType = 'ssh-ed25519'
