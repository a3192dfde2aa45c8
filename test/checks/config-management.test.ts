import { describe, expect, it } from 'vitest'
import { configManagement } from '../../checks/config-management.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('config-management', () => {
  it('passes a host that nobody manages', () => {
    expect(judge(configManagement, {}).status).toBe('pass')
  })

  it('names Puppet', () => {
    expect(
      judge(configManagement, {
        agents: { agents: [{ id: 'puppet', name: 'Puppet', evidence: 'unit puppet' }] },
      }),
    ).toMatchObject({ status: 'fail', severity: 'medium', here: { en: expect.stringContaining('Puppet') } })
  })

  it('is graver where it cannot be installed', () => {
    expect(
      judge(
        configManagement,
        { agents: { agents: [{ id: 'salt', name: 'Salt', evidence: 'unit salt-minion' }] } },
        { target: 'containeros' },
      ),
    ).toMatchObject({ status: 'fail', severity: 'high', here: { en: expect.stringContaining('Salt') } })
  })

  it('leaves other agents to their own check', () => {
    expect(
      judge(configManagement, { agents: { agents: [{ id: 'zabbix', name: 'Zabbix agent', evidence: 'x' }] } })
        .status,
    ).toBe('pass')
  })

  it.each([...configManagement.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(configManagement, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
