import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
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
import { createSshdBed, makeKey, type KeyKind, type Sshd } from '../support/sshd.ts'

const bed = createSshdBed()
const phrase = 'correct horse "battery" $staple'
const kinds: readonly KeyKind[] = ['ed25519', 'rsa', 'ecdsa']
const keys = new Map<string, string>()
let sshd: Sshd
let known: string
let agent: { process: ChildProcess; socket: string }

beforeAll(async () => {
  for (const kind of kinds) {
    keys.set(kind, makeKey(join(bed.dir, `login_${kind}`), kind))
    keys.set(`${kind} encrypted`, makeKey(join(bed.dir, `locked_${kind}`), kind, { passphrase: phrase }))
  }
  keys.set('rsa PEM', makeKey(join(bed.dir, 'pem_rsa'), 'rsa', { pem: true }))
  keys.set(
    'rsa PEM encrypted',
    makeKey(join(bed.dir, 'pem_locked_rsa'), 'rsa', { pem: true, passphrase: phrase }),
  )
  keys.set('ecdsa PEM', makeKey(join(bed.dir, 'pem_ecdsa'), 'ecdsa', { pem: true }))
  sshd = await bed.start({
    hostKeys: kinds,
    authorizedKeys: [...keys.values()].map((file) => readFileSync(`${file}.pub`, 'utf8').trim()),
  })
  known = knownHostsFile(bed, sshd.knownHosts)
  agent = await startAgent(join(bed.dir, 'agent.sock'))
})

afterAll(async () => {
  agent.process.kill()
  await bed.close()
})

describe.each(backends)('logins over %s', (backend) => {
  it.each([...kinds, 'rsa PEM', 'ecdsa PEM'])('takes a key of type %s', async (name) => {
    expect(await whoAmI({ identityFiles: [keyOf(name)] })).toBe('in\n')
  })

  it.each([...kinds.map((kind) => `${kind} encrypted`), 'rsa PEM encrypted'])(
    'opens a key that is %s with the passphrase of a reference',
    async (name) => {
      expect(await whoAmI({ identityFiles: [keyOf(name)], passphrase: 'env:PHRASE' })).toBe('in\n')
    },
  )

  it('asks a person for a passphrase once for all hosts', async () => {
    const questions: string[] = []
    const prompter = {
      canPrompt: true,
      secret: async (question: string) => {
        questions.push(question)
        return phrase
      },
    }
    const connector = testConnector(bed, { prompter })
    const host = hostWith({ identityFiles: [keyOf('ed25519 encrypted')] })
    await Promise.all([1, 2, 3].map(() => runOnce(connector, host, request(['true']))))
    await connector.close()
    expect(questions).toEqual([expect.stringContaining('locked_ed25519')])
  })

  it('says which key needs a passphrase when nobody can be asked', async () => {
    const connector = testConnector(bed)
    const host = hostWith({ identityFiles: [keyOf('ed25519 encrypted')] })
    const error = await failure(connector.connect(host, { signal: never }))
    await connector.close()
    expect({ code: error.code, message: error.message }).toEqual({
      code: 'INPUT_NEEDED',
      message: expect.stringContaining('locked_ed25519 is encrypted'),
    })
  })

  it('uses the keys of a real ssh-agent', async () => {
    expect(await whoAmI({ identityFiles: [], agent: true })).toBe('in\n')
  })

  it('uses the agent for an encrypted key file that the agent holds', async () => {
    expect(await whoAmI({ identityFiles: [keyOf('ed25519 encrypted')], agent: true })).toBe('in\n')
  })

  it('uses the default keys of the home directory when none are named', async () => {
    const home = join(bed.dir, `home-${backend}`)
    mkdirSync(join(home, '.ssh'), { recursive: true, mode: 0o700 })
    copyFileSync(bed.keyFile, join(home, '.ssh', 'id_ed25519'))
    chmodSync(join(home, '.ssh', 'id_ed25519'), 0o600)
    const connector = testConnector(bed, { environment: { variables: { PATH: process.env['PATH'] }, home } })
    const result = await runOnce(connector, hostWith({ identityFiles: [] }), request(['echo', 'in']))
    await connector.close()
    expect(result.out).toBe('in\n')
  })

  it('refuses a key file that others may read, and says so', async () => {
    const open = join(bed.dir, `open-${backend}`)
    copyFileSync(bed.keyFile, open)
    chmodSync(open, 0o644)
    const connector = testConnector(bed)
    const error = await failure(connector.connect(hostWith({ identityFiles: [open] }), { signal: never }))
    await connector.close()
    expect(error.code).toBe('HOST_AUTH_FAILED')
  })

  it('accepts a new host key when told to, once, and then holds the host to it', async () => {
    const file = join(bed.dir, `new-${backend}`, 'known_hosts')
    const trusting = hostWith({ knownHostsFiles: [file], hostKeys: 'accept-new' })
    mkdirSync(join(bed.dir, `new-${backend}`), { mode: 0o700 })
    const connector = testConnector(bed)
    await Promise.all([1, 2, 3].map(() => runOnce(connector, trusting, request(['true']))))
    const lines = new Set(readFileSync(file, 'utf8').trim().split('\n'))
    expect(lines.size).toBe(1)
    expect(sshd.knownHosts).toContain([...lines][0])
    const other = knownHostsFile(
      bed,
      [...lines].join('\n').replace(/ssh-\S+ .*|ecdsa-\S+ .*/, strangerKey(backend)),
    )
    const error = await failure(
      connector.connect(hostWith({ knownHostsFiles: [other], hostKeys: 'accept-new' }), { signal: never }),
    )
    await connector.close()
    expect(error.code).toBe('HOST_KEY_CHANGED')
    expect(readFileSync(other, 'utf8')).not.toContain('\n[')
  })

  it('finds hashed names, aliases, names without a port and a second file', async () => {
    const hashed = knownHostsFile(bed, sshd.knownHosts)
    execFileSync('ssh-keygen', ['-Hf', hashed], { stdio: 'ignore' })
    const key = sshd.knownHosts.split('\n')[0]?.split(' ').slice(1).join(' ')
    const files: readonly Partial<ResolvedSsh>[] = [
      { knownHostsFiles: [hashed] },
      { knownHostsFiles: [knownHostsFile(bed, `the-alias ${key}\n`)], hostKeyAlias: 'the-alias' },
      { knownHostsFiles: [knownHostsFile(bed, `127.0.0.1 ${key}\n`)] },
      { knownHostsFiles: [knownHostsFile(bed, `# empty\n`), known] },
      { knownHostsFiles: [knownHostsFile(bed, `[node-of-tests]:${sshd.port} ${key}\n`)] },
      { knownHostsFiles: [knownHostsFile(bed, `[127.0.0.*]:*,!other ${key}\n`)] },
    ]
    for (const more of files) expect(await whoAmI(more)).toBe('in\n')
  })

  function hostWith(more: Partial<ResolvedSsh>): ResolvedHost {
    const settings: Partial<ResolvedSsh> = { port: sshd.port, backend, knownHostsFiles: [known] }
    return sshHost('127.0.0.1', sshSettings(bed, { ...settings, ...more }), 'node-of-tests')
  }

  async function whoAmI(more: Partial<ResolvedSsh>): Promise<string> {
    const variables = { PATH: process.env['PATH'], PHRASE: phrase, SSH_AUTH_SOCK: agent.socket }
    const connector = testConnector(bed, { environment: { variables, home: bed.dir } })
    try {
      return (await runOnce(connector, hostWith(more), request(['echo', 'in']))).out
    } finally {
      await connector.close()
    }
  }
})

