import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  fingerprint,
  formatKnownHost,
  lookupName,
  matchesGlob,
  namesHost,
  parseKnownHosts,
} from '../../src/hosts/known-hosts.ts'

const dir = mkdtempSync(join(tmpdir(), 'osferry-known-'))
let key = ''
let otherKey = ''

beforeAll(() => {
  for (const name of ['one', 'two']) {
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', join(dir, name)])
  }
  key = publicKey('one')
  otherKey = publicKey('two')
})

afterAll(() => rmSync(dir, { recursive: true, force: true }))

const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?$/)
const hostName = fc.array(label, { minLength: 1, maxLength: 3 }).map((labels) => labels.join('.'))
const lookup = fc
  .tuple(hostName, fc.constantFrom(22, 22, 2222, 10022))
  .map(([host, port]) => lookupName(host, port))
const pattern = fc.oneof(
  lookup,
  hostName.map((host) => `*.${host}`),
  hostName.map((host) => `${host.slice(0, 2)}*`),
  hostName.map((host) => host.replace(/[a-z]/, '?')),
  hostName.map((host) => `!${host}`),
)

describe('known_hosts against ssh-keygen', () => {
  it('finds the same lines as ssh-keygen -F', () => {
    const line = fc.tuple(
      fc.array(pattern, { minLength: 1, maxLength: 4 }),
      fc.constantFrom('', '@revoked ', '@cert-authority '),
    )
    fc.assert(
      fc.property(
        fc.array(line, { minLength: 1, maxLength: 6 }),
        fc.array(lookup, { minLength: 1, maxLength: 3 }),
        (lines, names) => {
          // One of the names asked for is always written, so that there is something to find.
          const text = [
            ...lines.map(([patterns, marker]) => `${marker}${patterns.join(',')} ${key}`),
            `${names[0]} ${key}`,
            '',
          ].join('\n')
          const file = write('random', text)
          for (const name of names) expect(ours(file, name)).toEqual(theirs(file, name))
        },
      ),
      { numRuns: 40 },
    )
  })

  it('finds what ssh-keygen -H hashed, and ssh-keygen finds what we hash', () => {
    fc.assert(
      fc.property(fc.uniqueArray(lookup, { minLength: 1, maxLength: 5 }), (names) => {
        const file = write('hashed', names.map((name) => `${name} ${key}\n`).join(''))
        execFileSync('ssh-keygen', ['-Hf', file], { stdio: 'ignore' })
        const mine = write('mine', names.map((name) => formatKnownHost(name, blob(key), true)).join(''))
        expect(readFileSync(mine, 'utf8')).toMatch(/^(\|1\|\S+ ssh-ed25519 \S+\n)+$/)
        for (const [index, name] of names.entries()) {
          expect(ours(file, name)).toEqual([index + 1])
          expect(theirs(mine, name)).toEqual([index + 1])
          expect(ours(mine, name)).toEqual([index + 1])
        }
      }),
      { numRuns: 25 },
    )
  })

  it('prints the fingerprint that ssh-keygen -l prints', () => {
    const theirs = execFileSync('ssh-keygen', ['-lf', join(dir, 'one.pub')], { encoding: 'utf8' }).split(
      ' ',
    )[1]
    expect(fingerprint(blob(key))).toBe(theirs)
  })
})

describe('parseKnownHosts', () => {
  it('skips comments, empty and bad lines, and says which were bad', () => {
    const text = [
      '# comment',
      '',
      `good ${key}`,
      'short ssh-ed25519',
      'host ssh-ed25519 not-base64!',
      `host ssh-rsa ${key.split(' ')[1]}`,
      `@unknown host ${key}`,
      `|1|abc|def ${key}`,
      `  indented,second\t${key}  a comment`,
      `crlf ${key}\r`,
    ].join('\n')
    const parsed = parseKnownHosts(text, 'file')
    expect(parsed.lines.map(({ line }) => line)).toEqual([3, 9, 10])
    expect(parsed.badLines.map(({ line }) => line)).toEqual([4, 5, 6, 7, 8])
  })

  it('reads markers', () => {
    const text = `@cert-authority *.prod ${key}\n@revoked * ${otherKey}\n`
    expect(parseKnownHosts(text, 'f').lines.map(({ marker }) => marker)).toEqual([
      'cert-authority',
      'revoked',
    ])
  })

  it('never throws, whatever the file holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        expect(parseKnownHosts(text, 'f').lines.length).toBeLessThanOrEqual(text.split('\n').length)
      }),
    )
  })
})

describe('matchesGlob', () => {
  it('is quick on patterns made to be slow', () => {
    expect(matchesGlob(`${'*a'.repeat(30)}b`, 'a'.repeat(5000))).toBe(false)
    expect(matchesGlob('*?*.x', 'ab.x')).toBe(true)
  })
})

function publicKey(name: string): string {
  return readFileSync(join(dir, `${name}.pub`), 'utf8')
    .split(' ')
    .slice(0, 2)
    .join(' ')
    .trim()
}

function blob(line: string): Buffer {
  return Buffer.from(line.split(' ')[1] ?? '', 'base64')
}

function write(name: string, text: string): string {
  const path = join(dir, name)
  writeFileSync(path, text)
  return path
}

function ours(file: string, name: string): readonly number[] {
  const { lines } = parseKnownHosts(readFileSync(file, 'utf8'), file)
  return lines.filter(({ names }) => namesHost(names, name)).map(({ line }) => line)
}

function theirs(file: string, name: string): readonly number[] {
  const { stdout } = spawnSync('ssh-keygen', ['-F', name, '-f', file], { encoding: 'utf8' })
  return [...stdout.matchAll(/^# Host .* found: line (\d+)/gm)].map(([, line]) => Number(line))
}
