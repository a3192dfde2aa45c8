import { describe, expect, it } from 'vitest'
import { controlPlaneRole } from '../../checks/control-plane-role.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('control-plane-role', () => {
  it('passes a worker', () => {
    expect(judge(controlPlaneRole, {}).status).toBe('pass')
  })

  it('names the static pods', () => {
    expect(
      judge(controlPlaneRole, { kubeadm: { role: 'control-plane', staticPods: ['kube-apiserver.yaml'] } }),
    ).toMatchObject({
      status: 'fail',
      severity: 'medium',
      here: { en: expect.stringContaining('kube-apiserver.yaml') },
    })
  })

  it('is graver for a rewrite', () => {
    expect(
      judge(controlPlaneRole, { kubeadm: { role: 'control-plane' } }, { target: 'containeros' }),
    ).toMatchObject({
      status: 'fail',
      severity: 'high',
      here: { en: expect.stringContaining('none listed') },
    })
  })

  it('passes a host without a cluster', () => {
    expect(judge(controlPlaneRole, { kubeadm: { role: null } }).status).toBe('pass')
  })

  it('names the unit of an API server that is no static pod', () => {
    expect(
      judge(controlPlaneRole, {
        kubeadm: { role: 'control-plane', files: ['/etc/kubernetes/kubelet.conf', 'k3s.service'] },
      }),
    ).toMatchObject({
      status: 'fail',
      here: {
        en: 'Static pods: none listed. Units: k3s.service.',
        zh: expect.stringContaining('k3s.service'),
      },
    })
  })

  it.each([...controlPlaneRole.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(controlPlaneRole, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