describe('certificates', () => {
  it('log in through OpenSSH, chosen by itself, with a user certificate and a host certificate', async () => {
    const userCa = makeKey(join(bed.dir, 'user_ca'), 'ed25519')
    const hostCa = makeKey(join(bed.dir, 'host_ca'), 'ed25519')
    const userKey = makeKey(join(bed.dir, 'certified'), 'ed25519')
    const hostKey = makeKey(join(bed.dir, 'host_certified'), 'ed25519')
    const user = process.geteuid?.() === 0 ? 'root' : (process.env['USER'] ?? '')
    execFileSync('ssh-keygen', ['-q', '-s', userCa, '-I', 'tester', '-n', user, `${userKey}.pub`])
    execFileSync('ssh-keygen', ['-q', '-h', '-s', hostCa, '-I', 'host', '-n', '127.0.0.1', `${hostKey}.pub`])
    const certified = await bed.start({
      config: [
        `TrustedUserCAKeys ${userCa}.pub`,
        `HostKey ${hostKey}`,
        `HostCertificate ${hostKey}-cert.pub`,
        'HostKeyAlgorithms ssh-ed25519-cert-v01@openssh.com,ssh-ed25519',
      ],
    })
    const authority = `@cert-authority * ${readFileSync(`${hostCa}.pub`, 'utf8')}`
    const settings = { port: certified.port, knownHostsFiles: [knownHostsFile(bed, authority)] }
    const connector = testConnector(bed)
    const auto = sshSettings(bed, {
      ...settings,
      backend: 'auto',
      identityFiles: [userKey],
      certificateFiles: [`${userKey}-cert.pub`],
    })
    const result = await runOnce(connector, sshHost('127.0.0.1', auto), request(['echo', 'in']))
    const plain = sshSettings(bed, { ...settings, backend: 'ssh2' })
    const error = await failure(connector.connect(sshHost('127.0.0.1', plain), { signal: never }))
    await connector.close()
    expect(result.out).toBe('in\n')
    expect(error.code).toBe('HOST_KEY_UNKNOWN')
    expect(error.hint).toContain('openssh')
  })
})

function keyOf(name: string): string {
  const file = keys.get(name)
  if (file === undefined) throw new Error(`no key ${name}`)
  return file
}

function strangerKey(name: string): string {
  const file = makeKey(join(bed.dir, `stranger-${name}`), 'ed25519')
  return readFileSync(`${file}.pub`, 'utf8').split(' ').slice(0, 2).join(' ')
}

async function startAgent(socket: string): Promise<{ process: ChildProcess; socket: string }> {
  const child = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' })
  const askpass = join(bed.dir, 'phrase.sh')
  writeFileSync(askpass, `#!/bin/sh\ncat ${join(bed.dir, 'phrase')}\n`, { mode: 0o700 })
  writeFileSync(join(bed.dir, 'phrase'), `${phrase}\n`)
  const env = { ...process.env, SSH_AUTH_SOCK: socket, SSH_ASKPASS: askpass, SSH_ASKPASS_REQUIRE: 'force' }
  for (let attempt = 0; ; attempt++) {
    try {
      execFileSync('ssh-add', ['-q', keyOf('ed25519 encrypted')], { env, stdio: 'ignore' })
      return { process: child, socket }
    } catch (error) {
      if (attempt > 50) throw error
      await sleep(20)
    }
  }
}
