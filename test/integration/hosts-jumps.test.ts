import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { JumpHop, ResolvedHost, ResolvedSsh } from '../../src/model/inventory.ts'
import {
  backends,
  failure,
  jumpHop,
  knownHostsFile,
  never,
  request,
  runOnce,
  sshHost,
  sshSettings,
  testConnector,
} from '../support/ssh-host.ts'
import { createSshdBed, freePort, type Sshd } from '../support/sshd.ts'

const bed = createSshdBed()
let outer: Sshd
let inner: Sshd
let closedJump: Sshd
let target: Sshd
let known: string

beforeAll(async () => {
  outer = await bed.start({ address: '127.2.0.1', config: ['MaxStartups 10:30:100'] })
  inner = await bed.start({ address: '127.2.0.2' })
  closedJump = await bed.start({ address: '127.2.0.3', config: ['AllowTcpForwarding no'] })
  target = await bed.start({ address: '127.2.0.4', config: ['MaxStartups 10:30:100'] })
  known = knownHostsFile(bed, [outer, inner, closedJump, target].map(({ knownHosts }) => knownHosts).join(''))
})

afterAll(() => bed.close())

describe.each(backends)('jump hosts over %s', (backend) => {
  it('reaches a host through one jump host', async () => {
    const before = target.log()
    const result = await run([hop('bastion', outer)])
    expect(result.out).toBe('in\n')
    expect(target.log().slice(before.length)).toMatch(/Accepted publickey/)
  })

  it('reaches a host through two jump hosts', async () => {
    expect((await run([hop('bastion', outer), hop('second', inner)])).out).toBe('in\n')
  })

  it('shares one login at the jump host among all hosts behind it', async () => {
    const before = outer.log().length
    const connector = testConnector(bed)
    const host = hostBehind([hop('bastion', outer)])
    await Promise.all(Array.from({ length: 12 }, () => runOnce(connector, host, request(['true']))))
    await connector.close()
    expect(
      outer
        .log()
        .slice(before)
        .match(/Accepted publickey/g)?.length,
    ).toBe(1)
  })

  it('names the hop whose host key is unknown, refused or unreachable', async () => {
    const stranger = knownHostsFile(bed, target.knownHosts)
    const dead = await freePort('127.0.0.1')
    const cases: readonly [JumpHop[], string, string][] = [
      [[hop('bastion', outer, { knownHostsFiles: [stranger] })], 'bastion', 'HOST_KEY_UNKNOWN'],
      [[hop('bastion', outer, { port: dead })], 'bastion', 'HOST_REFUSED'],
      [[hop('bastion', outer), hop('second', inner, { user: 'nobody-here' })], 'second', 'HOST_AUTH_FAILED'],
      [[hop('bastion', outer), hop('second', inner, { port: dead })], 'second', 'HOST_REFUSED'],
    ]
    for (const [hops, name, hopCode] of cases) {
      const error = await failure(run(hops))
      expect({ code: error.code, details: error.details }).toEqual({
        code: 'HOST_JUMP_FAILED',
        details: expect.objectContaining({ hop: name, hopCode }),
      })
      expect(error.message).toContain(name)
    }
  })

  it('tells a refused host behind a jump host from a jump host that does not forward', async () => {
    const dead = await freePort('127.0.0.1')
    const refused = await failure(run([hop('bastion', outer)], { port: dead }))
    const prohibited = await failure(run([hop('closed', closedJump)]))
    expect([refused.code, prohibited.code]).toEqual(['HOST_REFUSED', 'HOST_JUMP_FAILED'])
    expect([prohibited.details['hop'], prohibited.message]).toEqual([
      'closed',
      expect.stringContaining('closed'),
    ])
  })

  it('checks the host key behind the jump host', async () => {
    const wrong = `[${target.address}]:${target.port} ${inner.knownHosts.split(' ').slice(1).join(' ')}`
    const error = await failure(
      run([hop('bastion', outer)], { knownHostsFiles: [knownHostsFile(bed, wrong)] }),
    )
    expect(error.code).toBe('HOST_KEY_CHANGED')
  })

  function hop(name: string, sshd: Sshd, more: Partial<ResolvedSsh> = {}): JumpHop {
    const settings = sshSettings(bed, { port: sshd.port, backend, knownHostsFiles: [known], ...more })
    return jumpHop(name, sshd.address, settings)
  }

  function hostBehind(hops: readonly JumpHop[], more: Partial<ResolvedSsh> = {}): ResolvedHost {
    const settings: Partial<ResolvedSsh> = {
      port: target.port,
      backend,
      knownHostsFiles: [known],
      jump: hops,
    }
    return sshHost(target.address, sshSettings(bed, { ...settings, ...more }))
  }

  async function run(hops: readonly JumpHop[], more: Partial<ResolvedSsh> = {}) {
    const connector = testConnector(bed)
    try {
      return await runOnce(connector, hostBehind(hops, more), request(['echo', 'in']))
    } finally {
      await connector.close()
    }
  }
})

describe.each(backends)('many at once over %s', (backend) => {
  const total = backend === 'ssh2' ? 60 : 20

  it(`opens ${total} connections to one sshd through one jump host without one failure`, async () => {
    const settings = (sshd: Sshd, more: Partial<ResolvedSsh> = {}): ResolvedSsh =>
      sshSettings(bed, {
        port: sshd.port,
        backend,
        knownHostsFiles: [known],
        connectTimeoutMs: 30_000,
        ...more,
      })
    const jump = [jumpHop('bastion', outer.address, settings(outer))]
    const connector = testConnector(bed)
    const hosts = Array.from({ length: total }, () => sshHost(target.address, settings(target, { jump })))
    const connected = await Promise.all(hosts.map((host) => connector.connect(host, { signal: never })))
    const results = await Promise.all(connected.map((host) => host.run(request(['echo', 'in']))))
    await connector.close()
    expect(results.filter(({ exitCode }) => exitCode === 0)).toHaveLength(total)
  })
})
