import { describe, expect, it } from 'vitest'
import { dnfDistroverpkg } from '../../checks/dnf-distroverpkg.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('dnf-distroverpkg', () => {
  it('passes when it is not set', () => {
    expect(judge(dnfDistroverpkg, {}).status).toBe('pass')
  })

  it('fails on the CentOS release package', () => {
    expect(judge(dnfDistroverpkg, { dnfConfig: { distroverpkg: 'centos-release' } })).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('centos-release') },
    })
  })

  it('accepts the neutral name', () => {
    expect(judge(dnfDistroverpkg, { dnfConfig: { distroverpkg: 'system-release(releasever)' } }).status).toBe(
      'pass',
    )
  })

  it('accepts the target’s package', () => {
    expect(judge(dnfDistroverpkg, { dnfConfig: { distroverpkg: 'anolis-release' } }).status).toBe('pass')
  })

  it.each([...dnfDistroverpkg.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(dnfDistroverpkg, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
