import { describe, expect, it } from 'vitest'
import { kubeletResolvConf } from '../../checks/kubelet-resolv-conf.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('kubelet-resolv-conf', () => {
  it('passes /etc/resolv.conf', () => {
    expect(judge(kubeletResolvConf, {}).status).toBe('pass')
  })

  it('fails on the file of systemd-resolved', () => {
    expect(
      judge(kubeletResolvConf, { kubelet: { resolvConf: '/run/systemd/resolve/resolv.conf' } }),
    ).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('/run/systemd/resolve/resolv.conf') },
    })
  })

  it('passes the default', () => {
    expect(judge(kubeletResolvConf, { kubelet: { resolvConf: null } }).status).toBe('pass')
  })

  it('accepts an empty value, which means none', () => {
    expect(judge(kubeletResolvConf, { kubelet: { resolvConf: '' } }).status).toBe('pass')
  })

  it('has nothing to say without a kubelet', () => {
    expect(judge(kubeletResolvConf, { kubelet: { installed: false } }).status).toBe('not-applicable')
  })

  it('is unknown when the configuration was not read', () => {
    const kubelet = { resolvConf: null, configRead: false }
    expect(judge(kubeletResolvConf, { kubelet }).status).toBe('unknown')
  })

  it.each([...kubeletResolvConf.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(kubeletResolvConf, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
