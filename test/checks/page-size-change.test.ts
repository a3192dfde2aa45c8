import { describe, expect, it } from 'vitest'
import { pageSizeChange } from '../../checks/page-size-change.ts'
import { factsWith, hostFacts, runCheck, without } from '../support/facts-fixture.ts'

describe('page-size-change', () => {
  it('has nothing to say about x86', () => {
    const facts = hostFacts()
    expect(runCheck(pageSizeChange, facts, { target: 'anolis-anck' })).toMatchObject({
      status: 'not-applicable',
    })
  })

  it('reports 64 KiB pages for ANCK', () => {
    const facts = factsWith({
      cpu: { arch: 'aarch64' },
      kernel: { arch: 'aarch64' },
      memory: { pageSizeBytes: 65536 },
    })
    expect(runCheck(pageSizeChange, facts, { target: 'anolis-anck' })).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('64 KiB') },
    })
  })

  it('passes 4 KiB pages', () => {
    const facts = factsWith({
      cpu: { arch: 'aarch64' },
      kernel: { arch: 'aarch64' },
      memory: { pageSizeBytes: 4096 },
    })
    expect(runCheck(pageSizeChange, facts, { target: 'anolis-anck' })).toMatchObject({ status: 'pass' })
  })

  it('passes RHCK, which keeps 64 KiB', () => {
    const facts = factsWith({
      cpu: { arch: 'aarch64' },
      kernel: { arch: 'aarch64' },
      memory: { pageSizeBytes: 65536 },
    })
    expect(runCheck(pageSizeChange, facts, { target: 'anolis-rhck' })).toMatchObject({ status: 'pass' })
  })

  it('is unknown without a page size', () => {
    const facts = factsWith({
      cpu: { arch: 'aarch64' },
      kernel: { arch: 'aarch64' },
      memory: { pageSizeBytes: null },
    })
    expect(runCheck(pageSizeChange, facts, { target: 'anolis-anck' })).toMatchObject({ status: 'unknown' })
  })

  it('is unknown, not pass, when memory could not be read', () => {
    const facts = without('memory', 'permission-denied')
    expect(runCheck(pageSizeChange, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'unknown',
      missing: [{ fact: 'memory', reason: 'permission-denied' }],
    })
  })
})
