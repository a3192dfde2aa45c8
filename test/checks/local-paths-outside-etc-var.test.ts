import { describe, expect, it } from 'vitest'
import { localPathsOutsideEtcVar } from '../../checks/local-paths-outside-etc-var.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('local-paths-outside-etc-var', () => {
  it('passes without own files', () => {
    expect(judge(localPathsOutsideEtcVar, {}).status).toBe('pass')
  })

  it('names software in /opt', () => {
    expect(
      judge(localPathsOutsideEtcVar, {
        localPaths: { entries: [{ path: '/opt/app', kind: 'directory', package: null }] },
      }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('/opt/app') } })
  })

  it('accepts what is below /var', () => {
    expect(
      judge(localPathsOutsideEtcVar, {
        localPaths: { entries: [{ path: '/var/app', kind: 'directory', package: null }] },
      }).status,
    ).toBe('pass')
  })

  it('leaves the network plugin to its own check', () => {
    expect(
      judge(localPathsOutsideEtcVar, {
        localPaths: {
          entries: [
            { path: '/opt/cni/bin', kind: 'directory', package: null },
            { path: '/opt', kind: 'directory', package: null },
          ],
        },
      }).status,
    ).toBe('pass')
  })

  it('never passes a list that was cut', () => {
    expect(judge(localPathsOutsideEtcVar, { localPaths: { truncated: true } })).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('0+ paths') },
    })
  })

  it('does not take /variant for /var', () => {
    expect(
      judge(localPathsOutsideEtcVar, {
        localPaths: { entries: [{ path: '/variant', kind: 'directory', package: null }] },
      }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('/variant') } })
  })

  it('expects what belongs to the container runtime', () => {
    expect(
      judge(localPathsOutsideEtcVar, {
        localPaths: { entries: [{ path: '/opt/containerd', kind: 'directory', package: 'containerd.io' }] },
      }).status,
    ).toBe('pass')
  })

  it.each([...localPathsOutsideEtcVar.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(localPathsOutsideEtcVar, fact)).toMatchObject({
      status: 'unknown',
      missing: [{ fact }],
    })
  })
})
