import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ErrorCode } from '../../src/model/errors.ts'
import type { ResolvedHost, ResolvedSsh } from '../../src/model/inventory.ts'
import {
  backends,
  failure,
  knownHostsFile,
  never,
  request,
  runOnce,
  sshHost,
  sshSettings,
  testConnector,
} from '../support/ssh-host.ts'
import { createSshdBed, type Sshd } from '../support/sshd.ts'
import { createSudoUsers, type SudoUser, type SudoUsers } from '../support/sudo-users.ts'

const bed = createSshdBed()
const canary = 'canary-7f3a $(reboot)\\ \'"; echo pwned'
let users: SudoUsers
let sshd: Sshd
let known: string
let free: SudoUser
let guarded: SudoUser
let nobody: SudoUser
let withTty: SudoUser

beforeAll(async () => {
  users = createSudoUsers(join(bed.dir, 'homes'))
  free = users.add('osferry-free', { password: 'x1', rule: 'ALL=(ALL) NOPASSWD: ALL' })
  guarded = users.add('osferry-guarded', {
    password: canary,
    rule: 'ALL=(ALL) ALL',
    // One cache for all sessions of the user: the worst case for a password on stdin.
    defaults: 'timestamp_type=global, timestamp_timeout=15',
  })
  nobody = users.add('osferry-nobody', { password: canary, rule: null })
  withTty = users.add('osferry-tty', {
    password: canary,
    rule: 'ALL=(ALL) NOPASSWD: ALL',
    defaults: 'requiretty',
  })
  sshd = await bed.start()
  known = knownHostsFile(bed, sshd.knownHosts)
})

afterAll(async () => {
  await bed.close()
  users.close()
})

const script = 'id -u\nprintf "first argument: %s\\n" "$1"\ncat <<END\nline two\nEND\n'
const shell = ['sh', '-s', '--', "a 'b' $c"] as const
const expected = "0\nfirst argument: a 'b' $c\nline two\n"

describe.each(backends)('sudo over %s', (backend) => {
  it('runs a script as root without a password when the rules allow it', async () => {
    const result = await run(login(free), { stdin: script })
    expect({ out: result.out, err: result.err, exitCode: result.exitCode }).toEqual({
      out: expected,
      err: '',
      exitCode: 0,
    })
  })

  it('never lets a password that sudo does not ask for reach the script', async () => {
    const result = await run(login(free, { becomePassword: 'env:SUDO_PASSWORD' }), { stdin: script })
    expect({ out: result.out, err: result.err }).toEqual({ out: expected, err: '' })
  })

  it('gives sudo the password it asks for, whatever characters it has', async () => {
    const result = await run(login(guarded, { becomePassword: 'env:SUDO_PASSWORD' }), { stdin: script })
    expect(result.out).toBe(expected)
    expect(result.err).not.toContain('canary')
  })

  it('never lets the password reach the script when credentials are cached', async () => {
    const cache = [
      ...shellWords(`printf '%s\\n' "$0" | sudo -S -p '' -v && sudo -n true && echo cached`),
      canary,
    ]
    expect((await run(login(guarded, { become: 'none' }), {}, cache)).out).toBe('cached\n')
    const echo = await run(
      login(guarded, { becomePassword: 'env:SUDO_PASSWORD' }),
      { stdin: 'only this\n' },
      ['cat'],
    )
    expect({ out: echo.out, err: echo.err.replaceAll(lecture, '') }).toEqual({ out: 'only this\n', err: '' })
  })

  it('passes exit status, stderr and 300 KB of stdin and stdout through', async () => {
    const big = 'x'.repeat(300 * 1024)
    const result = await run(login(guarded, { becomePassword: 'env:SUDO_PASSWORD' }), { stdin: big }, [
      'sh',
      '-c',
      'cat; echo problem >&2; exit 9',
    ])
    expect(result.out).toBe(big)
    expect(result.err).toContain('problem\n')
    expect(result.exitCode).toBe(9)
  })

  const refusals: readonly [string, ErrorCode, RegExp, () => ResolvedHost][] = [
    ['a missing password', 'HOST_SUDO_PASSWORD', /sudo needs a password/, () => login(guarded)],
    [
      'a wrong password',
      'HOST_SUDO_PASSWORD',
      /password was not accepted/,
      () => login(guarded, { becomePassword: 'env:WRONG_PASSWORD' }),
    ],
    [
      'a user without rights',
      'HOST_SUDO_REFUSED',
      /does not allow it/,
      () => login(nobody, { becomePassword: 'env:SUDO_PASSWORD' }),
    ],
    ['requiretty', 'HOST_SUDO_REFUSED', /wants a terminal/, () => login(withTty)],
  ]
  it.each(refusals)('tells %s as %s', async (...row) => {
    const [, code, says, makeHost] = row
    execFileSync('rm', ['-f', `/run/sudo/ts/${guarded.name}`])
    const error = await failure(run(makeHost(), { stdin: script }))
    expect({ code: error.code, message: error.message }).toEqual({
      code,
      message: expect.stringMatching(says),
    })
    expect(JSON.stringify(error.message) + error.hint).not.toMatch(/canary|not-the-password/)
  })

  it('keeps the password out of every command line and environment on this machine', async () => {
    const seen: string[] = []
    const timer = setInterval(() => seen.push(...processTexts()), 20)
    await run(login(guarded, { becomePassword: 'env:SUDO_PASSWORD' }), {}, ['sleep', '0.4'])
    clearInterval(timer)
    const own = readFileSync(`/proc/${process.pid}/environ`, 'utf8')
    expect(seen.some((text) => text.includes('sudo'))).toBe(true)
    expect(seen.filter((text) => text.includes('canary-7f3a'))).toEqual([])
    expect(own).not.toContain('canary')
  })

  it('runs as the login user when sudo is not asked for', async () => {
    const result = await run(login(free, { become: 'none' }), {}, ['id', '-un'])
    expect(result.out).toBe(`${free.name}\n`)
  })

  it('tells in which way commands become root', async () => {
    const connector = connect()
    const found: string[] = []
    for (const host of [login(free), login(free, { become: 'none' }), login(free, { user: 'root' })]) {
      const connected = await connector.connect(host, { signal: never })
      found.push(connected.privilege)
      await connected.close()
    }
    await connector.close()
    expect(found).toEqual(['sudo', 'user', 'root'])
  })

  function login(user: SudoUser, more: Partial<ResolvedSsh> = {}): ResolvedHost {
    const settings: Partial<ResolvedSsh> = {
      user: user.name,
      port: sshd.port,
      backend,
      knownHostsFiles: [known],
    }
    return sshHost('127.0.0.1', sshSettings(bed, { ...settings, become: 'sudo', ...more }))
  }
})

const lecture = /\n?We trust you have received[\s\S]*?responsibility\.\n\n?/g

function shellWords(text: string): readonly string[] {
  return ['sh', '-c', text]
}

function connect() {
  return testConnector(bed, {
    environment: {
      variables: { PATH: process.env['PATH'], SUDO_PASSWORD: canary, WRONG_PASSWORD: 'not-the-password' },
      home: bed.dir,
    },
  })
}

async function run(host: ResolvedHost, more: { stdin?: string }, argv: readonly string[] = shell) {
  const connector = connect()
  try {
    return await runOnce(connector, host, request(argv, { become: true, ...more }))
  } finally {
    await connector.close()
  }
}

/** Command line and environment of every process, as root sees them. */
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
