import { describe, expect, it } from 'vitest'
import { dhcpClientIdentity } from '../../checks/dhcp-client-identity.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('dhcp-client-identity', () => {
  it('passes a reservation by MAC', () => {
    expect(judge(dhcpClientIdentity, {}).status).toBe('pass')
  })

  it('names a client id of ifcfg', () => {
    expect(
      judge(dhcpClientIdentity, {
        networkConfig: {
          ifcfg: [{ file: 'ifcfg-eth0', device: 'eth0', settings: { DHCP_CLIENT_ID: 'node-7' } }],
        },
      }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('DHCP_CLIENT_ID=node-7') } })
  })

  it('names one of a keyfile with its section', () => {
    expect(
      judge(dhcpClientIdentity, {
        networkConfig: {
          keyfiles: [
            {
              file: 'eth0.nmconnection',
              id: 'eth0',
              type: 'ethernet',
              interface: 'eth0',
              settings: { 'ipv4.dhcp-client-id': 'node-7' },
            },
          ],
        },
      }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('dhcp-client-id') } })
  })

  it('counts an address by DHCPv6', () => {
    expect(
      judge(dhcpClientIdentity, {
        addresses: {
          addresses: [
            {
              interface: 'eth0',
              family: 6,
              address: '2001:db8::7',
              prefix: 128,
              scope: 'global',
              dynamic: true,
            },
          ],
        },
      }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('2001:db8::7/128') } })
  })

  it('accepts an address by router advertisement', () => {
    expect(
      judge(dhcpClientIdentity, {
        addresses: {
          addresses: [
            {
              interface: 'eth0',
              family: 6,
              address: '2001:db8::7',
              prefix: 64,
              scope: 'global',
              dynamic: true,
            },
          ],
        },
      }).status,
    ).toBe('pass')
  })

  it.each([...dhcpClientIdentity.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(dhcpClientIdentity, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
