import { describe, expect, it } from 'vitest'
import { nodeNameOverride } from '../../checks/node-name-override.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('node-name-override', () => {
  it('passes the host name', () => {
    expect(judge(nodeNameOverride, {}).status).toBe('pass')
  })

  it('names both', () => {
    expect(judge(nodeNameOverride, { kubelet: { nodeName: '10.0.0.11' } })).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('Node 10.0.0.11, host name worker-1.') },
    })
  })

  it('does not mind capitals', () => {
    expect(
      judge(nodeNameOverride, {
        kubelet: { nodeName: 'worker-1' },
        identity: { hostname: 'Worker-1', staticHostname: null },
      }).status,
    ).toBe('pass')
  })

  it('has nothing to say when the name is not known', () => {
    expect(judge(nodeNameOverride, { kubelet: { nodeName: null } }).status).toBe('not-applicable')
  })

  it('accepts the static name when DHCP set another', () => {
    expect(judge(nodeNameOverride, { identity: { hostname: 'ip-10-0-0-11' } }).status).toBe('pass')
  })

  it.each([...nodeNameOverride.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(nodeNameOverride, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
