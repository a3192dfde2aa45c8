import { describe, expect, it } from 'vitest'
import { dnsLocalResolver } from '../../checks/dns-local-resolver.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('dns-local-resolver', () => {
  it('passes servers of the network', () => {
    expect(judge(dnsLocalResolver, {}).status).toBe('pass')
  })

  it('fails on the stub of systemd-resolved', () => {
    expect(
      judge(dnsLocalResolver, {
        dns: { servers: ['127.0.0.53'], resolvConfTarget: '../run/systemd/resolve/stub-resolv.conf' },
      }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('127.0.0.53') } })
  })

  it('fails on a resolver of the host', () => {
    expect(judge(dnsLocalResolver, { dns: { servers: ['127.0.0.1', '10.0.0.2'] } })).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('nameserver 127.0.0.1') },
    })
  })

  it('accepts a link to NetworkManager’s file', () => {
    expect(
      judge(dnsLocalResolver, { dns: { resolvConfTarget: '/run/NetworkManager/resolv.conf' } }).status,
    ).toBe('pass')
  })

  it('does not take 10.127.0.1 for a local address', () => {
    expect(judge(dnsLocalResolver, { dns: { servers: ['10.127.0.1'] } }).status).toBe('pass')
  })

  it.each([...dnsLocalResolver.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(dnsLocalResolver, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
