import { describe, expect, it } from 'vitest'
import { bootEntriesStale } from '../../checks/boot-entries-stale.ts'
import { factsWith, hostFacts, runCheck, without } from '../support/facts-fixture.ts'

describe('boot-entries-stale', () => {
  it('passes entries of installed kernels', () => {
    const facts = hostFacts()
    expect(runCheck(bootEntriesStale, facts, { target: 'anolis-rhck' })).toMatchObject({ status: 'pass' })
  })

  it('reports an entry whose kernel is gone', () => {
    const facts = factsWith({
      installedKernels: {
        blsEntries: [
          { id: '4f6f2a1c9b0d4e5f8a7b6c5d4e3f2a1b-4.18.0-80.el8.x86_64', release: '4.18.0-80.el8.x86_64' },
        ],
      },
    })
    expect(runCheck(bootEntriesStale, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('Stale boot entries (1)') },
    })
  })

  it('reports an entry of another machine id', () => {
    const facts = factsWith({
      installedKernels: {
        blsEntries: [
          {
            id: 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-4.18.0-348.7.1.el8_5.x86_64',
            release: '4.18.0-348.7.1.el8_5.x86_64',
          },
        ],
      },
    })
    expect(runCheck(bootEntriesStale, facts, { target: 'anolis-rhck' })).toMatchObject({ status: 'fail' })
  })

  it('does not mind the rescue entry', () => {
    const facts = factsWith({
      installedKernels: {
        blsEntries: [
          {
            id: '4f6f2a1c9b0d4e5f8a7b6c5d4e3f2a1b-0-rescue',
            release: '0-rescue-4f6f2a1c9b0d4e5f8a7b6c5d4e3f2a1b',
          },
        ],
      },
    })
    expect(runCheck(bootEntriesStale, facts, { target: 'anolis-rhck' })).toMatchObject({ status: 'pass' })
  })

  it.each(['installedKernels', 'machineId'] as const)(
    'is unknown, not pass, when %s could not be read',
    (fact) => {
      const facts = without(fact, 'permission-denied')
      expect(runCheck(bootEntriesStale, facts, { target: 'anolis-rhck' })).toMatchObject({
        status: 'unknown',
        missing: [{ fact, reason: 'permission-denied' }],
      })
    },
  )
})
