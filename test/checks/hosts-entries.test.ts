import { describe, expect, it } from 'vitest'
import { hostsEntries } from '../../checks/hosts-entries.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('hosts-entries', () => {
  it('passes without entries', () => {
    expect(judge(hostsEntries, {}).status).toBe('pass')
  })

  it('names what only this file knows', () => {
    expect(
      judge(hostsEntries, {
        dns: { hostsEntries: [{ address: '10.0.0.5', names: ['sea.hub', 'apiserver.cluster.local'] }] },
      }),
    ).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('sea.hub, apiserver.cluster.local') },
    })
  })

  it('does not count the host’s own name', () => {
    expect(
      judge(hostsEntries, {
        dns: { hostsEntries: [{ address: '10.0.0.11', names: ['worker-1', 'worker-1.example.com'] }] },
      }).status,
    ).toBe('pass')
  })

  it('counts an alias beside the own name', () => {
    expect(
      judge(hostsEntries, {
        dns: { hostsEntries: [{ address: '10.0.0.11', names: ['worker-1', 'registry.local'] }] },
      }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('registry.local') } })
  })

  it.each([...hostsEntries.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(hostsEntries, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
