import { describe, expect, it } from 'vitest'
import { kernelOutOfTreeModules } from '../../checks/kernel-out-of-tree-modules.ts'
import { factsWith, hostFacts, runCheck, without } from '../support/facts-fixture.ts'

describe('kernel-out-of-tree-modules', () => {
  it('passes a host without foreign modules', () => {
    const facts = hostFacts()
    expect(runCheck(kernelOutOfTreeModules, facts, { target: 'anolis-anck' })).toMatchObject({
      status: 'pass',
    })
  })

  it('is mild on RHCK when every symbol keeps its CRC', () => {
    const facts = factsWith({
      moduleFiles: {
        outOfTree: [
          {
            name: 'vendor_mod',
            path: '/lib/modules/4.18.0-348.7.1.el8_5.x86_64/extra/vendor_mod.ko',
            origin: 'extra',
            version: '1.0',
            license: 'GPL',
            signer: null,
            vermagic: '4.18.0-348.el8.x86_64 SMP mod_unload modversions',
            package: null,
            symbols: [{ name: '__alloc_skb', crc: '0x3c5dfeb0' }],
          },
        ],
      },
    })
    expect(runCheck(kernelOutOfTreeModules, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'fail',
      severity: 'low',
      here: { en: expect.stringContaining('still loads') },
    })
  })

  it('asks for a rebuild on RHCK when a CRC differs', () => {
    const facts = factsWith({
      moduleFiles: {
        outOfTree: [
          {
            name: 'vendor_mod',
            path: '/lib/modules/4.18.0-348.7.1.el8_5.x86_64/extra/vendor_mod.ko',
            origin: 'extra',
            version: '1.0',
            license: 'GPL',
            signer: null,
            vermagic: '4.18.0-348.el8.x86_64 SMP mod_unload modversions',
            package: null,
            symbols: [{ name: '__alloc_skb', crc: '0x00000001' }],
          },
        ],
      },
    })
    expect(runCheck(kernelOutOfTreeModules, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'fail',
      severity: 'high',
      here: { en: expect.stringContaining('rebuilt') },
    })
  })

  it('is unknown on RHCK for symbols outside the stable list', () => {
    const facts = factsWith({
      moduleFiles: {
        outOfTree: [
          {
            name: 'vendor_mod',
            path: '/lib/modules/4.18.0-348.7.1.el8_5.x86_64/extra/vendor_mod.ko',
            origin: 'extra',
            version: '1.0',
            license: 'GPL',
            signer: null,
            vermagic: '4.18.0-348.el8.x86_64 SMP mod_unload modversions',
            package: null,
            symbols: [{ name: 'not_in_any_list', crc: '0x1' }],
          },
        ],
      },
    })
    expect(runCheck(kernelOutOfTreeModules, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'unknown',
    })
  })

  it('is unknown on RHCK when the symbols could not be read', () => {
    const facts = factsWith({
      moduleFiles: {
        outOfTree: [
          {
            name: 'vendor_mod',
            path: '/lib/modules/4.18.0-348.7.1.el8_5.x86_64/extra/vendor_mod.ko',
            origin: 'extra',
            version: '1.0',
            license: 'GPL',
            signer: null,
            vermagic: '4.18.0-348.el8.x86_64 SMP mod_unload modversions',
            package: null,
            symbols: null,
          },
        ],
      },
    })
    expect(runCheck(kernelOutOfTreeModules, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'unknown',
    })
  })

  it('asks for a rebuild on every ANCK', () => {
    const facts = factsWith({
      moduleFiles: {
        outOfTree: [
          {
            name: 'vendor_mod',
            path: '/lib/modules/4.18.0-348.7.1.el8_5.x86_64/extra/vendor_mod.ko',
            origin: 'extra',
            version: '1.0',
            license: 'GPL',
            signer: null,
            vermagic: '4.18.0-348.el8.x86_64 SMP mod_unload modversions',
            package: null,
            symbols: [{ name: '__alloc_skb', crc: '0x3c5dfeb0' }],
          },
        ],
      },
    })
    expect(
      runCheck(kernelOutOfTreeModules, facts, { target: 'anolis-anck', kernelLine: 'anck-4.19' }),
    ).toMatchObject({ status: 'fail', severity: 'high', here: { en: expect.stringContaining('rebuilt') } })
  })

  it('asks for a rebuild on ANCK even when the symbols could not be read', () => {
    const facts = factsWith({
      moduleFiles: {
        outOfTree: [
          {
            name: 'vendor_mod',
            path: '/lib/modules/4.18.0-348.7.1.el8_5.x86_64/extra/vendor_mod.ko',
            origin: 'extra',
            version: '1.0',
            license: 'GPL',
            signer: null,
            vermagic: '4.18.0-348.el8.x86_64 SMP mod_unload modversions',
            package: null,
            symbols: null,
          },
        ],
      },
    })
    expect(runCheck(kernelOutOfTreeModules, facts, { target: 'anolis-anck' })).toMatchObject({
      status: 'fail',
      severity: 'high',
      here: { en: expect.stringContaining('rebuilt') },
    })
  })

  it('names symbols that are gone in 5.10', () => {
    const facts = factsWith({
      moduleFiles: {
        outOfTree: [
          {
            name: 'vendor_mod',
            path: '/lib/modules/4.18.0-348.7.1.el8_5.x86_64/extra/vendor_mod.ko',
            origin: 'extra',
            version: '1.0',
            license: 'GPL',
            signer: null,
            vermagic: '4.18.0-348.el8.x86_64 SMP mod_unload modversions',
            package: null,
            symbols: [{ name: 'do_gettimeofday', crc: null }],
          },
        ],
      },
    })
    expect(runCheck(kernelOutOfTreeModules, facts, { target: 'anolis-anck' })).toMatchObject({
      status: 'fail',
      severity: 'high',
      here: { en: expect.stringContaining('ported') },
    })
  })

  it('is never mild for ContainerOS', () => {
    const facts = factsWith({
      moduleFiles: {
        outOfTree: [
          {
            name: 'vendor_mod',
            path: '/lib/modules/4.18.0-348.7.1.el8_5.x86_64/extra/vendor_mod.ko',
            origin: 'extra',
            version: '1.0',
            license: 'GPL',
            signer: null,
            vermagic: '4.18.0-348.el8.x86_64 SMP mod_unload modversions',
            package: null,
            symbols: [{ name: '__alloc_skb', crc: '0x3c5dfeb0' }],
          },
        ],
      },
    })
    expect(runCheck(kernelOutOfTreeModules, facts, { target: 'containeros' })).toMatchObject({
      status: 'fail',
      severity: 'high',
    })
  })

  it('is unknown for modules without a file', () => {
    const facts = factsWith({ moduleFiles: { withoutFile: ['handmade'] } })
    expect(runCheck(kernelOutOfTreeModules, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'unknown',
    })
  })

  it('is unknown, not pass, when moduleFiles could not be read', () => {
    const facts = without('moduleFiles', 'permission-denied')
    expect(runCheck(kernelOutOfTreeModules, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'unknown',
      missing: [{ fact: 'moduleFiles', reason: 'permission-denied' }],
    })
  })
})
