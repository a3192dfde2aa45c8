import { describe, expect, it } from 'vitest'
import { kvmNeeded } from '../../checks/kvm-needed.ts'
import { factsWith, hostFacts, runCheck, without } from '../support/facts-fixture.ts'
import { healthySystem } from '../support/healthy-system.ts'

const healthyContainerd = healthySystem.containerRuntimes.containerd!

describe('kvm-needed', () => {
  it('has nothing to say without a sandboxed runtime', () => {
    const facts = hostFacts()
    expect(runCheck(kvmNeeded, facts, { target: 'containeros' })).toMatchObject({ status: 'not-applicable' })
  })

  it('passes Kata on RHCK and its KVM', () => {
    const facts = factsWith({
      containerRuntimes: {
        containerd: { ...healthyContainerd, runtimes: [{ name: 'kata', type: 'io.containerd.kata.v2' }] },
      },
    })
    expect(runCheck(kvmNeeded, facts, { target: 'anolis-anck' })).toMatchObject({ status: 'pass' })
  })

  it('blocks ContainerOS', () => {
    const facts = factsWith({
      containerRuntimes: {
        containerd: { ...healthyContainerd, runtimes: [{ name: 'kata', type: 'io.containerd.kata.v2' }] },
      },
    })
    expect(runCheck(kvmNeeded, facts, { target: 'containeros' })).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('kata') },
    })
  })

  it('finds Kata by its marks on the host', () => {
    const facts = factsWith({ cloudNative: { systems: [{ id: 'kata', evidence: '/opt/kata' }] } })
    expect(runCheck(kvmNeeded, facts, { target: 'containeros' })).toMatchObject({ status: 'fail' })
  })

  it('is unknown where the kernel is not known', () => {
    const facts = factsWith({
      kernel: { arch: 'aarch64' },
      containerRuntimes: {
        containerd: { ...healthyContainerd, runtimes: [{ name: 'kata', type: 'io.containerd.kata.v2' }] },
      },
    })
    expect(runCheck(kvmNeeded, facts, { target: 'anolis-anck' })).toMatchObject({ status: 'unknown' })
  })

  it('is unknown when the marks of Kata were not looked for', () => {
    expect(runCheck(kvmNeeded, without('cloudNative'), { target: 'anolis-rhck' }).status).toBe('unknown')
  })

  it('is unknown, not pass, when virtualization could not be read', () => {
    const facts = without('virtualization', 'permission-denied')
    expect(runCheck(kvmNeeded, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'unknown',
      missing: [{ fact: 'virtualization', reason: 'permission-denied' }],
    })
  })
})
