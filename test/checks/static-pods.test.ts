import { describe, expect, it } from 'vitest'
import { staticPods } from '../../checks/static-pods.ts'
import { judge, judgeDegraded, judgeWithout } from '../support/judge.ts'

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

  it('is unknown when the kubelet’s own directory was not listed', () => {
    const path = '/etc/kubernetes/manifest'
    expect(judge(staticPods, { kubelet: { staticPodPath: path } })).toMatchObject({
      status: 'unknown',
      reason: { en: expect.stringContaining(path), zh: expect.stringContaining(path) },
    })
    const kubeadm = { staticPodDirectories: ['/etc/kubernetes/manifests', path] }
    expect(judge(staticPods, { kubelet: { staticPodPath: `${path}/` }, kubeadm }).status).toBe('pass')
  })

  it('names a pod that is there although another directory was not listed', () => {
    expect(
      judge(staticPods, {
        kubelet: { staticPodPath: '/data/pods' },
        kubeadm: { staticPods: ['/etc/kubernetes/manifests/haproxy.yaml'] },
      }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('haproxy.yaml') } })
  })

  it('passes a kubelet without a directory, unless its settings could not be read', () => {
    expect(judge(staticPods, { kubelet: { staticPodPath: null } }).status).toBe('pass')
    expect(judge(staticPods, { kubelet: { staticPodPath: null, configRead: false } }).status).toBe('unknown')
    expect(judgeDegraded(staticPods, 'kubelet', { kubelet: { staticPodPath: null } }).status).toBe('unknown')
    expect(judgeDegraded(staticPods, 'kubelet').status).toBe('pass')
  })

  it('passes a host without a kubelet', () => {
    const kubelet = { installed: false, staticPodPath: null, configRead: false }
    expect(judge(staticPods, { kubelet }).status).toBe('pass')
  })

  it.each([...staticPods.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(staticPods, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
