import { describe, expect, it } from 'vitest'
import { legacyRouteFiles } from '../../checks/legacy-route-files.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('legacy-route-files', () => {
  it('passes without route files', () => {
    expect(judge(legacyRouteFiles, {}).status).toBe('pass')
  })

  it('names a route file', () => {
    expect(
      judge(legacyRouteFiles, {
        networkConfig: { routeFiles: ['/etc/sysconfig/network-scripts/route-eth0'] },
      }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('route-eth0') } })
  })

  it('counts a rule file', () => {
    expect(
      judge(legacyRouteFiles, {
        networkConfig: { routeFiles: ['/etc/sysconfig/network-scripts/rule-eth0'] },
      }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('rule-eth0') } })
  })

  it('leaves scripts to their own check', () => {
    expect(judge(legacyRouteFiles, { networkConfig: { scripts: ['/sbin/ifup-local'] } }).status).toBe('pass')
  })

  it.each([...legacyRouteFiles.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(legacyRouteFiles, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
