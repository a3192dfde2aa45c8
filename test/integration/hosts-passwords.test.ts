import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ResolvedSsh } from '../../src/model/inventory.ts'
import {
  backends,
  failure,
  knownHostsFile,
  request,
  runOnce,
  sshHost,
  sshSettings,
  testConnector,
} from '../support/ssh-host.ts'
import { createSshdBed, type Sshd } from '../support/sshd.ts'
import { createSudoUsers, type SudoUser, type SudoUsers } from '../support/sudo-users.ts'

const bed = createSshdBed()
const password = 'canary-51c0 "quoted" $HOME `id` %h ü'
let users: SudoUsers
let user: SudoUser
let byPassword: Sshd
let byQuestion: Sshd
let known: string

beforeAll(async () => {
  users = createSudoUsers(join(bed.dir, 'homes'))
  user = users.add('osferry-login', { password, rule: null })
  byPassword = await bed.start({ config: ['PasswordAuthentication yes', 'PubkeyAuthentication no'] })
  byQuestion = await bed.start({
    config: ['UsePAM yes', 'KbdInteractiveAuthentication yes', 'PubkeyAuthentication no'],
  })
  known = knownHostsFile(bed, byPassword.knownHosts + byQuestion.knownHosts)
})

afterAll(async () => {
  await bed.close()
  users.close()
})

describe.each(backends)('passwords over %s', (backend) => {
  it('log in by the password method', async () => {
    expect((await login(byPassword, 'env:LOGIN_PASSWORD')).out).toBe(`${user.name}\n`)
  })

  it('log in by keyboard-interactive through PAM', async () => {
    expect((await login(byQuestion, 'env:LOGIN_PASSWORD')).out).toBe(`${user.name}\n`)
  })

  it('are refused when wrong, and the methods tried are named', async () => {
    const error = await failure(login(byPassword, 'env:WRONG_PASSWORD'))
    expect({ code: error.code, message: error.message }).toEqual({
      code: 'HOST_AUTH_FAILED',
      message: expect.stringContaining('tried password'),
    })
  })

  it('are in no command line and no environment of this machine while they are used', async () => {
    const seen: string[] = []
    const timer = setInterval(() => seen.push(...processTexts()), 15)
    await login(byPassword, 'env:LOGIN_PASSWORD')
    clearInterval(timer)
    expect(seen.length).toBeGreaterThan(0)
    expect(seen.filter((text) => text.includes('canary-51c0'))).toEqual([])
  })

  async function login(sshd: Sshd, reference: ResolvedSsh['password'] & string) {
    const connector = testConnector(bed, {
      environment: {
        variables: { PATH: process.env['PATH'], LOGIN_PASSWORD: password, WRONG_PASSWORD: 'not it' },
        home: bed.dir,
      },
    })
    const settings: Partial<ResolvedSsh> = {
      user: user.name,
      port: sshd.port,
      backend,
      knownHostsFiles: [known],
    }
    const host = sshHost(
      '127.0.0.1',
      sshSettings(bed, { ...settings, identityFiles: [], password: reference }),
    )
    try {
      return await runOnce(connector, host, request(['id', '-un']))
    } finally {
      await connector.close()
    }
  }
})

function processTexts(): readonly string[] {
  const texts: string[] = []
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    for (const file of ['cmdline', 'environ']) {
      try {
        texts.push(readFileSync(`/proc/${pid}/${file}`, 'utf8'))
      } catch {
        // It has ended meanwhile.
      }
    }
  }
  return texts
}
