import { describe, expect, it } from 'vitest'
import { thirdPartyAgents } from '../../checks/third-party-agents.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('third-party-agents', () => {
  it('passes without agents', () => {
    expect(judge(thirdPartyAgents, {}).status).toBe('pass')
  })

  it('is mild on the same kernel', () => {
    expect(
      judge(thirdPartyAgents, {
        agents: { agents: [{ id: 'zabbix', name: 'Zabbix agent', evidence: 'package zabbix-agent' }] },
      }),
    ).toMatchObject({
      status: 'fail',
      severity: 'low',
      here: { en: expect.stringContaining('Zabbix agent') },
    })
  })

  it('is graver on another kernel', () => {
    expect(
      judge(
        thirdPartyAgents,
        { agents: { agents: [{ id: 'falco', name: 'Falco', evidence: 'package falco' }] } },
        { target: 'anolis-anck' },
      ),
    ).toMatchObject({ status: 'fail', severity: 'medium', here: { en: expect.stringContaining('Falco') } })
  })

  it('is grave on a read-only system', () => {
    expect(
      judge(
        thirdPartyAgents,
        { agents: { agents: [{ id: 'falco', name: 'Falco', evidence: 'package falco' }] } },
        { target: 'containeros' },
      ),
    ).toMatchObject({ status: 'fail', severity: 'high', here: { en: expect.stringContaining('Falco') } })
  })

  it('leaves configuration management to its own check', () => {
    expect(
      judge(thirdPartyAgents, {
        agents: { agents: [{ id: 'puppet', name: 'Puppet', evidence: 'package puppet-agent' }] },
      }).status,
    ).toBe('pass')
  })

  it.each([...thirdPartyAgents.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(thirdPartyAgents, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
