import { describe, expect, it } from 'vitest'
import { memoryMinimum } from '../../checks/memory-minimum.ts'
import { factsWith, hostFacts, runCheck, without } from '../support/facts-fixture.ts'

describe('memory-minimum', () => {
  it('passes an ordinary host', () => {
    const facts = hostFacts()
    expect(runCheck(memoryMinimum, facts, { target: 'anolis-rhck' })).toMatchObject({ status: 'pass' })
  })

  it('passes 1.5 GiB exactly', () => {
    const facts = factsWith({ memory: { totalKiB: 1_572_864 } })
    expect(runCheck(memoryMinimum, facts, { target: 'anolis-rhck' })).toMatchObject({ status: 'pass' })
  })

  it('blocks one KiB less', () => {
    const facts = factsWith({ memory: { totalKiB: 1_572_863 } })
    expect(runCheck(memoryMinimum, facts, { target: 'containeros' })).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('1535 MiB') },
    })
  })

  it('is unknown, not pass, when memory could not be read', () => {
    const facts = without('memory', 'permission-denied')
    expect(runCheck(memoryMinimum, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'unknown',
      missing: [{ fact: 'memory', reason: 'permission-denied' }],
    })
  })
})
