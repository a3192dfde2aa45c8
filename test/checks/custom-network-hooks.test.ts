import { describe, expect, it } from 'vitest'
import { customNetworkHooks } from '../../checks/custom-network-hooks.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('custom-network-hooks', () => {
  it('passes without own files', () => {
    expect(judge(customNetworkHooks, {}).status).toBe('pass')
  })

  it('names a dispatcher script', () => {
    expect(
      judge(customNetworkHooks, {
        networkConfig: { scripts: ['/etc/NetworkManager/dispatcher.d/99-routes'] },
      }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('99-routes') } })
  })

  it('counts udev rules', () => {
    expect(
      judge(customNetworkHooks, { networkConfig: { udevNetRules: ['/etc/udev/rules.d/70-net.rules'] } }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('70-net.rules') } })
  })

  it('leaves route files to their own check', () => {
    expect(
      judge(customNetworkHooks, {
        networkConfig: { routeFiles: ['/etc/sysconfig/network-scripts/route-eth0'] },
      }).status,
    ).toBe('pass')
  })

  it.each([...customNetworkHooks.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(customNetworkHooks, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
