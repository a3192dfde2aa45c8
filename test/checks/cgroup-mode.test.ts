import { describe, expect, it } from 'vitest'
import { cgroupMode } from '../../checks/cgroup-mode.ts'
import { factsWith, hostFacts, runCheck, without } from '../support/facts-fixture.ts'

describe('cgroup-mode', () => {
  it('passes in place, which changes nothing', () => {
    const facts = hostFacts()
    expect(runCheck(cgroupMode, facts, { target: 'anolis-rhck' })).toMatchObject({ status: 'pass' })
  })

  it('is unknown for the image, in v1', () => {
    const facts = hostFacts()
    expect(runCheck(cgroupMode, facts, { target: 'containeros' })).toMatchObject({ status: 'unknown' })
  })

  it('is unknown for the image, in v2, too', () => {
    const facts = factsWith({ cgroup: { mode: 'v2' } })
    expect(runCheck(cgroupMode, facts, { target: 'containeros' })).toMatchObject({ status: 'unknown' })
  })

  it('is unknown, not pass, when cgroup could not be read', () => {
    const facts = without('cgroup', 'permission-denied')
    expect(runCheck(cgroupMode, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'unknown',
      missing: [{ fact: 'cgroup', reason: 'permission-denied' }],
    })
  })
})
