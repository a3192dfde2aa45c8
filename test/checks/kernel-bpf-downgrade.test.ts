import { describe, expect, it } from 'vitest'
import { kernelBpfDowngrade } from '../../checks/kernel-bpf-downgrade.ts'
import { factsWith, hostFacts, runCheck, without } from '../support/facts-fixture.ts'

describe('kernel-bpf-downgrade', () => {
  it('passes on 4.19 when only systemd’s programs are loaded', () => {
    const facts = hostFacts()
    expect(
      runCheck(kernelBpfDowngrade, facts, { target: 'anolis-anck', kernelLine: 'anck-4.19' }),
    ).toMatchObject({ status: 'pass' })
  })

  it('reports programs of an agent', () => {
    const facts = factsWith({ bpf: { programs: [{ type: 'tracing', count: 3, names: ['fentry_x'] }] } })
    expect(
      runCheck(kernelBpfDowngrade, facts, { target: 'anolis-anck', kernelLine: 'anck-4.19' }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('tracing') } })
  })

  it('reports pinned objects without a program list', () => {
    const facts = factsWith({ bpf: { programs: null, pinned: ['/sys/fs/bpf/tc/globals/cilium_calls'] } })
    expect(
      runCheck(kernelBpfDowngrade, facts, { target: 'anolis-anck', kernelLine: 'anck-4.19' }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('cilium_calls') } })
  })

  it('is unknown when programs could not be listed', () => {
    const facts = factsWith({ bpf: { programs: null, pinned: [] } })
    expect(
      runCheck(kernelBpfDowngrade, facts, { target: 'anolis-anck', kernelLine: 'anck-4.19' }),
    ).toMatchObject({ status: 'unknown' })
  })

  it('has nothing to say about 5.10', () => {
    const facts = hostFacts()
    expect(runCheck(kernelBpfDowngrade, facts, { target: 'anolis-anck' })).toMatchObject({
      status: 'not-applicable',
    })
  })

  it('is unknown, not pass, when bpf could not be read', () => {
    const facts = without('bpf', 'permission-denied')
    expect(runCheck(kernelBpfDowngrade, facts, { target: 'anolis-anck' })).toMatchObject({
      status: 'unknown',
      missing: [{ fact: 'bpf', reason: 'permission-denied' }],
    })
  })
})
