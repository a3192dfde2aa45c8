import { describe, expect, it } from 'vitest'
import { installerOsIdentity } from '../../checks/installer-os-identity.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('installer-os-identity', () => {
  it('tells every node', () => {
    expect(judge(installerOsIdentity, {})).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('1.26.15') },
    })
  })

  it('passes a host without a kubelet', () => {
    expect(judge(installerOsIdentity, { kubelet: { installed: false } }).status).toBe('pass')
  })

  it('does not need the version', () => {
    expect(judge(installerOsIdentity, { kubelet: { version: null } })).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('was installed on CentOS') },
    })
  })

  it('tells the control plane, too', () => {
    expect(judge(installerOsIdentity, { kubeadm: { role: 'control-plane' } })).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('check the tool') },
    })
  })

  it.each([...installerOsIdentity.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(installerOsIdentity, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
