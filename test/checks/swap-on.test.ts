import { describe, expect, it } from 'vitest'
import { swapOn } from '../../checks/swap-on.ts'
import { judge, judgeDegraded, judgeWithout } from '../support/judge.ts'

describe('swap-on', () => {
  it('passes without swap', () => {
    expect(judge(swapOn, {}).status).toBe('pass')
  })

  it('blocks when swap is on', () => {
    expect(
      judge(swapOn, {
        swap: { devices: [{ name: '/dev/dm-1', type: 'partition', sizeKiB: 2097148, usedKiB: 0 }] },
      }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('Swap is on: /dev/dm-1') } })
  })

  it('blocks when fstab brings it back', () => {
    expect(
      judge(swapOn, {
        fstab: {
          entries: [
            {
              line: 12,
              source: '/dev/mapper/cl-swap',
              target: 'none',
              fstype: 'swap',
              options: ['defaults'],
            },
          ],
        },
      }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('comes back') } })
  })

  it('accepts a kubelet that tolerates swap', () => {
    expect(
      judge(swapOn, {
        kubelet: { failSwapOn: false },
        swap: { devices: [{ name: '/dev/dm-1', type: 'partition', sizeKiB: 1, usedKiB: 0 }] },
      }).status,
    ).toBe('pass')
  })

  it('takes an unset failSwapOn for true', () => {
    expect(
      judge(swapOn, {
        kubelet: { failSwapOn: null },
        swap: { devices: [{ name: '/dev/dm-1', type: 'partition', sizeKiB: 1, usedKiB: 0 }] },
      }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('Swap is on') } })
  })

  it('accepts noauto in fstab', () => {
    expect(
      judge(swapOn, {
        fstab: {
          entries: [{ line: 12, source: '/swap', target: 'none', fstype: 'swap', options: ['noauto'] }],
        },
      }).status,
    ).toBe('pass')
  })

  it('has nothing to say without a kubelet', () => {
    expect(
      judge(swapOn, {
        kubelet: { installed: false },
        swap: { devices: [{ name: '/dev/dm-1', type: 'partition', sizeKiB: 1, usedKiB: 0 }] },
      }).status,
    ).toBe('not-applicable')
  })

  it('is unknown when the kubelet’s own word on swap was not read', () => {
    const swap = { devices: [{ name: '/dev/vdb', type: 'partition', sizeKiB: 1, usedKiB: 0 }] }
    const result = judgeDegraded(swapOn, 'kubelet', { swap, kubelet: { failSwapOn: null } })
    expect(result).toMatchObject({
      status: 'unknown',
      reason: { en: expect.stringContaining('may allow it') },
    })
  })

  it.each([...swapOn.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(swapOn, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
