import { describe, expect, it } from 'vitest'
import { koordinatorHostPaths } from '../../checks/koordinator-host-paths.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('koordinator-host-paths', () => {
  it('passes without Koordinator', () => {
    expect(judge(koordinatorHostPaths, {}).status).toBe('pass')
  })

  it('warns of its host path', () => {
    expect(
      judge(koordinatorHostPaths, {
        cloudNative: { systems: [{ id: 'koordinator', evidence: '/var/run/koordlet' }] },
      }),
    ).toMatchObject({
      status: 'fail',
      severity: 'medium',
      here: { en: expect.stringContaining('/var/run/koordlet') },
    })
  })

  it('is graver when the kubelet uses its proxy', () => {
    expect(
      judge(koordinatorHostPaths, {
        cloudNative: { systems: [{ id: 'koordinator', evidence: 'x' }] },
        kubelet: { runtimeEndpoint: 'unix:///var/run/koord-runtimeproxy/runtimeproxy.sock' },
      }),
    ).toMatchObject({
      status: 'fail',
      severity: 'high',
      here: { en: expect.stringContaining('runtime proxy') },
    })
  })

  it('does not mind other systems', () => {
    expect(
      judge(koordinatorHostPaths, { cloudNative: { systems: [{ id: 'sealer', evidence: 'x' }] } }).status,
    ).toBe('pass')
  })

  it.each([...koordinatorHostPaths.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(koordinatorHostPaths, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
