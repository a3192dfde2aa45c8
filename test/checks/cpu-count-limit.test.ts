import { describe, expect, it } from 'vitest'
import { cpuCountLimit } from '../../checks/cpu-count-limit.ts'
import { factsWith, hostFacts, runCheck, without } from '../support/facts-fixture.ts'

describe('cpu-count-limit', () => {
  it('passes an ordinary host', () => {
    const facts = hostFacts()
    expect(runCheck(cpuCountLimit, facts, { target: 'anolis-anck' })).toMatchObject({ status: 'pass' })
  })

  it('passes 1024 CPUs and 64 TiB exactly', () => {
    const facts = factsWith({ cpu: { logicalCount: 1024 }, memory: { totalKiB: 64 * 1024 ** 3 } })
    expect(runCheck(cpuCountLimit, facts, { target: 'anolis-anck' })).toMatchObject({ status: 'pass' })
  })

  it('reports 1025 CPUs on 5.10', () => {
    const facts = factsWith({ cpu: { logicalCount: 1025 } })
    expect(runCheck(cpuCountLimit, facts, { target: 'anolis-anck' })).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('1025 CPUs') },
    })
  })

  it('reports more than 64 TiB on ContainerOS', () => {
    const facts = factsWith({ memory: { totalKiB: 64 * 1024 ** 3 + 1 } })
    expect(runCheck(cpuCountLimit, facts, { target: 'containeros' })).toMatchObject({ status: 'fail' })
  })

  it('passes them on RHCK', () => {
    const facts = factsWith({ cpu: { logicalCount: 2048 } })
    expect(runCheck(cpuCountLimit, facts, { target: 'anolis-rhck' })).toMatchObject({ status: 'pass' })
  })

  it('passes them on ANCK 4.19', () => {
    const facts = factsWith({ cpu: { logicalCount: 2048 } })
    expect(runCheck(cpuCountLimit, facts, { target: 'anolis-anck', kernelLine: 'anck-4.19' })).toMatchObject({
      status: 'pass',
    })
  })

  it('is unknown, not pass, when cpu could not be read', () => {
    const facts = without('cpu', 'permission-denied')
    expect(runCheck(cpuCountLimit, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'unknown',
      missing: [{ fact: 'cpu', reason: 'permission-denied' }],
    })
  })
})
