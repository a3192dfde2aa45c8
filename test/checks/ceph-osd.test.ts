import { describe, expect, it } from 'vitest'
import { cephOsd } from '../../checks/ceph-osd.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('ceph-osd', () => {
  it('passes without OSDs', () => {
    expect(judge(cephOsd, {}).status).toBe('pass')
  })

  it('warns of OSDs', () => {
    expect(judge(cephOsd, { storageStack: { cephOsds: ['ceph--1-osd--block--1'] } })).toMatchObject({
      status: 'fail',
      severity: 'high',
      here: { en: expect.stringContaining('1 OSD') },
    })
  })

  it('blocks a rewrite', () => {
    expect(
      judge(cephOsd, { storageStack: { cephOsds: ['a', 'b'] } }, { target: 'containeros' }),
    ).toMatchObject({ status: 'fail', severity: 'block', here: { en: expect.stringContaining('2 OSD') } })
  })

  it('does not mind other stacks', () => {
    expect(judge(cephOsd, { storageStack: { multipath: true } }, { target: 'containeros' }).status).toBe(
      'pass',
    )
  })

  it.each([...cephOsd.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(cephOsd, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
