import { describe, expect, it } from 'vitest'
import { kubeletWithoutKubeadm } from '../../checks/kubelet-without-kubeadm.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('kubelet-without-kubeadm', () => {
  it('passes a node of kubeadm', () => {
    expect(judge(kubeletWithoutKubeadm, {}).status).toBe('pass')
  })

  it('fails on a node of another installer', () => {
    expect(judge(kubeletWithoutKubeadm, { kubeadm: { installed: false, role: null } })).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('1.26.15') },
    })
  })

  it('passes a control plane of kubeadm', () => {
    expect(judge(kubeletWithoutKubeadm, { kubeadm: { role: 'control-plane' } }).status).toBe('pass')
  })

  it.each(['k3s.service', 'rke2-agent.service', 'kube-apiserver.service'])(
    'fails on a node of %s, whose role is known',
    (unit) => {
      const kubeadm = { role: 'control-plane' as const, files: [unit] }
      expect(judge(kubeletWithoutKubeadm, { kubeadm }).status).toBe('fail')
    },
  )

  it('has nothing to say without a kubelet', () => {
    expect(judge(kubeletWithoutKubeadm, { kubelet: { installed: false } }).status).toBe('not-applicable')
  })

  it.each([...kubeletWithoutKubeadm.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(kubeletWithoutKubeadm, fact)).toMatchObject({
      status: 'unknown',
      missing: [{ fact }],
    })
  })
})
