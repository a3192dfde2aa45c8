import { describe, expect, it } from 'vitest'
import { criResourceManager } from '../../checks/cri-resource-manager.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('cri-resource-manager', () => {
  it('passes without it', () => {
    expect(judge(criResourceManager, {}).status).toBe('pass')
  })

  it('names the package', () => {
    expect(
      judge(criResourceManager, {
        cloudNative: { systems: [{ id: 'cri-resource-manager', evidence: 'package cri-resource-manager' }] },
      }),
    ).toMatchObject({
      status: 'fail',
      severity: 'high',
      here: { en: expect.stringContaining('package cri-resource-manager') },
    })
  })

  it('blocks when the kubelet depends on it', () => {
    expect(
      judge(criResourceManager, {
        kubelet: { runtimeEndpoint: 'unix:///var/run/cri-resmgr/cri-resmgr.sock' },
      }),
    ).toMatchObject({
      status: 'fail',
      severity: 'block',
      here: { en: expect.stringContaining('cri-resmgr.sock') },
    })
  })

  it('does not mind other systems', () => {
    expect(
      judge(criResourceManager, { cloudNative: { systems: [{ id: 'nri', evidence: 'x' }] } }).status,
    ).toBe('pass')
  })

  it.each([...criResourceManager.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(criResourceManager, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
