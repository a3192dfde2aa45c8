import { describe, expect, it } from 'vitest'
import { inodes } from '../../checks/inodes.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('inodes', () => {
  it('passes with inodes left', () => {
    expect(judge(inodes, {}).status).toBe('pass')
  })

  it('blocks below one percent', () => {
    expect(
      judge(inodes, {
        space: {
          filesystems: [
            {
              source: '/dev/vda2',
              target: '/',
              fstype: 'ext4',
              sizeKiB: 9,
              availableKiB: 9,
              inodes: 1000,
              inodesFree: 9,
            },
          ],
        },
      }),
    ).toMatchObject({ status: 'fail', severity: 'block', here: { en: expect.stringContaining('/ (0.9%)') } })
  })

  it('warns below five percent', () => {
    expect(
      judge(inodes, {
        space: {
          filesystems: [
            {
              source: '/dev/vda2',
              target: '/',
              fstype: 'ext4',
              sizeKiB: 9,
              availableKiB: 9,
              inodes: 1000,
              inodesFree: 10,
            },
          ],
        },
      }),
    ).toMatchObject({ status: 'fail', severity: 'medium', here: { en: expect.stringContaining('/ (1.0%)') } })
  })

  it('passes at exactly five percent', () => {
    expect(
      judge(inodes, {
        space: {
          filesystems: [
            {
              source: '/dev/vda2',
              target: '/',
              fstype: 'ext4',
              sizeKiB: 9,
              availableKiB: 9,
              inodes: 1000,
              inodesFree: 50,
            },
          ],
        },
      }).status,
    ).toBe('pass')
  })

  it('does not mind file systems that it does not write to, or without a fixed number', () => {
    expect(
      judge(inodes, {
        space: {
          filesystems: [
            {
              source: '/dev/vda2',
              target: '/',
              fstype: 'btrfs',
              sizeKiB: 9,
              availableKiB: 9,
              inodes: null,
              inodesFree: null,
            },
            {
              source: '/dev/vdb',
              target: '/data',
              fstype: 'ext4',
              sizeKiB: 9,
              availableKiB: 9,
              inodes: 1000,
              inodesFree: 0,
            },
          ],
        },
      }).status,
    ).toBe('pass')
  })

  it.each([...inodes.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(inodes, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
