import { describe, expect, it } from 'vitest'
import { kernelCmdline } from '../../checks/kernel-cmdline.ts'
import { factsWith, hostFacts, runCheck, without } from '../support/facts-fixture.ts'

describe('kernel-cmdline', () => {
  it('passes an ordinary command line', () => {
    const facts = hostFacts()
    expect(runCheck(kernelCmdline, facts, { target: 'anolis-anck' })).toMatchObject({ status: 'pass' })
  })

  it('reports a scheduler that is gone in 5.10', () => {
    const facts = factsWith({ kernel: { cmdline: ['ro', 'elevator=noop'] } })
    expect(runCheck(kernelCmdline, facts, { target: 'anolis-anck' })).toMatchObject({
      status: 'fail',
      severity: 'medium',
      here: { en: expect.stringContaining('elevator=noop') },
    })
  })

  it('does not report it on 4.19, which still has it', () => {
    const facts = factsWith({ kernel: { cmdline: ['elevator=noop'] } })
    expect(runCheck(kernelCmdline, facts, { target: 'anolis-anck', kernelLine: 'anck-4.19' })).toMatchObject({
      status: 'pass',
    })
  })

  it('passes a scheduler that is still there', () => {
    const facts = factsWith({ kernel: { cmdline: ['elevator=bfq'] } })
    expect(runCheck(kernelCmdline, facts, { target: 'anolis-anck' })).toMatchObject({ status: 'pass' })
  })

  it('is low for swap accounting', () => {
    const facts = factsWith({ kernel: { cmdline: ['swapaccount=0'] } })
    expect(runCheck(kernelCmdline, facts, { target: 'anolis-anck' })).toMatchObject({
      status: 'fail',
      severity: 'low',
      here: { en: expect.stringContaining('swapaccount') },
    })
  })

  it('does not take a longer name for a known one', () => {
    const facts = factsWith({ kernel: { cmdline: ['swapaccounting=1'] } })
    expect(runCheck(kernelCmdline, facts, { target: 'anolis-anck' })).toMatchObject({ status: 'pass' })
  })

  it('lists what an image does not inherit', () => {
    const facts = factsWith({ kernel: { cmdline: ['intel_iommu=on', 'hugepages=16'] } })
    expect(runCheck(kernelCmdline, facts, { target: 'containeros' })).toMatchObject({
      status: 'fail',
      severity: 'medium',
      here: { en: expect.stringContaining('intel_iommu=on, hugepages=16') },
    })
  })

  it('is unknown, not pass, when kernel could not be read', () => {
    const facts = without('kernel', 'permission-denied')
    expect(runCheck(kernelCmdline, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'unknown',
      missing: [{ fact: 'kernel', reason: 'permission-denied' }],
    })
  })
})
