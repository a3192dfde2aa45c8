import { describe, expect, it } from 'vitest'
import { firewallRulesCarried } from '../../checks/firewall-rules-carried.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('firewall-rules-carried', () => {
  it('passes without a firewall service', () => {
    expect(judge(firewallRulesCarried, {}).status).toBe('pass')
  })

  it('names firewalld', () => {
    expect(judge(firewallRulesCarried, { firewall: { firewalldActive: true } })).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('firewalld') },
    })
  })

  it('counts one that is enabled but stopped', () => {
    expect(judge(firewallRulesCarried, { firewall: { firewalldEnabled: true } })).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('firewalld') },
    })
  })

  it('does not take the rules of the network plugin for the host’s', () => {
    expect(
      judge(firewallRulesCarried, { firewall: { iptablesRules: 5000, nftTables: ['ip kube-proxy'] } }).status,
    ).toBe('pass')
  })

  it.each([...firewallRulesCarried.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(firewallRulesCarried, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
