import { describe, expect, it } from 'vitest'
import { hugepagesReserved } from '../../checks/hugepages-reserved.ts'
import { factsWith, hostFacts, runCheck, without } from '../support/facts-fixture.ts'

describe('hugepages-reserved', () => {
  it('passes without reserved pages', () => {
    const facts = hostFacts()
    expect(runCheck(hugepagesReserved, facts, { target: 'containeros' })).toMatchObject({ status: 'pass' })
  })

  it('reports one reserved page', () => {
    const facts = factsWith({ memory: { hugepages: [{ sizeKiB: 2048, total: 1, free: 0 }] } })
    expect(runCheck(hugepagesReserved, facts, { target: 'containeros' })).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('1 x 2 MiB') },
    })
  })

  it('names every size', () => {
    const facts = factsWith({
      memory: {
        hugepages: [
          { sizeKiB: 2048, total: 512, free: 0 },
          { sizeKiB: 1048576, total: 4, free: 4 },
        ],
      },
    })
    expect(runCheck(hugepagesReserved, facts, { target: 'containeros' })).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('4 x 1024 MiB') },
    })
  })

  it('is unknown, not pass, when memory could not be read', () => {
    const facts = without('memory', 'permission-denied')
    expect(runCheck(hugepagesReserved, facts, { target: 'containeros' })).toMatchObject({
      status: 'unknown',
      missing: [{ fact: 'memory', reason: 'permission-denied' }],
    })
  })
})
