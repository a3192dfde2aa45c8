import { describe, expect, it } from 'vitest'
import { bootSpace } from '../../checks/boot-space.ts'
import { factsWith, hostFacts, runCheck, without } from '../support/facts-fixture.ts'

describe('boot-space', () => {
  it('passes plenty of space', () => {
    const facts = hostFacts()
    expect(runCheck(bootSpace, facts, { target: 'anolis-rhck' })).toMatchObject({ status: 'pass' })
  })

  it('passes 100 MiB exactly', () => {
    const facts = factsWith({
      space: {
        filesystems: [
          {
            source: '/dev/vda1',
            target: '/boot',
            fstype: 'ext4',
            sizeKiB: 1_000_000,
            availableKiB: 102_400,
            inodes: null,
            inodesFree: null,
          },
        ],
      },
    })
    expect(runCheck(bootSpace, facts, { target: 'anolis-rhck' })).toMatchObject({ status: 'pass' })
  })

  it('blocks one KiB less', () => {
    const facts = factsWith({
      space: {
        filesystems: [
          {
            source: '/dev/vda1',
            target: '/boot',
            fstype: 'ext4',
            sizeKiB: 1_000_000,
            availableKiB: 102_399,
            inodes: null,
            inodesFree: null,
          },
        ],
      },
    })
    expect(runCheck(bootSpace, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('99 MiB') },
    })
  })

  it('looks at / when /boot is no filesystem of its own', () => {
    const facts = factsWith({
      space: {
        filesystems: [
          {
            source: '/dev/vda1',
            target: '/',
            fstype: 'ext4',
            sizeKiB: 1_000_000,
            availableKiB: 1000,
            inodes: null,
            inodesFree: null,
          },
        ],
      },
    })
    expect(runCheck(bootSpace, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('/ has') },
    })
  })

  it('is unknown when neither is known', () => {
    const facts = factsWith({
      space: {
        filesystems: [
          {
            source: '/dev/vda1',
            target: '/data',
            fstype: 'ext4',
            sizeKiB: 1_000_000,
            availableKiB: 1000,
            inodes: null,
            inodesFree: null,
          },
        ],
      },
    })
    expect(runCheck(bootSpace, facts, { target: 'anolis-rhck' })).toMatchObject({ status: 'unknown' })
  })

  it('is unknown, not pass, when space could not be read', () => {
    const facts = without('space', 'permission-denied')
    expect(runCheck(bootSpace, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'unknown',
      missing: [{ fact: 'space', reason: 'permission-denied' }],
    })
  })
})
