import { describe, expect, it } from 'vitest'
import { cgroupfsDriver } from '../../checks/cgroupfs-driver.ts'
import { judge, judgeDegraded, judgeWithout } from '../support/judge.ts'

describe('cgroupfs-driver', () => {
  it('passes systemd', () => {
    expect(judge(cgroupfsDriver, {}).status).toBe('pass')
  })

  it('is mild on cgroup v1', () => {
    expect(judge(cgroupfsDriver, { kubelet: { cgroupDriver: 'cgroupfs' } })).toMatchObject({
      status: 'fail',
      severity: 'low',
      here: { en: expect.stringContaining('cgroupfs') },
    })
  })

  it('is graver on cgroup v2', () => {
    expect(
      judge(cgroupfsDriver, { kubelet: { cgroupDriver: 'cgroupfs' }, cgroup: { mode: 'v2' } }),
    ).toMatchObject({
      status: 'fail',
      severity: 'medium',
      here: { en: expect.stringContaining('cgroup v2') },
    })
  })

  it('takes unset for cgroupfs', () => {
    expect(
      judge(cgroupfsDriver, { kubelet: { cgroupDriver: null } }, { target: 'containeros' }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('not set') } })
  })

  it('has nothing to say without a kubelet', () => {
    expect(judge(cgroupfsDriver, { kubelet: { installed: false } }).status).toBe('not-applicable')
  })

  it('does not guess a default that it may only not have read', () => {
    const result = judgeDegraded(cgroupfsDriver, 'kubelet', { kubelet: { cgroupDriver: null } })
    expect(result.status).toBe('unknown')
  })

  it.each([...cgroupfsDriver.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(cgroupfsDriver, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
