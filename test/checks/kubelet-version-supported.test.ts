import { describe, expect, it } from 'vitest'
import { kubeletVersionSupported } from '../../checks/kubelet-version-supported.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('kubelet-version-supported', () => {
  it('passes 1.26', () => {
    expect(judge(kubeletVersionSupported, {}).status).toBe('pass')
  })

  it('warns below 1.20', () => {
    expect(judge(kubeletVersionSupported, { kubelet: { version: '1.19.16' } })).toMatchObject({
      status: 'fail',
      severity: 'high',
      here: { en: expect.stringContaining('older than 1.20') },
    })
  })

  it('passes exactly 1.20', () => {
    expect(judge(kubeletVersionSupported, { kubelet: { version: 'v1.20.2' } }).status).toBe('pass')
  })

  it('blocks ContainerOS below 1.24', () => {
    expect(
      judge(kubeletVersionSupported, { kubelet: { version: '1.23.17' } }, { target: 'containeros' }),
    ).toMatchObject({
      status: 'fail',
      severity: 'block',
      here: { en: expect.stringContaining('older than 1.24') },
    })
  })

  it('passes exactly 1.24', () => {
    expect(
      judge(kubeletVersionSupported, { kubelet: { version: '1.24.0' } }, { target: 'containeros' }).status,
    ).toBe('pass')
  })

  it('is unknown when the version was not read', () => {
    expect(judge(kubeletVersionSupported, { kubelet: { version: null } }).status).toBe('unknown')
  })

  it('has nothing to say without a kubelet', () => {
    expect(judge(kubeletVersionSupported, { kubelet: { installed: false } }).status).toBe('not-applicable')
  })

  it.each([...kubeletVersionSupported.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(kubeletVersionSupported, fact)).toMatchObject({
      status: 'unknown',
      missing: [{ fact }],
    })
  })
})
