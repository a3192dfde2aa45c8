import { describe, expect, it } from 'vitest'
import { cloudInit } from '../../checks/cloud-init.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('cloud-init', () => {
  it('has nothing to say without cloud-init', () => {
    expect(judge(cloudInit, {}).status).toBe('not-applicable')
  })

  it('fails when it is enabled', () => {
    expect(
      judge(cloudInit, { cloudInit: { installed: true, enabled: true, datasources: ['AliYun'] } }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('AliYun') } })
  })

  it('passes when it is off', () => {
    expect(judge(cloudInit, { cloudInit: { installed: true, enabled: false } }).status).toBe('pass')
  })

  it('does not need a data source to fail', () => {
    expect(
      judge(cloudInit, { cloudInit: { installed: true, enabled: true, datasources: [] } }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('cloud-init is enabled.') } })
  })

  it.each([...cloudInit.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(cloudInit, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
