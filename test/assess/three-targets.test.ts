import { describe, expect, it } from 'vitest'
import { checks } from '../../checks/index.ts'
import { assessHost } from '../../src/assess/assess-host.ts'
import { createWaiverBook } from '../../src/assess/waive.ts'
import { builtinKernelProfile } from '../../src/kernel/profiles.ts'
import type { HostFacts } from '../../src/model/facts.ts'
import { factsWith, hostFacts, without } from '../support/facts-fixture.ts'
import { disk, nic } from '../support/healthy-node.ts'

const now = '2026-11-21T00:00:00.000Z'

/** Verdict and blockers of every line, as `anck-5.10: BLOCKED removed-driver-root-disk`. */
function verdicts(facts: HostFacts): string[] {
  const assessment = assessHost(facts, {
    targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
    checks,
    kernelProfile: builtinKernelProfile,
    anck: '5.10',
    waivers: createWaiverBook({ waivers: [], checkIds: new Set(), now }),
    now,
  })
  return assessment.targets
    .flatMap((target) => [target, ...target.alternatives])
    .map((line) => {
      const blockers = line.findings
        .filter(({ status, severity }) => status === 'fail' && severity === 'block')
        .map(({ key }) => key)
      return [`${line.kernelLine}: ${line.verdict}`, ...blockers].join(' ')
    })
}

describe('one host, three targets', () => {
  it('calls the healthy worker READY in place', () => {
    expect(verdicts(hostFacts())).toContain('rhck-4.18: READY')
  })

  it('tells RHCK, both ANCK lines and ContainerOS apart for a controller that 5.10 does not have', () => {
    const facts = factsWith({
      disks: { devices: [disk({ name: 'sda', drivers: ['sd', 'mpi3mr'] })], rootDisks: ['sda'] },
    })
    expect(verdicts(facts)).toEqual([
      'rhck-4.18: READY',
      'anck-5.10: BLOCKED removed-driver-root-disk',
      'anck-4.19: UNKNOWN',
      'containeros: BLOCKED removed-driver-root-disk',
    ])
  })

  it('does not guess about a physical adapter on ContainerOS', () => {
    const facts = factsWith({
      nics: { interfaces: [nic({ name: 'eth0', mac: '00:16:3e:00:00:01', driver: 'i40e' })] },
    })
    expect(verdicts(facts)).toContain('containeros: UNKNOWN')
    expect(verdicts(facts)).not.toContain('anck-5.10: UNKNOWN')
  })

  it('blocks a half-converted host in place on every line', () => {
    const release = { version: '8.8', release: '1.an8', vendor: 'OpenAnolis', role: 'release' as const }
    const facts = factsWith({
      releasePackages: {
        packages: [
          { ...release, name: 'anolis-release' },
          { ...release, name: 'centos-linux-release', vendor: 'CentOS' },
        ],
      },
    })
    for (const verdict of verdicts(facts).slice(0, 3)) {
      expect(verdict).toMatch(/BLOCKED os-half-converted release-package-owner$/)
    }
  })

  it('is UNKNOWN, not ready, when the disks could not be read', () => {
    for (const verdict of verdicts(without('disks', 'timeout'))) expect(verdict).toMatch(/UNKNOWN/)
  })
})
