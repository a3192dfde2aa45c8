import { describe, expect, it } from 'vitest'
import { packageExcludes } from '../../checks/package-excludes.ts'
import { repository } from '../support/healthy-system.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('package-excludes', () => {
  it('passes without excludes', () => {
    expect(judge(packageExcludes, {}).status).toBe('pass')
  })

  it('is grave when the kernel is excluded', () => {
    expect(judge(packageExcludes, { dnfConfig: { exclude: ['kernel*'] } })).toMatchObject({
      status: 'fail',
      severity: 'high',
      here: { en: expect.stringContaining('target’s kernel') },
    })
  })

  it('is grave when a repository holds the kubelet', () => {
    expect(
      judge(packageExcludes, {
        repositories: { repositories: [repository({ id: 'kubernetes', exclude: ['kubelet', 'kubeadm'] })] },
      }),
    ).toMatchObject({ status: 'fail', severity: 'high', here: { en: expect.stringContaining('kubelet') } })
  })

  it('is milder for other packages', () => {
    expect(judge(packageExcludes, { dnfConfig: { exclude: ['firefox'] } })).toMatchObject({
      status: 'fail',
      severity: 'medium',
      here: { en: expect.stringContaining('firefox') },
    })
  })

  it('ignores excludes of a disabled repository', () => {
    expect(
      judge(packageExcludes, {
        repositories: {
          repositories: [repository({ id: 'kubernetes', enabled: false, exclude: ['kubelet'] })],
        },
      }).status,
    ).toBe('pass')
  })

  it.each([...packageExcludes.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(packageExcludes, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
