import { describe, expect, it } from 'vitest'
import { proxySettings } from '../../checks/proxy-settings.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('proxy-settings', () => {
  it('passes without a proxy', () => {
    expect(judge(proxySettings, {}).status).toBe('pass')
  })

  it('names the file', () => {
    expect(
      judge(proxySettings, {
        proxy: { settings: [{ file: '/etc/dnf/dnf.conf', key: 'proxy', value: 'http://proxy:3128' }] },
      }),
    ).toMatchObject({
      status: 'fail',
      severity: 'low',
      here: { en: expect.stringContaining('/etc/dnf/dnf.conf') },
    })
  })

  it('is graver for a new system', () => {
    expect(
      judge(
        proxySettings,
        {
          proxy: { settings: [{ file: '/etc/environment', key: 'https_proxy', value: 'http://proxy:3128' }] },
        },
        { target: 'containeros' },
      ),
    ).toMatchObject({
      status: 'fail',
      severity: 'medium',
      here: { en: expect.stringContaining('/etc/environment') },
    })
  })

  it('names a file once', () => {
    expect(
      judge(proxySettings, {
        proxy: {
          settings: [
            { file: '/etc/environment', key: 'http_proxy', value: 'a' },
            { file: '/etc/environment', key: 'https_proxy', value: 'b' },
          ],
        },
      }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('in /etc/environment.') } })
  })

  it.each([...proxySettings.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(proxySettings, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
