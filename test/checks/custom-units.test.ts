import { describe, expect, it } from 'vitest'
import { customUnits } from '../../checks/custom-units.ts'
import { unit } from '../support/healthy-system.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('custom-units', () => {
  it('passes packaged units', () => {
    expect(judge(customUnits, {}).status).toBe('pass')
  })

  it('names an own unit', () => {
    expect(
      judge(customUnits, {
        units: {
          units: [
            unit({
              name: 'backup.service',
              origin: 'administrator',
              path: '/etc/systemd/system/backup.service',
            }),
          ],
        },
      }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('backup.service') } })
  })

  it('expects a kubelet unit on the new system', () => {
    expect(
      judge(customUnits, { units: { units: [unit({ name: 'kubelet.service', origin: 'administrator' })] } })
        .status,
    ).toBe('pass')
  })

  it('ignores one that is neither enabled nor running', () => {
    expect(
      judge(customUnits, {
        units: {
          units: [
            unit({ name: 'old.service', origin: 'administrator', enabled: 'disabled', active: 'inactive' }),
          ],
        },
      }).status,
    ).toBe('pass')
  })

  it('counts an enabled timer that has not run yet', () => {
    expect(
      judge(customUnits, {
        units: { units: [unit({ name: 'clean.timer', origin: 'administrator', active: null })] },
      }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('clean.timer') } })
  })

  it('counts units below /usr/local', () => {
    expect(
      judge(customUnits, {
        units: { units: [unit({ name: 'own.service', path: '/usr/local/lib/systemd/system/own.service' })] },
      }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('own.service') } })
  })

  it.each([...customUnits.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(customUnits, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
