import { describe, expect, it } from 'vitest'
import { modulesLoadConfig } from '../../checks/modules-load-config.ts'
import { factsWith, hostFacts, runCheck, without } from '../support/facts-fixture.ts'

describe('modules-load-config', () => {
  it('passes names that are there', () => {
    const facts = hostFacts()
    expect(runCheck(modulesLoadConfig, facts, { target: 'anolis-anck' })).toMatchObject({ status: 'pass' })
  })

  it('names the replacement of a merged module', () => {
    const facts = factsWith({
      moduleConfig: { load: [{ file: '/etc/modules-load.d/ipvs.conf', module: 'nf_conntrack_ipv4' }] },
    })
    expect(runCheck(modulesLoadConfig, facts, { target: 'anolis-anck' })).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('nf_conntrack_ipv4 → nf_conntrack') },
    })
  })

  it('passes the old name where it still exists', () => {
    const facts = factsWith({
      moduleConfig: { load: [{ file: '/etc/modules-load.d/ipvs.conf', module: 'nf_conntrack_ipv4' }] },
    })
    expect(runCheck(modulesLoadConfig, facts, { target: 'anolis-rhck' })).toMatchObject({ status: 'pass' })
  })

  it('tells 4.19 from 5.10', () => {
    const facts = factsWith({
      moduleConfig: { load: [{ file: '/etc/modules-load.d/ipvs.conf', module: 'nf_nat_ipv4' }] },
    })
    expect(
      runCheck(modulesLoadConfig, facts, { target: 'anolis-anck', kernelLine: 'anck-4.19' }),
    ).toMatchObject({ status: 'pass' })
  })

  it('reports a module without replacement', () => {
    const facts = factsWith({
      moduleConfig: { load: [{ file: '/etc/modules-load.d/ipvs.conf', module: 'cls_rsvp' }] },
    })
    expect(runCheck(modulesLoadConfig, facts, { target: 'anolis-anck' })).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('cls_rsvp') },
    })
  })

  it('is unknown for names the data does not hold', () => {
    const facts = factsWith({
      moduleConfig: { load: [{ file: '/etc/modules-load.d/ipvs.conf', module: 'vendor_mod' }] },
    })
    expect(runCheck(modulesLoadConfig, facts, { target: 'anolis-anck' })).toMatchObject({ status: 'unknown' })
  })

  it('is unknown, not pass, when moduleConfig could not be read', () => {
    const facts = without('moduleConfig', 'permission-denied')
    expect(runCheck(modulesLoadConfig, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'unknown',
      missing: [{ fact: 'moduleConfig', reason: 'permission-denied' }],
    })
  })
})
