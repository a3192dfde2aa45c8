import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { openAskpass } from '../../src/hosts/openssh-askpass.ts'
import { asksForPassword, askpassScript } from '../../src/hosts/password-prompt.ts'
import { createSecret } from '../../src/hosts/secrets.ts'

const dir = mkdtempSync(join(tmpdir(), 'osferry-askpass-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const forPassword = [
  'Password: ',
  '(ops@node1) Password: ',
  '(ops@token-server) Password: ',
  'LDAP Password: ',
  'Password for ops@token-server:',
  '密码：',
]
const forOthers = [
  'Verification code: ',
  '(ops@node1) Verification code: ',
  "One-time password (OATH) for `ops': ",
  'Enter PASSCODE: ',
  'Duo two-factor login, passcode or option: ',
  'New password: ',
  'Current password: ',
  'Retype new UNIX password: ',
  'Token: ',
  '动态密码：',
  'PIN for key: ',
  'Are you sure you want to continue connecting (yes/no/[fingerprint])? ',
  '',
]

describe('asksForPassword', () => {
  it.each(forPassword)('answers %j', (prompt) => expect(asksForPassword(prompt)).toBe(true))
  it.each(forOthers)('does not answer %j', (prompt) => expect(asksForPassword(prompt)).toBe(false))
})

describe('the askpass program', () => {
  it('gives each secret to its own question only, and nothing to any other', async () => {
    const answers = { password: createSecret('the password'), passphrase: createSecret('the phrase') }
    const askpass = await openAskpass(join(dir, 'a'), answers, { PATH: process.env['PATH'] ?? '' })
    const ask = (prompt: string): string => {
      const env = { PATH: process.env['PATH'] ?? '', ...askpass.variables }
      const { status, stdout } = spawnSync(askpass.variables['SSH_ASKPASS'] ?? '', [prompt], {
        env,
        encoding: 'utf8',
      })
      return status === 0 ? stdout.trim() : `status ${status}`
    }
    try {
      expect(forOthers.map(ask)).toEqual(forOthers.map(() => 'status 1'))
      expect(forPassword.map(ask)).toEqual(forPassword.map(() => 'the password'))
      expect(ask("ops@token-server's password: ")).toBe('the password')
      expect(ask("Enter passphrase for key '/keys/password': ")).toBe('the phrase')
    } finally {
      await askpass.close()
    }
  })

  it('has its pipes made by a program that gets nothing of our environment', async () => {
    const seen = join(dir, 'seen')
    const script = `#!/bin/sh\ntr '\\0' '\\n' </proc/$$/environ >${seen}\nexec /usr/bin/mkfifo "$@"\n`
    writeFileSync(join(dir, 'mkfifo'), script, { mode: 0o755 })
    const path = `${dir}:${process.env['PATH']}`
    vi.stubEnv('OTHER_SECRET', 'canary-5b1d')
    try {
      const answers = { password: null, passphrase: createSecret('the phrase') }
      const askpass = await openAskpass(join(dir, 'b'), answers, { PATH: path })
      await askpass.close()
    } finally {
      vi.unstubAllEnvs()
    }
    expect(readFileSync(seen, 'utf8')).toBe(`PATH=${path}\n`)
  })

  it('is plain sh', () => {
    const file = join(dir, 'askpass')
    writeFileSync(file, askpassScript)
    expect(spawnSync('sh', ['-n', file]).status).toBe(0)
  })
})
