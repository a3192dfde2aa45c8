import { describe, expect, it } from 'vitest'
import { bootDracutConfig } from '../../checks/boot-dracut-config.ts'
import { factsWith, hostFacts, runCheck, without } from '../support/facts-fixture.ts'

describe('boot-dracut-config', () => {
  it('passes without own settings', () => {
    const facts = hostFacts()
    expect(runCheck(bootDracutConfig, facts, { target: 'anolis-rhck' })).toMatchObject({ status: 'pass' })
  })

  it('reports an added driver', () => {
    const facts = factsWith({
      boot: { dracutConf: [{ file: '/etc/dracut.conf.d/x.conf', key: 'add_drivers', value: 'mpi3mr' }] },
    })
    expect(runCheck(bootDracutConfig, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('add_drivers=mpi3mr') },
    })
  })

  it('does not mind settings that decide nothing', () => {
    const facts = factsWith({
      boot: { dracutConf: [{ file: '/etc/dracut.conf.d/x.conf', key: 'compress', value: 'zstd' }] },
    })
    expect(runCheck(bootDracutConfig, facts, { target: 'anolis-rhck' })).toMatchObject({ status: 'pass' })
  })

  it('is unknown, not pass, when boot could not be read', () => {
    const facts = without('boot', 'permission-denied')
    expect(runCheck(bootDracutConfig, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'unknown',
      missing: [{ fact: 'boot', reason: 'permission-denied' }],
    })
  })
})
