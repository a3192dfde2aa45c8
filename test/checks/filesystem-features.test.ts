import { describe, expect, it } from 'vitest'
import { filesystemFeatures } from '../../checks/filesystem-features.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('filesystem-features', () => {
  it('passes the features of CentOS 8', () => {
    expect(judge(filesystemFeatures, {}).status).toBe('pass')
  })

  it('fails on bigtime for a 4.18 kernel', () => {
    expect(
      judge(filesystemFeatures, {
        filesystems: {
          filesystems: [
            { device: '/dev/vdb', mountpoint: '/data', type: 'xfs', features: ['crc=1', 'bigtime=1'] },
          ],
        },
      }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('/data (bigtime=1)') } })
  })

  it('passes bigtime on 5.10', () => {
    expect(
      judge(
        filesystemFeatures,
        {
          filesystems: {
            filesystems: [
              {
                device: '/dev/vdb',
                mountpoint: '/data',
                type: 'xfs',
                features: ['bigtime=1', 'inobtcount=1'],
              },
            ],
          },
        },
        { target: 'anolis-anck' },
      ).status,
    ).toBe('pass')
  })

  it('fails on nrext64 on 5.10', () => {
    expect(
      judge(
        filesystemFeatures,
        {
          filesystems: {
            filesystems: [{ device: '/dev/vdb', mountpoint: '/data', type: 'xfs', features: ['nrext64=1'] }],
          },
        },
        { target: 'anolis-anck' },
      ),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('nrext64=1') } })
  })

  it('tells 5.4 from 5.10', () => {
    expect(
      judge(
        filesystemFeatures,
        {
          filesystems: {
            filesystems: [
              { device: '/dev/vdb', mountpoint: '/data', type: 'ext4', features: ['verity', 'orphan_file'] },
            ],
          },
        },
        { target: 'anolis-anck' },
      ),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('/data (orphan_file)') } })
  })

  it('does not mind the root that is made anew', () => {
    expect(
      judge(
        filesystemFeatures,
        {
          filesystems: {
            filesystems: [{ device: '/dev/vda2', mountpoint: '/', type: 'xfs', features: ['nrext64=1'] }],
          },
        },
        { target: 'containeros' },
      ).status,
    ).toBe('pass')
  })

  it('is unknown, not pass, when features could not be read', () => {
    const unread = { device: '/dev/vdb', mountpoint: '/data', type: 'ext4', features: null }
    expect(judge(filesystemFeatures, { filesystems: { filesystems: [unread] } })).toMatchObject({
      status: 'unknown',
      reason: { en: 'The features of /data could not be read.' },
    })
  })

  it('still fails on the one that could be read', () => {
    const unread = { device: '/dev/vdb', mountpoint: '/data', type: 'xfs', features: null }
    const newer = { device: '/dev/vdc', mountpoint: '/new', type: 'xfs', features: ['nrext64=1'] }
    expect(judge(filesystemFeatures, { filesystems: { filesystems: [unread, newer] } }).status).toBe('fail')
  })

  it.each([...filesystemFeatures.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(filesystemFeatures, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
