import { describe, expect, it } from 'vitest'
import { spaceUsrVar } from '../../checks/space-usr-var.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('space-usr-var', () => {
  it('passes when both fit', () => {
    expect(judge(spaceUsrVar, {}).status).toBe('pass')
  })

  it('fails when /var is a filesystem of its own and full', () => {
    expect(
      judge(spaceUsrVar, {
        space: {
          filesystems: [
            {
              source: '/dev/vda2',
              target: '/',
              fstype: 'xfs',
              sizeKiB: 9000000,
              availableKiB: 9000000,
              inodes: null,
              inodesFree: null,
            },
            {
              source: '/dev/vdb',
              target: '/var',
              fstype: 'xfs',
              sizeKiB: 9000000,
              availableKiB: 1000000,
              inodes: null,
              inodesFree: null,
            },
          ],
        },
      }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('/var') } })
  })

  it('counts exactly what is needed after the reserve', () => {
    expect(
      judge(spaceUsrVar, {
        space: {
          filesystems: [
            {
              source: '/dev/vda2',
              target: '/',
              fstype: 'xfs',
              sizeKiB: 9000000,
              availableKiB: Math.ceil(((250 + 1536) * 1024) / 0.95),
              inodes: null,
              inodesFree: null,
            },
          ],
        },
      }).status,
    ).toBe('pass')
  })

  it('fails one MiB below it, because needs on one filesystem add up', () => {
    expect(
      judge(spaceUsrVar, {
        space: {
          filesystems: [
            {
              source: '/dev/vda2',
              target: '/',
              fstype: 'xfs',
              sizeKiB: 9000000,
              availableKiB: Math.ceil(((250 + 1536) * 1024) / 0.95) - 2048,
              inodes: null,
              inodesFree: null,
            },
          ],
        },
      }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('1786 MiB') } })
  })

  it('is unknown when no filesystem holds the directories', () => {
    expect(judge(spaceUsrVar, { space: { filesystems: [] } }).status).toBe('unknown')
  })

  it.each([...spaceUsrVar.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(spaceUsrVar, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
