import { describe, expect, it } from 'vitest'
import { livePatches } from '../../checks/live-patches.ts'
import { factsWith, hostFacts, runCheck, without } from '../support/facts-fixture.ts'

describe('live-patches', () => {
  it('passes without patches', () => {
    const facts = hostFacts()
    expect(runCheck(livePatches, facts, { target: 'anolis-rhck' })).toMatchObject({ status: 'pass' })
  })

  it('passes a disabled patch', () => {
    const facts = factsWith({ livePatches: { patches: [{ name: 'kpatch_4_18_0', enabled: false }] } })
    expect(runCheck(livePatches, facts, { target: 'anolis-rhck' })).toMatchObject({ status: 'pass' })
  })

  it('reports an active patch', () => {
    const facts = factsWith({ livePatches: { patches: [{ name: 'kpatch_4_18_0', enabled: true }] } })
    expect(runCheck(livePatches, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('kpatch_4_18_0') },
    })
  })

  it('is unknown, not pass, when livePatches could not be read', () => {
    const facts = without('livePatches', 'permission-denied')
    expect(runCheck(livePatches, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'unknown',
      missing: [{ fact: 'livePatches', reason: 'permission-denied' }],
    })
  })
})
