import { describe, expect, it } from 'vitest'
import { fstabMountOrder } from '../../checks/fstab-mount-order.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('fstab-mount-order', () => {
  it('passes parents before children', () => {
    expect(judge(fstabMountOrder, {}).status).toBe('pass')
  })

  it('fails when the parent comes later', () => {
    expect(
      judge(fstabMountOrder, {
        fstab: {
          entries: [
            { line: 1, source: '/dev/vdb', target: '/var/log', fstype: 'xfs', options: [] },
            { line: 2, source: '/dev/vdc', target: '/var', fstype: 'xfs', options: [] },
          ],
        },
      }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('/var/log') } })
  })

  it('fails on the same mount point twice', () => {
    expect(
      judge(fstabMountOrder, {
        fstab: {
          entries: [
            { line: 1, source: '/dev/vdb', target: '/data', fstype: 'xfs', options: [] },
            { line: 2, source: '/dev/vdc', target: '/data', fstype: 'xfs', options: [] },
          ],
        },
      }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('/data') } })
  })

  it('does not take /data2 for a child of /data', () => {
    expect(
      judge(fstabMountOrder, {
        fstab: {
          entries: [
            { line: 1, source: '/dev/vdb', target: '/data2', fstype: 'xfs', options: [] },
            { line: 2, source: '/dev/vdc', target: '/data', fstype: 'xfs', options: [] },
          ],
        },
      }).status,
    ).toBe('pass')
  })

  it('ignores swap', () => {
    expect(
      judge(fstabMountOrder, {
        fstab: {
          entries: [
            { line: 1, source: '/dev/vdb', target: 'none', fstype: 'swap', options: [] },
            { line: 2, source: '/dev/vdc', target: 'none', fstype: 'swap', options: [] },
          ],
        },
      }).status,
    ).toBe('pass')
  })

  it.each([...fstabMountOrder.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(fstabMountOrder, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
