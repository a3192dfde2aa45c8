import { describe, expect, it } from 'vitest'
import { deprecatedKubeletFlags } from '../../checks/deprecated-kubelet-flags.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('deprecated-kubelet-flags', () => {
  it('passes current flags', () => {
    expect(judge(deprecatedKubeletFlags, {}).status).toBe('pass')
  })

  it('names a flag of dockershim', () => {
    expect(judge(deprecatedKubeletFlags, { kubelet: { args: ['--network-plugin=cni'] } })).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('--network-plugin (removed in 1.24)') },
    })
  })

  it('names --container-runtime=remote', () => {
    expect(
      judge(deprecatedKubeletFlags, { kubelet: { args: ['--container-runtime=remote'] } }),
    ).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('--container-runtime (removed in 1.27)') },
    })
  })

  it('tells it from --container-runtime-endpoint', () => {
    expect(
      judge(deprecatedKubeletFlags, {
        kubelet: { args: ['--container-runtime-endpoint=unix:///run/containerd/containerd.sock'] },
      }).status,
    ).toBe('pass')
  })

  it('has nothing to say without a kubelet', () => {
    expect(judge(deprecatedKubeletFlags, { kubelet: { installed: false } }).status).toBe('not-applicable')
  })

  it.each([...deprecatedKubeletFlags.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(deprecatedKubeletFlags, fact)).toMatchObject({
      status: 'unknown',
      missing: [{ fact }],
    })
  })
})
