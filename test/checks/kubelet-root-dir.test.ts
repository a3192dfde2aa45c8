import { describe, expect, it } from 'vitest'
import { kubeletRootDir } from '../../checks/kubelet-root-dir.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('kubelet-root-dir', () => {
  it('passes the default', () => {
    expect(judge(kubeletRootDir, {}).status).toBe('pass')
  })

  it('names another one below /var', () => {
    expect(judge(kubeletRootDir, { kubelet: { rootDir: '/var/lib/container/kubelet' } })).toMatchObject({
      status: 'fail',
      severity: 'medium',
      here: { en: expect.stringContaining('/var/lib/container/kubelet') },
    })
  })

  it('is graver outside /var', () => {
    expect(judge(kubeletRootDir, { kubelet: { rootDir: '/data/kubelet' } })).toMatchObject({
      status: 'fail',
      severity: 'high',
      here: { en: expect.stringContaining('/data/kubelet') },
    })
  })

  it('has nothing to say without a kubelet', () => {
    expect(judge(kubeletRootDir, { kubelet: { installed: false, rootDir: '/data/kubelet' } }).status).toBe(
      'not-applicable',
    )
  })

  it.each([...kubeletRootDir.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(kubeletRootDir, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
