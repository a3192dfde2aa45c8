import { describe, expect, it } from 'vitest'
import { timeSync } from '../../checks/time-sync.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('time-sync', () => {
  it('passes a synchronised clock', () => {
    expect(judge(timeSync, {}).status).toBe('pass')
  })

  it('fails without a service', () => {
    expect(judge(timeSync, { time: { service: null, active: false } })).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('No time service') },
    })
  })

  it('fails when the service is down', () => {
    expect(judge(timeSync, { time: { active: false } })).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('chronyd is not running') },
    })
  })

  it('fails when it has not synchronised', () => {
    expect(judge(timeSync, { time: { synchronized: false } })).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('has not synchronised') },
    })
  })

  it('is unknown when the state was not read', () => {
    expect(judge(timeSync, { time: { synchronized: null } }).status).toBe('unknown')
  })

  it.each([...timeSync.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(timeSync, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
