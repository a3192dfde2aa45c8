import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ResolvedHost } from '../../src/model/inventory.ts'
import type { Host, HostConnector, StreamRequest } from '../../src/model/ports.ts'
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
import { createSudoUsers, type SudoUsers } from '../support/sudo-users.ts'

const bed = createSshdBed()
let sshd: Sshd
let known: string
let users: SudoUsers

beforeAll(async () => {
  sshd = await bed.start({ config: ['MaxSessions 10'] })
  known = knownHostsFile(bed, sshd.knownHosts)
  users = createSudoUsers(`${bed.dir}/homes`)
})

afterAll(async () => {
  users.close()
  await bed.close()
})

describe.each(backends)('streaming over %s', (backend) => {
  let connector: HostConnector
  let host: Host

  beforeAll(async () => {
    connector = testConnector(bed, { keepalive: { intervalMs: 1000, countMax: 10 } })
    host = await connector.connect(theHost(), { signal: never })
  })
  afterAll(async () => {
    await host.close()
    await connector.close()
  })

  it('gives what the program writes, its exit status and its stderr', async () => {
    const { out, result } = await drained(host, streaming(['sh', '-c', 'echo out; echo err >&2; exit 3']))
    expect([out.toString(), Buffer.from(result.stderr).toString(), result.exitCode]).toEqual([
      'out\n',
      'err\n',
      3,
    ])
    expect(result.stdoutBytes).toBe(4)
  })

  it('gives back 40 MiB through a program in both directions, bit by bit', async () => {
    const block = Buffer.from(Array.from({ length: 64 * 1024 }, (_, index) => (index * 7) % 251))
    const blocks = 640
    let at = 0
    const { done, stdout } = await host.stream(streaming(['cat'], { stdin: repeated(block, blocks) }))
    for await (const chunk of stdout) {
      for (let from = 0; from < chunk.length;) {
        const offset = (at + from) % block.length
        const length = Math.min(chunk.length - from, block.length - offset)
        const same = block.compare(chunk, from, from + length, offset, offset + length)
        if (same !== 0) throw new Error(`other bytes at ${at + from}`)
        from += length
      }
      at += chunk.length
    }
    expect([at, (await done).exitCode]).toEqual([block.length * blocks, 0])
  })

  it('holds the host back while nobody reads', async () => {
    const counter = `${bed.dir}/written-${backend}`
    const script =
      'i=0; while [ $i -lt 100 ]; do head -c 1000000 /dev/zero; i=$((i + 1)); echo $i >"$0"; done'
    const { stdout, done } = await host.stream(streaming(['sh', '-c', script, counter]))
    const reader = stdout[Symbol.asyncIterator]()
    await reader.next()
    const written = (): string => (existsSync(counter) ? readFileSync(counter, 'utf8') : '')
    // Other programs run meanwhile; when nothing more is written, the windows and pipes are full.
    for (let before = 'not yet'; before !== written();) {
      before = written()
      for (let turn = 0; turn < 10; turn++) await host.run(request(['sleep', '0.05']))
    }
    expect(Number(written())).toBeLessThan(20)
    let total = 0
    for (let next = await reader.next(); next.done !== true; next = await reader.next())
      total += next.value.length
    expect(total).toBeGreaterThan(90_000_000)
    expect((await done).exitCode).toBe(0)
  })

  it('does not take a source faster than the program reads', async () => {
    let given = 0
    async function* source(): AsyncGenerator<Uint8Array> {
      for (let index = 0; index < 200; index++) {
        given += 1
        yield Buffer.alloc(1024 * 1024)
      }
    }
    const { out, result } = await drained(
      host,
      streaming(['sh', '-c', 'head -c 1048576 | wc -c; exit 0'], { stdin: source() }),
    )
    expect([out.toString().trim(), result.exitCode]).toEqual(['1048576', 0])
    expect(given).toBeLessThan(50)
  })

  it('ends with the error of the source that fed it, and no part of the input is taken for all of it', async () => {
    async function* source(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('first\n')
      throw new Error('the store is away')
    }
    await expect(drained(host, streaming(['cat'], { stdin: source() }))).rejects.toThrow('the store is away')
  })

  it('stops a program that moves nothing, but not one whose reader or source is slow', async () => {
    const silent = failure(
      drained(host, streaming(['sh', '-c', 'echo a; sleep 60'], { idleTimeoutMs: 2500 })),
    )
    expect((await silent).message).toContain('moved nothing for 2500 ms')
    const { stdout, done } = await host.stream(
      streaming(['sh', '-c', 'head -c 20000000 /dev/zero'], { idleTimeoutMs: 2500 }),
    )
    let total = 0
    for await (const chunk of stdout) {
      if (total === 0) await sleep(5500)
      total += chunk.length
    }
    expect([total, (await done).exitCode]).toEqual([20_000_000, 0])
    async function* late(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('a')
      await sleep(5500)
      yield Buffer.from('b')
    }
    const { out } = await drained(host, streaming(['cat'], { stdin: late(), idleTimeoutMs: 2500 }))
    expect(out.toString()).toBe('ab')
  })

  it('stops at the time and at the number of bytes that it may have', async () => {
    const late = await failure(
      drained(host, streaming(['sh', '-c', 'while :; do echo a; sleep 0.1; done'], { timeoutMs: 2500 })),
    )
    expect([late.code, late.message]).toEqual([
      'HOST_TIMEOUT',
      expect.stringContaining('did not end within 2500 ms'),
    ])
    const flooded = await failure(drained(host, streaming(['yes'], { maxStdoutBytes: 1_000_000 })))
    expect([flooded.code, flooded.message]).toEqual([
      'HOST_FLOODED',
      expect.stringContaining('1000000 bytes'),
    ])
    expect((await host.run(request(['echo', 'still here']))).exitCode).toBe(0)
  })

  it('ends the program when its reader leaves, and stays usable', async () => {
    const { stdout, done } = await host.stream(streaming(['yes']))
    for await (const _ of stdout) break
    expect((await failure(done)).code).toBe('INTERRUPTED')
    await until(() => !programsBelow(sshd).includes('yes'))
    // Streams that were given up leave their place in the queue.
    for (let index = 0; index < 3; index++) await drained(host, streaming(['true']))
  })

  it('tells the caller who gives up, while it runs and while it waits for its turn', async () => {
    const aborter = new AbortController()
    const runs = Array.from({ length: 4 }, () =>
      failure(drained(host, streaming(['sleep', '60'], { signal: aborter.signal }))),
    )
    setTimeout(() => aborter.abort(), 200)
    expect((await Promise.all(runs)).map(({ code }) => code)).toEqual(
      Array.from({ length: 4 }, () => 'INTERRUPTED'),
    )
  })

  it('says that the outcome is unknown when the connection is cut, to the reader as well', async () => {
    const doomed = await connector.connect(theHost(), { signal: never })
    const script =
      'p=$$; while [ "$p" -gt 1 ]; do echo "$p"; p=$(awk "/^PPid/{print \\$2}" /proc/$p/status); done'
    const parents = (await drained(doomed, streaming(['sh', '-c', script]))).out
      .toString()
      .split('\n')
      .map(Number)
    const serving = sshd.sessions().filter((pid) => parents.includes(pid))
    const { stdout, done } = await doomed.stream(streaming(['yes']))
    let chunks = 0
    const reading = (async (): Promise<void> => {
      for await (const _ of stdout) {
        if (chunks++ > 0) continue
        for (const pid of serving) killQuietly(pid)
      }
    })()
    expect((await failure(reading)).code).toBe('HOST_LOST')
    expect((await failure(done)).message).toContain('the outcome is unknown')
    expect((await failure(drained(doomed, streaming(['true'])))).code).toBe('HOST_LOST')
    await doomed.close()
  })

  it('loses neither the first bytes nor the last words, however late it is read', async () => {
    const script = 'printf first; head -c 1000000 /dev/zero; printf last; printf "last words" >&2; exit 7'
    for (let turn = 0; turn < 20; turn++) {
      const { stdout, done } = await host.stream(streaming(['sh', '-c', script]))
      if (turn % 2 === 0) await host.run(request(['true']))
      const parts: Uint8Array[] = []
      for await (const chunk of stdout) {
        parts.push(chunk)
        if (turn % 3 === 0) await new Promise((resolve) => setImmediate(resolve))
      }
      const whole = Buffer.concat(parts)
      const { exitCode, stderr } = await done
      expect([
        whole.length,
        whole.toString('latin1', 0, 5),
        whole.toString('latin1', whole.length - 4),
      ]).toEqual([1_000_009, 'first', 'last'])
      expect([exitCode, Buffer.from(stderr).toString()]).toEqual([7, 'last words'])
    }
  })

  it('keeps the end of stderr and tells how much there was', async () => {
    const { result } = await drained(
      host,
      streaming(['sh', '-c', 'head -c 3000000 /dev/zero | tr "\\000" x >&2; printf last >&2'], {
        keptStderrBytes: 1000,
      }),
    )
    expect([result.stderr.length, result.stderrBytes]).toEqual([1000, 3_000_004])
    expect(Buffer.from(result.stderr).toString().endsWith('xlast')).toBe(true)
  })

  it('becomes root through sudo with a password, and the program alone gets the input', async () => {
    const user = users.add('osf-stream', { password: "pa ss'word", rule: 'ALL=(ALL) ALL' })
    const secret = `${bed.dir}/sudo-password-${backend}`
    writeFileSync(secret, user.password, { mode: 0o600 })
    const asUser = await connector.connect(
      theHost({ user: user.name, become: 'sudo', becomePassword: `file:${secret}` }),
      {
        signal: never,
      },
    )
    const input = repeated(Buffer.alloc(100_000, 'x'), 30)
    const { out, result } = await drained(
      asUser,
      streaming(['sh', '-c', 'id -u; wc -c'], { become: true, stdin: input }),
    )
    expect([out.toString().replaceAll(' ', ''), result.exitCode]).toEqual(['0\n3000000\n', 0])
    writeFileSync(secret, 'wrong', { mode: 0o600 })
    const other = testConnector(bed)
    const refused = await other.connect(
      theHost({ user: user.name, become: 'sudo', becomePassword: `file:${secret}` }),
      {
        signal: never,
      },
    )
    const error = await failure(
      drained(refused, streaming(['cat'], { become: true, stdin: repeated(Buffer.from('x'), 3) })),
    )
    expect(error.code).toBe('HOST_SUDO_PASSWORD')
    await refused.close()
    await other.close()
    await asUser.close()
  })

  function theHost(more: Parameters<typeof sshSettings>[1] = {}): ResolvedHost {
    return sshHost(
      '127.0.0.1',
      sshSettings(bed, { port: sshd.port, backend, knownHostsFiles: [known], ...more }),
    )
  }
})

function streaming(argv: readonly string[], more: Partial<StreamRequest> = {}): StreamRequest {
  return {
    argv,
    timeoutMs: 100_000,
    idleTimeoutMs: 50_000,
    maxStdoutBytes: 1024 ** 3,
    keptStderrBytes: 64 * 1024,
    signal: never,
    ...more,
  }
}

async function drained(host: Host, streaming: StreamRequest) {
  const { stdout, done } = await host.stream(streaming)
  const parts: Uint8Array[] = []
  for await (const chunk of stdout) parts.push(chunk)
  return { out: Buffer.concat(parts), result: await done }
}

function programsBelow({ pid }: Sshd): readonly string[] {
  return descendants(pid).map((id) => {
    try {
      return readFileSync(`/proc/${id}/comm`, 'utf8').trim()
    } catch {
      return ''
    }
  })
}

async function until(isSo: () => boolean): Promise<void> {
  for (let attempt = 0; attempt < 3000; attempt++) {
    if (isSo()) return
    await sleep(20)
  }
  throw new Error('it did not come true within a minute')
}

async function* repeated(block: Uint8Array, times: number): AsyncGenerator<Uint8Array> {
  for (let index = 0; index < times; index++) yield block
}
