import { describe, expect, it } from 'vitest'
import { sysctlKeys } from '../../checks/sysctl-keys.ts'
import { factsWith, hostFacts, runCheck, without } from '../support/facts-fixture.ts'

describe('sysctl-keys', () => {
  it('passes the keys of a Kubernetes node', () => {
    const facts = hostFacts()
    expect(runCheck(sysctlKeys, facts, { target: 'anolis-anck' })).toMatchObject({ status: 'pass' })
  })

  it('reports yama on 5.10', () => {
    const facts = factsWith({
      sysctl: {
        files: [{ file: '/etc/sysctl.d/99.conf', key: 'kernel.yama.ptrace_scope', value: '1' }],
        missing: [],
      },
    })
    expect(runCheck(sysctlKeys, facts, { target: 'anolis-anck' })).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('kernel.yama.ptrace_scope') },
    })
  })

  it('does not report yama on 4.19', () => {
    const facts = factsWith({
      sysctl: {
        files: [{ file: '/etc/sysctl.d/99.conf', key: 'kernel.yama.ptrace_scope', value: '1' }],
        missing: [],
      },
    })
    expect(runCheck(sysctlKeys, facts, { target: 'anolis-anck', kernelLine: 'anck-4.19' })).toMatchObject({
      status: 'pass',
    })
  })

  it('asks the kernel’s options', () => {
    const facts = factsWith({
      sysctl: {
        files: [{ file: '/etc/sysctl.d/99.conf', key: 'net.mptcp.enabled', value: '1' }],
        missing: [],
      },
    })
    expect(runCheck(sysctlKeys, facts, { target: 'anolis-anck', kernelLine: 'anck-4.19' })).toMatchObject({
      status: 'fail',
    })
  })

  it('takes / and . for the same', () => {
    const facts = factsWith({
      sysctl: {
        files: [{ file: '/etc/sysctl.d/99.conf', key: 'net/mptcp/enabled', value: '1' }],
        missing: [],
      },
    })
    expect(runCheck(sysctlKeys, facts, { target: 'anolis-anck', kernelLine: 'anck-4.19' })).toMatchObject({
      status: 'fail',
    })
  })

  it('does not blame the move for a key that is missing today', () => {
    const facts = factsWith({
      sysctl: {
        files: [{ file: '/etc/sysctl.d/99.conf', key: 'net.mptcp.enabled', value: '1' }],
        missing: ['net.mptcp.enabled'],
      },
    })
    expect(runCheck(sysctlKeys, facts, { target: 'anolis-anck', kernelLine: 'anck-4.19' })).toMatchObject({
      status: 'pass',
    })
  })

  it('is unknown for subtrees the data does not hold', () => {
    const facts = factsWith({
      sysctl: {
        files: [{ file: '/etc/sysctl.d/99.conf', key: 'vendor.tuning.level', value: '1' }],
        missing: [],
      },
    })
    expect(runCheck(sysctlKeys, facts, { target: 'anolis-anck' })).toMatchObject({ status: 'unknown' })
  })

  it('takes RHCK for the same line where the data is silent', () => {
    const facts = factsWith({
      sysctl: {
        files: [{ file: '/etc/sysctl.d/99.conf', key: 'vendor.tuning.level', value: '1' }],
        missing: [],
      },
    })
    expect(runCheck(sysctlKeys, facts, { target: 'anolis-rhck' })).toMatchObject({ status: 'pass' })
  })

  it('is unknown, not pass, when sysctl could not be read', () => {
    const facts = without('sysctl', 'permission-denied')
    expect(runCheck(sysctlKeys, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'unknown',
      missing: [{ fact: 'sysctl', reason: 'permission-denied' }],
    })
  })
})
