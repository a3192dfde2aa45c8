import { describe, expect, it } from 'vitest'
import { hostPluginsOutsideVar } from '../../checks/host-plugins-outside-var.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('host-plugins-outside-var', () => {
  it('passes without such plugins', () => {
    expect(judge(hostPluginsOutsideVar, {}).status).toBe('pass')
  })

  it('names NRI plugins', () => {
    expect(
      judge(hostPluginsOutsideVar, {
        cloudNative: { systems: [{ id: 'nri', evidence: '/opt/nri/plugins' }] },
      }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('nri (/opt/nri/plugins)') } })
  })

  it('names several', () => {
    expect(
      judge(hostPluginsOutsideVar, {
        cloudNative: {
          systems: [
            { id: 'stargz', evidence: 'x' },
            { id: 'overlaybd', evidence: 'y' },
          ],
        },
      }),
    ).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('stargz (/usr/local/bin), overlaybd (/opt/overlaybd)') },
    })
  })

  it('leaves systems with a check of their own alone', () => {
    expect(
      judge(hostPluginsOutsideVar, {
        cloudNative: {
          systems: [
            { id: 'nydus', evidence: 'x' },
            { id: 'fluid', evidence: 'y' },
          ],
        },
      }).status,
    ).toBe('pass')
  })

  it.each([...hostPluginsOutsideVar.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(hostPluginsOutsideVar, fact)).toMatchObject({
      status: 'unknown',
      missing: [{ fact }],
    })
  })
})
