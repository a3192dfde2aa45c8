import { describe, expect, it } from 'vitest'
import { raidDegraded } from '../../checks/raid-degraded.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('raid-degraded', () => {
  it('passes without arrays', () => {
    expect(judge(raidDegraded, {}).status).toBe('pass')
  })

  it('fails on a degraded array', () => {
    expect(
      judge(raidDegraded, {
        raid: {
          arrays: [{ name: 'md0', level: 'raid1', state: 'active', degraded: true, devices: ['sda1'] }],
        },
      }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('md0 (raid1)') } })
  })

  it('passes a whole array', () => {
    expect(
      judge(raidDegraded, {
        raid: {
          arrays: [
            { name: 'md0', level: 'raid1', state: 'active', degraded: false, devices: ['sda1', 'sdb1'] },
          ],
        },
      }).status,
    ).toBe('pass')
  })

  it('names only the degraded one', () => {
    expect(
      judge(raidDegraded, {
        raid: {
          arrays: [
            { name: 'md0', level: 'raid1', state: 'active', degraded: false, devices: [] },
            { name: 'md1', level: 'raid5', state: 'active', degraded: true, devices: [] },
          ],
        },
      }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('Degraded: md1 (raid5).') } })
  })

  it.each([...raidDegraded.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(raidDegraded, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
