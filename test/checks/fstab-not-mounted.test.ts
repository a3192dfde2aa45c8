import { describe, expect, it } from 'vitest'
import { fstabNotMounted } from '../../checks/fstab-not-mounted.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('fstab-not-mounted', () => {
  it('passes when all is mounted', () => {
    expect(judge(fstabNotMounted, {}).status).toBe('pass')
  })

  it('fails when a line is not mounted', () => {
    expect(
      judge(fstabNotMounted, {
        fstab: {
          entries: [{ line: 4, source: '/dev/vdb1', target: '/data', fstype: 'xfs', options: ['defaults'] }],
        },
      }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('/data') } })
  })

  it('accepts nofail', () => {
    expect(
      judge(fstabNotMounted, {
        fstab: {
          entries: [
            { line: 4, source: '/dev/vdb1', target: '/data', fstype: 'xfs', options: ['defaults', 'nofail'] },
          ],
        },
      }).status,
    ).toBe('pass')
  })

  it('accepts automounts and swap', () => {
    expect(
      judge(fstabNotMounted, {
        fstab: {
          entries: [
            { line: 4, source: 'nas:/x', target: '/x', fstype: 'nfs', options: ['x-systemd.automount'] },
            { line: 5, source: '/dev/vdb2', target: 'none', fstype: 'swap', options: [] },
          ],
        },
      }).status,
    ).toBe('pass')
  })

  it('accepts a trailing slash', () => {
    expect(
      judge(fstabNotMounted, {
        fstab: {
          entries: [{ line: 4, source: '/dev/vdb1', target: '/data/', fstype: 'xfs', options: ['defaults'] }],
        },
        mounts: { mounts: [{ source: '/dev/vdb1', target: '/data', fstype: 'xfs', options: ['rw'] }] },
      }).status,
    ).toBe('pass')
  })

  it.each([...fstabNotMounted.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(fstabNotMounted, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
