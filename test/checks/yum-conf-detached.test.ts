import { describe, expect, it } from 'vitest'
import { yumConfDetached } from '../../checks/yum-conf-detached.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('yum-conf-detached', () => {
  it('passes when yum.conf is the usual link', () => {
    expect(judge(yumConfDetached, {}).status).toBe('pass')
  })

  it('fails when it is a file', () => {
    expect(judge(yumConfDetached, { dnfConfig: { yumConfIsFile: true } })).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('plain file') },
    })
  })

  it('does not look at other settings', () => {
    expect(judge(yumConfDetached, { dnfConfig: { yumConfIsFile: false, exclude: ['kernel*'] } }).status).toBe(
      'pass',
    )
  })

  it('says so whatever else is set', () => {
    expect(judge(yumConfDetached, { dnfConfig: { yumConfIsFile: true, plugins: false } })).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('/etc/yum.conf') },
    })
  })

  it.each([...yumConfDetached.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(yumConfDetached, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
