import { describe, expect, it } from 'vitest'
import { crashkernelAuto } from '../../checks/crashkernel-auto.ts'
import { factsWith, hostFacts, runCheck, without } from '../support/facts-fixture.ts'

describe('crashkernel-auto', () => {
  it('passes an explicit size', () => {
    const facts = hostFacts()
    expect(runCheck(crashkernelAuto, facts, { target: 'anolis-anck' })).toMatchObject({ status: 'pass' })
  })

  it('reports auto', () => {
    const facts = factsWith({ kernel: { cmdline: ['crashkernel=auto'] } })
    expect(runCheck(crashkernelAuto, facts, { target: 'anolis-anck' })).toMatchObject({
      status: 'fail',
      severity: 'medium',
      here: { en: expect.stringContaining('/proc/cmdline') },
    })
  })

  it('reports auto that only /etc/default/grub has', () => {
    const facts = factsWith({
      boot: { grubDefault: { cmdline: ['crashkernel=auto'], blscfg: true, problems: [] } },
    })
    expect(runCheck(crashkernelAuto, facts, { target: 'anolis-anck' })).toMatchObject({
      status: 'fail',
      severity: 'medium',
      here: { en: expect.stringContaining('/etc/default/grub') },
    })
  })

  it('is low when kdump is off', () => {
    const facts = factsWith({ kernel: { cmdline: ['crashkernel=auto'] }, kdump: { enabled: false } })
    expect(runCheck(crashkernelAuto, facts, { target: 'anolis-anck' })).toMatchObject({
      status: 'fail',
      severity: 'low',
    })
  })

  it('works without kdump', () => {
    const facts = without('kdump')
    expect(runCheck(crashkernelAuto, facts, { target: 'anolis-anck' })).toMatchObject({ status: 'pass' })
  })

  it.each(['kernel', 'boot'] as const)('is unknown, not pass, when %s could not be read', (fact) => {
    const facts = without(fact, 'permission-denied')
    expect(runCheck(crashkernelAuto, facts, { target: 'anolis-anck' })).toMatchObject({
      status: 'unknown',
      missing: [{ fact, reason: 'permission-denied' }],
    })
  })
})
