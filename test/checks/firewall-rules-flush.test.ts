import { describe, expect, it } from 'vitest'
import { firewallRulesFlush } from '../../checks/firewall-rules-flush.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('firewall-rules-flush', () => {
  it('passes a node without a firewall service', () => {
    expect(judge(firewallRulesFlush, {}).status).toBe('pass')
  })

  it('warns of firewalld on a node', () => {
    expect(judge(firewallRulesFlush, { firewall: { firewalldActive: true } })).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('firewalld') },
    })
  })

  it('warns of the iptables service', () => {
    expect(judge(firewallRulesFlush, { firewall: { iptablesServiceEnabled: true } })).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('iptables') },
    })
  })

  it('has nothing to say without a kubelet', () => {
    expect(
      judge(firewallRulesFlush, { firewall: { firewalldActive: true }, kubelet: { installed: false } })
        .status,
    ).toBe('not-applicable')
  })

  it.each([...firewallRulesFlush.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(firewallRulesFlush, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
