import { describe, expect, it } from 'vitest'
import { bootGrubDefault } from '../../checks/boot-grub-default.ts'
import { degraded, factsWith, hostFacts, runCheck, without } from '../support/facts-fixture.ts'

describe('boot-grub-default', () => {
  it('passes a sound file', () => {
    const facts = hostFacts()
    expect(runCheck(bootGrubDefault, facts, { target: 'anolis-rhck' })).toMatchObject({ status: 'pass' })
  })

  it('blocks a missing file', () => {
    const facts = factsWith({ boot: { grubDefault: null } })
    expect(runCheck(bootGrubDefault, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('missing') },
    })
  })

  it('blocks a syntax error', () => {
    const facts = factsWith({
      boot: { grubDefault: { cmdline: [], blscfg: true, problems: ['line 3: unterminated quote'] } },
    })
    expect(runCheck(bootGrubDefault, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('unterminated') },
    })
  })

  it('is milder without BLS', () => {
    const facts = factsWith({ boot: { grubDefault: { cmdline: [], blscfg: false, problems: [] } } })
    expect(runCheck(bootGrubDefault, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'fail',
      severity: 'high',
      here: { en: expect.stringContaining('BLSCFG') },
    })
  })

  it('passes when BLS is not named, which means the default', () => {
    const facts = factsWith({ boot: { grubDefault: { cmdline: [], blscfg: null, problems: [] } } })
    expect(runCheck(bootGrubDefault, facts, { target: 'anolis-rhck' })).toMatchObject({ status: 'pass' })
  })

  it('is unknown, not missing, when the file was denied', () => {
    const facts = degraded('boot', 'not allowed to read it', factsWith({ boot: { grubDefault: null } }))
    expect(runCheck(bootGrubDefault, facts, { target: 'anolis-rhck' }).status).toBe('unknown')
  })

  it('is unknown, not pass, when boot could not be read', () => {
    const facts = without('boot', 'permission-denied')
    expect(runCheck(bootGrubDefault, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'unknown',
      missing: [{ fact: 'boot', reason: 'permission-denied' }],
    })
  })
})
