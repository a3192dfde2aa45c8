import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { get } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { tokenPlaceholder } from '../../src/ignition/placeholders.ts'
import { ignitionRoute, type IgnitionRouteOptions } from '../../src/provision/answer-ignition.ts'
import type { BootAlarm } from '../../src/provision/boot-alarm.ts'
import { openBootAuthority } from '../../src/provision/boot-authority.ts'
import { bootRequests, type BootAccess } from '../../src/provision/boot-requests.ts'
import { startBootServer, usualBootLimits } from '../../src/provision/boot-server.ts'
import { newBootToken } from '../../src/provision/boot-token.ts'
import { bootUrlsIn } from '../../src/provision/boot-urls.ts'
import { startBootProgram } from '../support/boot-program.ts'
import { osferry } from '../support/osferry.ts'

const config = '{"ignition":{"version":"3.3.0"}}\n'
const needy = `{"ignition":{"version":"3.3.0"},"token":"${tokenPlaceholder}"}\n`
const hour = 3_600_000

let directory = ''
const ends: (() => Promise<unknown>)[] = []
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'osferry-boot-'))
  mkdirSync(join(directory, 'urls'))
  writeFileSync(join(directory, 'worker-1.ign'), config)
})
afterEach(async () => {
  for (const end of ends.splice(0)) await end()
  rmSync(directory, { recursive: true })
})

interface Answer {
  status: number
  text: string
  retryAfter: string | undefined
}

interface Served {
  accesses: BootAccess[]
  alarms: BootAlarm[]
  /** An address for that text; gives its token. */
  mint(text?: string, validMs?: number): Promise<string>
  ask(token: string, query?: string): Promise<Answer>
  plainUrl: string
}

/** The server in this process, over real sockets. */
async function serve(tokenFor?: IgnitionRouteOptions['tokenFor']): Promise<Served> {
  const accesses: BootAccess[] = []
  const alarms: BootAlarm[] = []
  const clock = { now: () => new Date().toISOString(), monotonicMs: () => performance.now() }
  const urls = bootUrlsIn(join(directory, 'urls'))
  const signal = new AbortController().signal
  const answer = ignitionRoute({
    urls,
    onAlarm: (alarm) => alarms.push(alarm),
    clock,
    signal,
    ...(tokenFor === undefined ? {} : { tokenFor }),
  })
  const onRequest = bootRequests({
    routes: { ignition: { methods: ['GET'], answer } },
    onAccess: (access) => accesses.push(access),
    onError: (error) => {
      throw error
    },
    clock,
  })
  const authority = await openBootAuthority(join(directory, 'authority.pem'), Date.now())
  const address = { host: '127.0.0.1', port: 0 }
  const tls = authority.issue(['127.0.0.1'], Date.now())
  const server = await startBootServer([{ ...address, tls }, address], { onRequest, limits: usualBootLimits })
  ends.push(() => server.close())
  const [https = '', plainUrl = ''] = server.urls
  return {
    accesses,
    alarms,
    plainUrl,
    async mint(text = config, validMs = hour) {
      const { id, text: token, verifier } = newBootToken()
      const path = join(directory, `${id}.ign`)
      writeFileSync(path, text)
      await urls.add({
        schema: 'boot-url/v1',
        id,
        verifier,
        node: 'worker-1',
        config: { path, sha256: createHash('sha256').update(text).digest('hex') },
        mintedAt: new Date().toISOString(),
        expiresAt: new Date(Date.now() + validMs).toISOString(),
        machine: { macs: ['52:54:00:12:34:56'], uuid: null, serial: null, machineId: null },
        progress: null,
        network: null,
      })
      return token
    },
    ask: (token, query = '') =>
      new Promise((resolve, reject) => {
        const options = { ca: authority.certificate, agent: false }
        get(`${https}/ignition/${token}${query}`, options, (response) => {
          let text = ''
          response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
          const { statusCode: status = 0, headers } = response
          response.once('end', () => resolve({ status, text, retryAfter: headers['retry-after'] }))
        }).once('error', reject)
      }),
  }
}

const kinds = ({ alarms }: Served): string[] => alarms.map(({ kind }) => kind)

