import { describe, expect, it } from 'vitest'
import { staticNetworkIdentity } from '../../checks/static-network-identity.ts'
import { nic } from '../support/healthy-node.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('static-network-identity', () => {
  it('passes a host that gets its address by DHCP', () => {
    expect(judge(staticNetworkIdentity, {}).status).toBe('pass')
  })

  it('names static addresses', () => {
    expect(
      judge(staticNetworkIdentity, {
        addresses: {
          addresses: [
            {
              interface: 'eth0',
              family: 4,
              address: '10.0.0.11',
              prefix: 24,
              scope: 'global',
              dynamic: false,
            },
          ],
        },
      }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('eth0 10.0.0.11/24') } })
  })

  it('does not count link-local addresses', () => {
    expect(
      judge(staticNetworkIdentity, {
        addresses: {
          addresses: [
            { interface: 'eth0', family: 6, address: 'fe80::1', prefix: 64, scope: 'link', dynamic: false },
          ],
        },
      }).status,
    ).toBe('pass')
  })

  it('does not count the bridges of container networks', () => {
    expect(
      judge(staticNetworkIdentity, {
        nics: { interfaces: [nic({ name: 'cni0', kind: 'bridge' })] },
        addresses: {
          addresses: [
            {
              interface: 'cni0',
              family: 4,
              address: '10.244.1.1',
              prefix: 24,
              scope: 'global',
              dynamic: false,
            },
          ],
        },
      }).status,
    ).toBe('pass')
  })

  it('counts addresses of a bond', () => {
    expect(
      judge(staticNetworkIdentity, {
        nics: { interfaces: [nic({ name: 'bond0', kind: 'bond', mac: '52:54:00:00:00:01' })] },
        addresses: {
          addresses: [
            {
              interface: 'bond0',
              family: 6,
              address: '2001:db8::1',
              prefix: 64,
              scope: 'global',
              dynamic: false,
            },
          ],
        },
      }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('bond0 2001:db8::1/64') } })
  })

  it.each([...staticNetworkIdentity.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(staticNetworkIdentity, fact)).toMatchObject({
      status: 'unknown',
      missing: [{ fact }],
    })
  })
})
