import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterAll, describe, expect, it } from 'vitest'
import { createSecret, resolveSecret, splitWords } from '../../src/hosts/secrets.ts'
import { failure } from '../support/ssh-host.ts'

const dir = mkdtempSync(join(tmpdir(), 'osferry-secrets-'))
const environment = { variables: { TOKEN: 'canary-1', EMPTY: '', PATH: process.env['PATH'] }, home: dir }

afterAll(() => rmSync(dir, { recursive: true, force: true }))

describe('resolveSecret', () => {
  it('reads env:, file: and exec: references', async () => {
    file('good', 'canary-2\n')
    const references = ['env:TOKEN', `file:${dir}/good`, 'file:~/good', `exec:printf '%s\\n' 'canary 3'`]
    const values = await Promise.all(
      references.map(async (item) => (await resolveSecret(item, environment)).reveal()),
    )
    expect(values).toEqual(['canary-1', 'canary-2', 'canary-2', 'canary 3'])
  })

  it.each([
    ['an unset variable', 'env:MISSING', 'SECRET_UNAVAILABLE', /MISSING/],
    ['an empty variable', 'env:EMPTY', 'SECRET_UNAVAILABLE', /EMPTY/],
    ['a missing file', 'file:/no/such/file', 'SECRET_UNAVAILABLE', /ENOENT/],
    ['a file others may read', () => `file:${file('open', 'canary-4', 0o640)}`, 'SECRET_UNSAFE', /mode 0640/],
    [
      'a symbolic link',
      () => `file:${link('link', file('target', 'canary-5'))}`,
      'SECRET_UNSAFE',
      /symbolic link/,
    ],
    ['a directory', () => `file:${dir}`, 'SECRET_UNSAFE', /not a regular file/],
    ['an empty file', () => `file:${file('empty', '\n')}`, 'SECRET_UNAVAILABLE', /empty/],
    [
      'a file that is too large',
      () => `file:${file('large', 'x'.repeat(70_000))}`,
      'SECRET_UNAVAILABLE',
      /larger/,
    ],
    [
      'a failing command',
      `exec:sh -c 'echo canary-6; echo canary-7 >&2; exit 3'`,
      'SECRET_UNAVAILABLE',
      /status 3/,
    ],
    [
      'a command that is not there',
      'exec:no-such-program-here',
      'SECRET_UNAVAILABLE',
      /could not be started/,
    ],
    ['an open quote', `exec:echo 'canary-8`, 'SECRET_UNAVAILABLE', /open quote/],
    ['a talkative command', 'exec:yes canary-9', 'SECRET_UNAVAILABLE', /more than/],
  ] as const)('refuses %s', async (...row) => {
    const [, reference, code, says] = row
    const error = await failure(
      resolveSecret(typeof reference === 'string' ? reference : reference(), environment),
    )
    expect({ code: error.code, message: error.message }).toEqual({
      code,
      message: expect.stringMatching(says),
    })
    expect(inspect(error, { depth: 10 }).replaceAll(/exec:[^\n]*/g, '')).not.toContain('canary')
  })

  it('runs a command without a shell', async () => {
    const secret = await resolveSecret('exec:echo $HOME;id', environment)
    expect(secret.reveal()).toBe('$HOME;id')
  })
})

describe('createSecret', () => {
  it('never shows its value', () => {
    const secret = createSecret('canary')
    const shown = [String(secret), JSON.stringify({ secret }), inspect(secret), inspect({ a: [secret] })]
    expect(shown.join()).not.toContain('canary')
    expect(JSON.stringify(Object.entries(secret))).not.toContain('canary')
    expect(secret.reveal()).toBe('canary')
  })
})

describe('splitWords', () => {
  it('reads quotes and backslashes as a shell does', () => {
    expect(splitWords(String.raw`pass show  "a b" 'c "d"' e\ f ''`)).toEqual([
      'pass',
      'show',
      'a b',
      'c "d"',
      'e f',
      '',
    ])
    expect(splitWords('a "b')).toBeNull()
    expect(splitWords('  ')).toEqual([])
  })
})

function file(name: string, content: string, mode = 0o600): string {
  const path = join(dir, name)
  writeFileSync(path, content)
  chmodSync(path, mode)
  return path
}

function link(name: string, target: string): string {
  const path = join(dir, name)
  symlinkSync(target, path)
  return path
}