describe('addresses by which a configuration is handed out', () => {
  it('work once, also for many who ask at the same time, and say so to people after that', async () => {
    const served = await serve()
    const token = await served.mint()
    const answers = await Promise.all(Array.from({ length: 20 }, () => served.ask(token)))
    const won = answers.filter(({ status }) => status === 200)
    expect(won.map(({ text }) => text)).toEqual([config])
    expect(answers.filter(({ status }) => status === 410)).toHaveLength(19)
    expect(served.alarms).toHaveLength(19)
    expect(served.alarms[0]).toMatchObject({ kind: 'second-fetch', node: 'worker-1', from: '127.0.0.1' })
    await expect.poll(() => served.accesses).toHaveLength(20)
    expect(JSON.stringify([served.accesses, served.alarms])).not.toContain(token.split('.')[1])
  })

  it('are refused when their time is over', async () => {
    const served = await serve()
    expect((await served.ask(await served.mint(config, -1))).status).toBe(410)
  })

  it('do not tell which part of a wrong one is wrong, and answer 429 to who guesses on', async () => {
    const served = await serve()
    const token = await served.mint()
    const wrong = `${token.slice(0, -8)}AAAAAAAA`
    const unknown = `0000000000000000.${token.split('.')[1]}`
    const answers: Answer[] = []
    for (const guess of [wrong, unknown, 'nothing', '', '..%2f', wrong, unknown, wrong, unknown, wrong])
      answers.push(await served.ask(guess))
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
    expect(answers[0]!.status).toBe(404)
    const limited = await served.ask(unknown)
    expect(limited.status).toBe(429)
    expect(Number(limited.retryAfter)).toBeGreaterThan(0)
    // Who has the right one is no guesser, whoever shares the address with it.
    expect((await served.ask(token)).status).toBe(200)
  })

  it('are kept for the machine that they are for when a request tells of another', async () => {
    const served = await serve()
    const token = await served.mint()
    expect((await served.ask(token, '?mac=52:54:00:00:00:00')).status).toBe(404)
    expect(kinds(served)).toEqual(['another-machine'])
    expect((await served.ask(token, '?mac=52-54-00-12-34-56')).status).toBe(200)
  })

  it('are void when they were sent without encryption', async () => {
    const served = await serve()
    const token = await served.mint()
    expect((await fetch(`${served.plainUrl}/ignition/${token}`)).status).toBe(403)
    expect((await served.ask(token)).status).toBe(410)
    expect(kinds(served)).toEqual(['not-encrypted', 'second-fetch'])
  })

  it('never hand out a placeholder, and stay good until there is a token to put in', async () => {
    const without = await serve()
    const token = await without.mint(needy)
    const refused = await without.ask(token)
    expect(refused.status).toBe(503)
    expect(refused.text).not.toContain(tokenPlaceholder)
    expect(without.alarms).toMatchObject([
      { kind: 'not-served', why: expect.stringContaining('bootstrap token') },
    ])
    const broken = await serve(() => Promise.resolve('no token'))
    expect((await broken.ask(token)).status).toBe(503)
    const minted: string[] = []
    const served = await serve((node) => {
      minted.push(node)
      return Promise.resolve('abcdef.0123456789abcdef')
    })
    const answer = await served.ask(token)
    expect(answer).toMatchObject({
      status: 200,
      text: needy.replace(tokenPlaceholder, 'abcdef.0123456789abcdef'),
    })
    expect((await served.ask(token)).status).toBe(410)
    expect(minted).toEqual(['worker-1'])
  })

  it('hand out nothing else than what was meant when they were made', async () => {
    const served = await serve()
    const token = await served.mint()
    const path = join(directory, `${token.split('.')[0]}.ign`)
    writeFileSync(path, needy)
    expect((await served.ask(token)).status).toBe(503)
    expect(kinds(served)).toEqual(['not-served'])
    writeFileSync(path, config)
    expect((await served.ask(token)).status).toBe(200)
  })
})

describe('osferry boot url', () => {
  it('makes an address that osferry boot serve in another process serves, once', async () => {
    const program = await startBootProgram([], directory)
    ends.push(() => program.end())
    const [https = ''] = program.urls
    const made = await osferry(
      ['boot', 'url', 'worker-1', 'worker-1.ign', '--server', https, '--any-machine'],
      { cwd: directory },
    )
    expect([made.exitCode, made.stderr]).toEqual([0, expect.stringContaining('once, until 20')])
    const pointer = JSON.parse(made.stdout) as {
      ignition: {
        config: { merge: [{ source: string; verification: { hash: string } }] }
        security: { tls: { certificateAuthorities: [{ source: string }] } }
      }
    }
    const { source, verification } = pointer.ignition.config.merge[0]
    expect(verification.hash).toBe(`sha512-${createHash('sha512').update(config).digest('hex')}`)
    const authority = decodeURIComponent(
      pointer.ignition.security.tls.certificateAuthorities[0].source.slice('data:,'.length),
    )
    expect(authority).toBe(program.certificateAuthority)
    writeFileSync(join(directory, 'ca.pem'), authority)
    const curl = (): Promise<{ stdout: string }> =>
      promisify(execFile)('curl', ['-s', '-w', '%{http_code}', '--cacert', join(directory, 'ca.pem'), source])
    expect((await curl()).stdout).toBe(`${config}200`)
    expect((await curl()).stdout).toMatch(/410$/)
    await expect.poll(() => program.lines).toHaveLength(3)
    expect(program.lines).toContainEqual(expect.objectContaining({ event: 'alarm', kind: 'second-fetch' }))
    expect(program.said()).toContain('worker-1: its configuration was asked for again')
    const secret = source.split('.').at(-1)!
    expect(program.said() + JSON.stringify(program.lines)).not.toContain(secret)
    const kept = join(directory, '.osferry', 'boot', 'urls')
    expect(readdirSync(kept)).toHaveLength(2)
    for (const file of readdirSync(kept)) {
      expect(readFileSync(join(kept, file), 'utf8')).not.toContain(secret)
      expect(statSync(join(kept, file)).mode & 0o777).toBe(0o600)
    }
  })

  it('makes none for a configuration that needs a token, nor without https', async () => {
    const needing = {
      ignition: { version: '3.3.0' },
      storage: {
        files: [{ path: '/etc/token', mode: 384, contents: { source: `data:,${tokenPlaceholder}` } }],
      },
    }
    writeFileSync(join(directory, 'needy.ign'), JSON.stringify(needing))
    const words = (file: string, server: string): string[] => [
      'boot',
      'url',
      'worker-1',
      file,
      '--server',
      server,
      '--any-machine',
    ]
    const refused = await osferry(words('needy.ign', 'https://boot:8443'), { cwd: directory })
    expect([refused.exitCode, refused.stdout]).toEqual([65, ''])
    expect(refused.stderr).toContain('needs a bootstrap token')
    const plain = await osferry(words('worker-1.ign', 'http://boot:8080'), { cwd: directory })
    expect(plain.exitCode).toBe(64)
  })
})
