import { describe, expect, it } from 'vitest'
import { cgroupDriverMismatch } from '../../checks/cgroup-driver-mismatch.ts'
import { healthySystem } from '../support/healthy-system.ts'
import { judge, judgeDegraded, judgeWithout } from '../support/judge.ts'
import { dockerNode } from '../support/runtimes.ts'

const healthyContainerd = healthySystem.containerRuntimes.containerd!

describe('cgroup-driver-mismatch', () => {
  it('passes systemd on both sides', () => {
    expect(judge(cgroupDriverMismatch, {}).status).toBe('pass')
  })

  it('blocks when containerd uses cgroupfs', () => {
    expect(
      judge(cgroupDriverMismatch, {
        containerRuntimes: { containerd: { ...healthyContainerd, systemdCgroup: false } },
      }),
    ).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('kubelet: systemd; containerd: cgroupfs.') },
    })
  })

  it('takes an unset kubelet for cgroupfs', () => {
    expect(judge(cgroupDriverMismatch, { kubelet: { cgroupDriver: null } })).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('cgroupfs (its default)') },
    })
  })

  it('passes cgroupfs on both sides', () => {
    expect(
      judge(cgroupDriverMismatch, {
        kubelet: { cgroupDriver: 'cgroupfs' },
        containerRuntimes: { containerd: { ...healthyContainerd, systemdCgroup: null } },
      }).status,
    ).toBe('pass')
  })

  it('compares with Docker when the kubelet uses it', () => {
    expect(
      judge(cgroupDriverMismatch, {
        kubelet: { runtimeEndpoint: null },
        containerRuntimes: { docker: { ...dockerNode, cgroupDriver: 'cgroupfs' } },
      }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('docker: cgroupfs') } })
  })

  it('is unknown when the runtime’s driver was not read', () => {
    expect(
      judge(cgroupDriverMismatch, {
        kubelet: { runtimeEndpoint: null },
        containerRuntimes: { docker: { ...dockerNode, cgroupDriver: null } },
      }).status,
    ).toBe('unknown')
  })

  it('has nothing to say without a kubelet', () => {
    expect(judge(cgroupDriverMismatch, { kubelet: { installed: false } }).status).toBe('not-applicable')
  })

  it('does not guess a default that it may only not have read', () => {
    const result = judgeDegraded(cgroupDriverMismatch, 'kubelet', { kubelet: { cgroupDriver: null } })
    expect(result).toMatchObject({ status: 'unknown', reason: { en: expect.stringContaining('kubelet') } })
  })

  it('blocks nobody for settings of a runtime that were not read', () => {
    const containerd = { ...healthyContainerd, systemdCgroup: false }
    const result = judgeDegraded(cgroupDriverMismatch, 'containerRuntimes', {
      containerRuntimes: { containerd },
    })
    expect(result).toMatchObject({ status: 'unknown', reason: { en: expect.stringContaining('containerd') } })
  })

  it('does not guess the default of a kubelet whose configuration was hidden', () => {
    const kubelet = { cgroupDriver: null, configRead: false }
    expect(judge(cgroupDriverMismatch, { kubelet }).status).toBe('unknown')
  })

  it.each([...cgroupDriverMismatch.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(cgroupDriverMismatch, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
