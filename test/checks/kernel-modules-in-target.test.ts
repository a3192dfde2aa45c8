import { describe, expect, it } from 'vitest'
import { kernelModulesInTarget } from '../../checks/kernel-modules-in-target.ts'
import { factsWith, hostFacts, runCheck, without } from '../support/facts-fixture.ts'

describe('kernel-modules-in-target', () => {
  it('passes ordinary modules', () => {
    const facts = hostFacts()
    expect(runCheck(kernelModulesInTarget, facts, { target: 'anolis-anck' })).toMatchObject({
      status: 'pass',
    })
  })

  it('reports a module that is gone', () => {
    const facts = factsWith({
      modules: {
        loaded: [
          { name: 'overlay', sizeBytes: 1, useCount: 1, usedBy: [], taint: '' },
          { name: 'cls_rsvp', sizeBytes: 1, useCount: 1, usedBy: [], taint: '' },
        ],
      },
    })
    expect(runCheck(kernelModulesInTarget, facts, { target: 'anolis-anck' })).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('cls_rsvp') },
    })
  })

  it('does not report it where it is still there', () => {
    const facts = factsWith({
      modules: { loaded: [{ name: 'cls_rsvp', sizeBytes: 1, useCount: 1, usedBy: [], taint: '' }] },
    })
    expect(runCheck(kernelModulesInTarget, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'pass',
    })
  })

  it('does not mind modules that were merged', () => {
    const facts = factsWith({
      modules: {
        loaded: [
          { name: 'nf_conntrack_ipv4', sizeBytes: 1, useCount: 1, usedBy: [], taint: '' },
          { name: 'nf_nat_ipv4', sizeBytes: 1, useCount: 1, usedBy: [], taint: '' },
        ],
      },
    })
    expect(runCheck(kernelModulesInTarget, facts, { target: 'anolis-anck' })).toMatchObject({
      status: 'pass',
    })
  })

  it('reports what RHCK dropped since 8.0', () => {
    const facts = factsWith({
      modules: { loaded: [{ name: 'bcache', sizeBytes: 1, useCount: 1, usedBy: [], taint: '' }] },
    })
    expect(runCheck(kernelModulesInTarget, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('bcache') },
    })
  })

  it('is unknown for what the data does not hold', () => {
    const facts = factsWith({
      modules: { loaded: [{ name: 'some_new_driver', sizeBytes: 1, useCount: 1, usedBy: [], taint: '' }] },
    })
    expect(runCheck(kernelModulesInTarget, facts, { target: 'anolis-anck' })).toMatchObject({
      status: 'unknown',
    })
  })

  it('takes RHCK for the same line where the data is silent', () => {
    const facts = factsWith({
      modules: { loaded: [{ name: 'some_new_driver', sizeBytes: 1, useCount: 1, usedBy: [], taint: '' }] },
    })
    expect(runCheck(kernelModulesInTarget, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'pass',
    })
  })

  it('does not mind consoles and sensors', () => {
    const facts = factsWith({
      modules: {
        loaded: [
          { name: 'joydev', sizeBytes: 1, useCount: 1, usedBy: [], taint: '' },
          { name: 'drm_kms_helper', sizeBytes: 1, useCount: 1, usedBy: [], taint: '' },
          { name: 'coretemp', sizeBytes: 1, useCount: 1, usedBy: [], taint: '' },
        ],
      },
    })
    expect(runCheck(kernelModulesInTarget, facts, { target: 'anolis-anck' })).toMatchObject({
      status: 'pass',
    })
  })

  it('names unknown ones beside lost ones', () => {
    const facts = factsWith({
      modules: {
        loaded: [
          { name: 'cls_rsvp', sizeBytes: 1, useCount: 1, usedBy: [], taint: '' },
          { name: 'some_new_driver', sizeBytes: 1, useCount: 1, usedBy: [], taint: '' },
        ],
      },
    })
    expect(runCheck(kernelModulesInTarget, facts, { target: 'anolis-anck' })).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('not known: 1 more') },
    })
  })

  it('is unknown for drivers that ContainerOS may have trimmed', () => {
    const facts = factsWith({
      modules: { loaded: [{ name: 'ixgbe', sizeBytes: 1, useCount: 1, usedBy: [], taint: '' }] },
    })
    expect(runCheck(kernelModulesInTarget, facts, { target: 'containeros' })).toMatchObject({
      status: 'unknown',
    })
  })

  it('is unknown, not pass, when modules could not be read', () => {
    const facts = without('modules', 'permission-denied')
    expect(runCheck(kernelModulesInTarget, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'unknown',
      missing: [{ fact: 'modules', reason: 'permission-denied' }],
    })
  })
})
