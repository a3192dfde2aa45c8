import { describe, expect, it } from 'vitest'
import { bootGrubenv } from '../../checks/boot-grubenv.ts'
import { degraded, factsWith, hostFacts, runCheck, without } from '../support/facts-fixture.ts'

describe('boot-grubenv', () => {
  it('passes 1024 bytes', () => {
    const facts = hostFacts()
    expect(runCheck(bootGrubenv, facts, { target: 'anolis-rhck' })).toMatchObject({ status: 'pass' })
  })

  it('blocks 1023 bytes', () => {
    const facts = factsWith({ boot: { grubenvBytes: 1023 } })
    expect(runCheck(bootGrubenv, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('1023') },
    })
  })

  it('blocks an empty file', () => {
    const facts = factsWith({ boot: { grubenvBytes: 0 } })
    expect(runCheck(bootGrubenv, facts, { target: 'anolis-rhck' })).toMatchObject({ status: 'fail' })
  })

  it('is milder when there is none', () => {
    const facts = factsWith({ boot: { grubenvBytes: null } })
    expect(runCheck(bootGrubenv, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'fail',
      severity: 'medium',
    })
  })

  it('is unknown when the block may only not have been seen', () => {
    const facts = degraded('boot', 'not allowed to look', factsWith({ boot: { grubenvBytes: null } }))
    expect(runCheck(bootGrubenv, facts, { target: 'anolis-rhck' }).status).toBe('unknown')
  })

  it('saves the block before it makes a new one, and says what to set again', () => {
    const argv = bootGrubenv.remedies.map((each) => (each.kind === 'command' ? each.argv.at(-1) : each.kind))
    expect(argv).toEqual(['list', 'create', 'hint'])
    expect(bootGrubenv.remedies.at(-1)?.text?.en).toContain('kernelopts')
  })

  it('is unknown when its directory could not be looked into', () => {
    const facts = factsWith({ boot: { grubenvBytes: null, grubenvHidden: true } })
    expect(runCheck(bootGrubenv, facts, { target: 'anolis-rhck' }).status).toBe('unknown')
  })

  it('is unknown, not pass, when boot could not be read', () => {
    const facts = without('boot', 'permission-denied')
    expect(runCheck(bootGrubenv, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'unknown',
      missing: [{ fact: 'boot', reason: 'permission-denied' }],
    })
  })
})
