import { describe, expect, it } from 'vitest'
import { spaceVarCache } from '../../checks/space-var-cache.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('space-var-cache', () => {
  it('passes with enough space', () => {
    expect(judge(spaceVarCache, {}).status).toBe('pass')
  })

  it('fails with less than 5 GiB', () => {
    expect(
      judge(spaceVarCache, {
        space: {
          filesystems: [
            {
              source: '/dev/vda2',
              target: '/',
              fstype: 'xfs',
              sizeKiB: 9000000,
              availableKiB: 2097152,
              inodes: null,
              inodesFree: null,
            },
          ],
        },
      }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('2.0 GiB') } })
  })

  it('passes with exactly 5 GiB', () => {
    expect(
      judge(spaceVarCache, {
        space: {
          filesystems: [
            {
              source: '/dev/vda2',
              target: '/',
              fstype: 'xfs',
              sizeKiB: 9000000,
              availableKiB: 5242880,
              inodes: null,
              inodesFree: null,
            },
          ],
        },
      }).status,
    ).toBe('pass')
  })

  it('looks at the filesystem mounted nearest', () => {
    expect(
      judge(spaceVarCache, {
        space: {
          filesystems: [
            {
              source: '/dev/vda2',
              target: '/',
              fstype: 'xfs',
              sizeKiB: 9000000,
              availableKiB: 1024,
              inodes: null,
              inodesFree: null,
            },
            {
              source: '/dev/vdb',
              target: '/var/cache',
              fstype: 'xfs',
              sizeKiB: 90000000,
              availableKiB: 9000000,
              inodes: null,
              inodesFree: null,
            },
          ],
        },
      }).status,
    ).toBe('pass')
  })

  it('is unknown when no filesystem holds it', () => {
    expect(judge(spaceVarCache, { space: { filesystems: [] } }).status).toBe('unknown')
  })

  it.each([...spaceVarCache.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(spaceVarCache, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
