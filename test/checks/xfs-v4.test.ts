import { describe, expect, it } from 'vitest'
import { xfsV4 } from '../../checks/xfs-v4.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('xfs-v4', () => {
  it('passes format 5', () => {
    expect(judge(xfsV4, {}).status).toBe('pass')
  })

  it('names a format 4 file system', () => {
    expect(
      judge(xfsV4, {
        filesystems: {
          filesystems: [{ device: '/dev/vdb', mountpoint: '/data', type: 'xfs', features: ['crc=0'] }],
        },
      }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('/data') } })
  })

  it('does not mind a root that is made anew', () => {
    expect(
      judge(
        xfsV4,
        {
          filesystems: {
            filesystems: [{ device: '/dev/vda2', mountpoint: '/', type: 'xfs', features: ['crc=0'] }],
          },
        },
        { target: 'containeros' },
      ).status,
    ).toBe('pass')
  })

  it('ignores ext4', () => {
    expect(
      judge(xfsV4, {
        filesystems: {
          filesystems: [{ device: '/dev/vdb', mountpoint: '/data', type: 'ext4', features: ['crc=0'] }],
        },
      }).status,
    ).toBe('pass')
  })

  it('is unknown, not pass, when the format could not be read', () => {
    const unread = { device: '/dev/vdb', mountpoint: '/data', type: 'xfs', features: null }
    expect(judge(xfsV4, { filesystems: { filesystems: [unread] } }).status).toBe('unknown')
  })

  it.each([...xfsV4.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(xfsV4, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
