import { describe, expect, it } from 'vitest'
import { xfsWithoutFtype } from '../../checks/xfs-without-ftype.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('xfs-without-ftype', () => {
  it('passes ftype=1', () => {
    expect(judge(xfsWithoutFtype, {}).status).toBe('pass')
  })

  it('fails on ftype=0', () => {
    expect(
      judge(xfsWithoutFtype, {
        filesystems: {
          filesystems: [
            { device: '/dev/vdb', mountpoint: '/var/lib/docker', type: 'xfs', features: ['ftype=0'] },
          ],
        },
      }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('/var/lib/docker') } })
  })

  it('does not mind a root that is made anew', () => {
    expect(
      judge(
        xfsWithoutFtype,
        {
          filesystems: {
            filesystems: [{ device: '/dev/vda2', mountpoint: '/', type: 'xfs', features: ['ftype=0'] }],
          },
        },
        { target: 'containeros' },
      ).status,
    ).toBe('pass')
  })

  it('is unknown, not pass, when features could not be read', () => {
    expect(
      judge(xfsWithoutFtype, {
        filesystems: {
          filesystems: [{ device: '/dev/vdb', mountpoint: '/data', type: 'xfs', features: null }],
        },
      }).status,
    ).toBe('unknown')
  })

  it.each([...xfsWithoutFtype.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(xfsWithoutFtype, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
