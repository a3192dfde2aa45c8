import { describe, expect, it } from 'vitest'
import { staticPods } from '../../checks/static-pods.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('static-pods', () => {
  it('passes a worker without static pods', () => {
    expect(judge(staticPods, {}).status).toBe('pass')
  })

  it('names a load balancer', () => {
    expect(judge(staticPods, { kubeadm: { staticPods: ['kube-lvscare.yaml'] } })).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('kube-lvscare.yaml') },
    })
  })

  it('expects the control plane’s own', () => {
    expect(
      judge(staticPods, {
        kubeadm: {
          staticPods: [
            'etcd.yaml',
            'kube-apiserver.yaml',
            'kube-controller-manager.yaml',
            'kube-scheduler.yaml',
          ],
        },
      }).status,
    ).toBe('pass')
  })

  it('does not take kube-apiserver-proxy for it', () => {
    expect(judge(staticPods, { kubeadm: { staticPods: ['kube-apiserver-proxy.yaml'] } })).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('kube-apiserver-proxy.yaml') },
    })
  })

  it.each([...staticPods.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(staticPods, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
