import { describe, expect, it } from 'vitest'
import { kubeletConfigPaths } from '../../checks/kubelet-config-paths.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('kubelet-config-paths', () => {
  it('passes kubeadm’s paths', () => {
    expect(judge(kubeletConfigPaths, {}).status).toBe('pass')
  })

  it('names a flag with a path in /opt', () => {
    expect(
      judge(kubeletConfigPaths, {
        kubelet: { args: ['--kubeconfig=/opt/kubernetes/cfg/kubelet.kubeconfig'] },
      }),
    ).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('--kubeconfig=/opt/kubernetes/cfg/kubelet.kubeconfig') },
    })
  })

  it('names a configuration file elsewhere', () => {
    expect(
      judge(kubeletConfigPaths, { kubelet: { args: [], configFile: '/usr/local/kubelet.yaml' } }),
    ).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('--config=/usr/local/kubelet.yaml') },
    })
  })

  it('leaves the root directory to its own check', () => {
    expect(judge(kubeletConfigPaths, { kubelet: { args: ['--root-dir=/data/kubelet'] } }).status).toBe('pass')
  })

  it('does not take a socket URL for a path', () => {
    expect(
      judge(kubeletConfigPaths, {
        kubelet: { args: ['--container-runtime-endpoint=unix:///run/containerd/containerd.sock'] },
      }).status,
    ).toBe('pass')
  })

  it('has nothing to say without a kubelet', () => {
    expect(judge(kubeletConfigPaths, { kubelet: { installed: false } }).status).toBe('not-applicable')
  })

  it('is unknown when the configuration was not read', () => {
    const kubelet = { staticPodPath: null, configRead: false }
    expect(judge(kubeletConfigPaths, { kubelet }).status).toBe('unknown')
  })

  it.each([...kubeletConfigPaths.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(kubeletConfigPaths, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
