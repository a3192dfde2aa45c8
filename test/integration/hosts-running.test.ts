import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ResolvedHost } from '../../src/model/inventory.ts'
import type { Host, HostConnector } from '../../src/model/ports.ts'
import {
  backends,
  failure,
  knownHostsFile,
  never,
  request,
  sshHost,
  sshSettings,
  testConnector,
} from '../support/ssh-host.ts'
import { createSshdBed, descendants, type Sshd, killQuietly } from '../support/sshd.ts'

const bed = createSshdBed()
let sshd: Sshd
let known: string

beforeAll(async () => {
  sshd = await bed.start({ config: ['MaxSessions 10'] })
  known = knownHostsFile(bed, sshd.knownHosts)
})

afterAll(() => bed.close())

describe.each(backends)('running over %s', (backend) => {
  let connector: HostConnector
  let host: Host

  beforeAll(async () => {
    connector = testConnector(bed, { keepalive: { intervalMs: 1000, countMax: 8 } })
    host = await connector.connect(theHost(), { signal: never })
  })
  afterAll(async () => {
    await host.close()
    await connector.close()
  })

  it('gives exit status, stdout and stderr apart', async () => {
    const result = await host.run(request(['sh', '-c', 'echo out; echo err >&2; exit 3']))
    expect([text(result.stdout), text(result.stderr), result.exitCode, result.cut]).toEqual([
      'out\n',
      'err\n',
      3,
      null,
    ])
  })

  it('tells a program that ends with 255 from a lost connection', async () => {
    const result = await host.run(request(['sh', '-c', 'printf end >&2; exit 255']))
    expect([text(result.stderr), result.exitCode]).toEqual(['end', 255])
  })

  it('tells a program that a signal ended', async () => {
    const { exitCode, signal } = await host.run(request(['sh', '-c', 'kill -9 $$']))
    expect(backend === 'ssh2' ? [exitCode, signal] : exitCode).toEqual(
      backend === 'ssh2' ? [null, 'SIGKILL'] : 137,
    )
  })

  it('gives every argument as it stands', async () => {
    const words = [
      '',
      ' ',
      "it's",
      '$HOME',
      '`id`',
      'a\nb',
      '*',
      '~',
      '\\',
      '"',
      'ü中',
      '-n',
      '--',
      ';',
      '&&',
    ]
    const result = await host.run(request(['printf', '[%s]', ...words]))
    expect(text(result.stdout)).toBe(words.map((word) => `[${word}]`).join(''))
  })

  it('takes a 300 KB script on stdin while the host writes as much', async () => {
    const line = `echo ${'y'.repeat(90)}\n`
    const script = line.repeat(Math.ceil((300 * 1024) / line.length))
    const result = await host.run(request(['sh', '-s'], { stdin: script }))
    expect(text(result.stdout)).toBe(script.replaceAll('echo ', ''))
  })

  it('keeps binary output as it is', async () => {
    const result = await host.run(request(['printf', String.raw`\000\377\033[2J\200`]))
    expect([...result.stdout]).toEqual([0, 255, 27, 91, 50, 74, 128])
  })

  it('cuts endless output at the limit and stays usable', async () => {
    const limit = 1024 * 1024
    const result = await host.run(request(['yes'], { maxOutputBytes: limit }))
    expect([result.cut, result.stdout.length, result.exitCode]).toEqual(['too-much-output', limit, null])
    expect(text((await host.run(request(['echo', 'still here']))).stdout)).toBe('still here\n')
  })

  it('cuts endless stderr too', async () => {
    const result = await host.run(request(['sh', '-c', 'yes >&2'], { maxOutputBytes: 100_000 }))
    expect([result.cut, result.stderr.length]).toEqual(['too-much-output', 100_000])
  })

  it('cuts a hanging program at its time and gives what came before', async () => {
    const result = await host.run(request(['sh', '-c', 'echo early; sleep 60'], { timeoutMs: 500 }))
    expect([result.cut, text(result.stdout), result.exitCode]).toEqual(['timeout', 'early\n', null])
  })

  it('stops when the caller gives up, queued runs too', async () => {
    const aborter = new AbortController()
    const runs = Array.from({ length: 6 }, () =>
      failure(host.run(request(['sleep', '60'], { signal: aborter.signal }))),
    )
    setTimeout(() => aborter.abort(), 200)
    expect((await Promise.all(runs)).map(({ code }) => code)).toEqual(
      Array.from({ length: 6 }, () => 'INTERRUPTED'),
    )
  })

  it('runs 30 programs on one connection with MaxSessions 10', async () => {
    const results = await Promise.all(
      Array.from({ length: 30 }, (_, index) => host.run(request(['echo', String(index)]))),
    )
    expect(results.map(({ stdout }) => text(stdout))).toEqual(results.map((_, index) => `${index}\n`))
  })

  it('says that the outcome is unknown when the sshd behind a running program is killed', async () => {
    const doomed = await connector.connect(theHost(), { signal: never })
    const mine = await sessionOf(doomed)
    const running = failure(doomed.run(request(['sh', '-c', 'echo started; sleep 60'])))
    await started()
    for (const pid of mine) killQuietly(pid)
    const error = await running
    expect([error.code, error.message]).toEqual(['HOST_LOST', expect.stringContaining('outcome is unknown')])
    expect((await failure(doomed.run(request(['true'])))).code).toBe('HOST_LOST')
    await doomed.close()
  })

  it('notices a host that falls silent by keepalive', async () => {
    const doomed = await connector.connect(theHost(), { signal: never })
    const mine = await sessionOf(doomed)
    const running = failure(doomed.run(request(['sleep', '60'], { timeoutMs: 50_000 })))
    await started()
    for (const pid of mine) process.kill(pid, 'SIGSTOP')
    expect((await running).code).toBe('HOST_LOST')
    for (const pid of mine) killQuietly(pid)
    await doomed.close()
  })

  function theHost(): ResolvedHost {
    return sshHost('127.0.0.1', sshSettings(bed, { port: sshd.port, backend, knownHostsFiles: [known] }))
  }
})

/** The sshd processes that serve one connection: the parents of a program it runs, up to the listening one. */
async function sessionOf(host: Host): Promise<readonly number[]> {
  const ids = text(
    (
      await host.run(
        request([
          'sh',
          '-c',
          'p=$$; while [ "$p" -gt 1 ]; do echo "$p"; p=$(awk "/^PPid/{print \\$2}" /proc/$p/status); done',
        ]),
      )
    ).stdout,
  )
  const parents = new Set(ids.trim().split('\n').map(Number))
  return sshd.sessions().filter((pid) => parents.has(pid))
}

/** Waits until a `sleep` runs below the sshd. */
async function started(): Promise<void> {
  const { readFileSync } = await import('node:fs')
  for (let attempt = 0; attempt < 500; attempt++) {
    const names = descendants(sshd.pid).map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/comm`, 'utf8').trim()
      } catch {
        return ''
      }
    })
    if (names.includes('sleep')) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error('the program did not start')
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString()
}
