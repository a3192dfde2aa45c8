import { describe, expect, it } from 'vitest'
import { kubernetesVersionSkew } from '../../checks/kubernetes-version-skew.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('kubernetes-version-skew', () => {
  it('passes equal versions', () => {
    expect(judge(kubernetesVersionSkew, {}).status).toBe('pass')
  })

  it('fails when the kubelet is newer', () => {
    expect(judge(kubernetesVersionSkew, { kubelet: { version: '1.27.1' } })).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('kubelet 1.27.1, kubeadm 1.26.15') },
    })
  })

  it('passes one older', () => {
    expect(judge(kubernetesVersionSkew, { kubelet: { version: '1.25.1' } }).status).toBe('pass')
  })

  it('fails on two older', () => {
    expect(judge(kubernetesVersionSkew, { kubelet: { version: '1.24.1' } })).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('kubelet 1.24.1') },
    })
  })

  it('passes three older since 1.28', () => {
    expect(
      judge(kubernetesVersionSkew, { kubelet: { version: '1.25.1' }, kubeadm: { version: 'v1.28.0' } })
        .status,
    ).toBe('pass')
  })

  it('fails on four older', () => {
    expect(
      judge(kubernetesVersionSkew, { kubelet: { version: '1.24.1' }, kubeadm: { version: 'v1.28.0' } }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('kubelet 1.24.1') } })
  })

  it('has nothing to say without kubeadm', () => {
    const kubeadm = { installed: false, version: null }
    expect(judge(kubernetesVersionSkew, { kubeadm }).status).toBe('not-applicable')
  })

  it.each(['kubelet', 'kubeadm'] as const)('is unknown when the version of %s is not known', (fact) => {
    expect(judge(kubernetesVersionSkew, { [fact]: { version: null } }).status).toBe('unknown')
  })

  it.each([...kubernetesVersionSkew.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(kubernetesVersionSkew, fact)).toMatchObject({
      status: 'unknown',
      missing: [{ fact }],
    })
  })
})
