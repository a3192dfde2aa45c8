import { describe, expect, it } from 'vitest'
import { failedUnits } from '../../checks/failed-units.ts'
import { unit } from '../support/healthy-system.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('failed-units', () => {
  it('passes when nothing failed', () => {
    expect(judge(failedUnits, {}).status).toBe('pass')
  })

  it('names a failed unit', () => {
    expect(
      judge(failedUnits, {
        units: { units: [unit({ name: 'kdump.service', active: 'failed', sub: 'failed' })] },
      }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('kdump.service') } })
  })

  it('does not mind units that are off', () => {
    expect(
      judge(failedUnits, { units: { units: [unit({ name: 'x.service', active: 'inactive' })] } }).status,
    ).toBe('pass')
  })

  it('is unknown when systemd could not be asked', () => {
    expect(judge(failedUnits, { units: { live: false } }).status).toBe('unknown')
  })

  it.each([...failedUnits.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(failedUnits, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
