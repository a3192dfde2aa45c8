import { describe, expect, it } from 'vitest'
import { iptablesLegacyBackend } from '../../checks/iptables-legacy-backend.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('iptables-legacy-backend', () => {
  it('passes the nf_tables back end', () => {
    expect(judge(iptablesLegacyBackend, {}).status).toBe('pass')
  })

  it('names the legacy one', () => {
    expect(
      judge(iptablesLegacyBackend, { firewall: { iptablesBackend: 'legacy', iptablesRules: 12 } }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('12 rules') } })
  })

  it('has nothing to say without iptables', () => {
    expect(judge(iptablesLegacyBackend, { firewall: { iptablesBackend: null } }).status).toBe(
      'not-applicable',
    )
  })

  it('names it when the rules could not be counted', () => {
    expect(
      judge(iptablesLegacyBackend, { firewall: { iptablesBackend: 'legacy', iptablesRules: null } }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('0 rules') } })
  })

  it.each([...iptablesLegacyBackend.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(iptablesLegacyBackend, fact)).toMatchObject({
      status: 'unknown',
      missing: [{ fact }],
    })
  })
})
