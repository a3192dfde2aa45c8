import { describe, expect, it } from 'vitest'
import { initramfsPresent } from '../../checks/initramfs-present.ts'
import { factsWith, hostFacts, runCheck, without } from '../support/facts-fixture.ts'

describe('initramfs-present', () => {
  it('passes when both files are there', () => {
    const facts = hostFacts()
    expect(runCheck(initramfsPresent, facts, { target: 'anolis-rhck' })).toMatchObject({ status: 'pass' })
  })

  it('reports a missing initramfs', () => {
    const facts = factsWith({
      installedKernels: {
        kernels: [
          {
            release: '4.18.0-348.7.1.el8_5.x86_64',
            vmlinuz: true,
            initramfs: false,
            config: true,
            packaged: true,
          },
        ],
      },
    })
    expect(runCheck(initramfsPresent, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('initramfs') },
    })
  })

  it('names both when both are missing', () => {
    const facts = factsWith({
      installedKernels: {
        kernels: [
          {
            release: '4.18.0-348.7.1.el8_5.x86_64',
            vmlinuz: false,
            initramfs: false,
            config: true,
            packaged: true,
          },
        ],
      },
    })
    expect(runCheck(initramfsPresent, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('vmlinuz and initramfs') },
    })
  })

  it('is unknown when the running kernel is not installed', () => {
    const facts = factsWith({ installedKernels: { kernels: [] } })
    expect(runCheck(initramfsPresent, facts, { target: 'anolis-rhck' })).toMatchObject({ status: 'unknown' })
  })

  it('is unknown, not pass, when installedKernels could not be read', () => {
    const facts = without('installedKernels', 'permission-denied')
    expect(runCheck(initramfsPresent, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'unknown',
      missing: [{ fact: 'installedKernels', reason: 'permission-denied' }],
    })
  })
})
