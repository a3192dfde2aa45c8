import { describe, expect, it } from 'vitest'
import { builtInProfiles } from '../../src/ignition/built-in-profiles.ts'
import { probeProfile, type ProbedField } from '../../src/ignition/probe-profile.ts'
import type { HostFacts } from '../../src/model/facts.ts'
import { profileRows, unknownFields } from '../../src/model/profile-fields.ts'
import { factsWith, hostFacts, type FactOverrides } from '../support/facts-fixture.ts'

const lifseaos = builtInProfiles[0]!
const unit = (name: string, active: string) => ({
  name,
  active,
  enabled: 'enabled',
  sub: null,
  path: null,
  origin: 'vendor' as const,
})

/** A machine that runs the system, as far as a test says. */
function machine(changes: FactOverrides = {}): HostFacts {
  const osRelease = {
    id: 'lifsea',
    variantId: null,
    name: 'LifseaOS',
    prettyName: 'LifseaOS 3.2410 (Container Edition)',
  }
  const kubelet = {
    version: '1.30.7',
    rootDir: '/var/lib/kubelet',
    runtimeEndpoint: 'unix:///run/containerd/containerd.sock',
    cgroupDriver: 'systemd',
    resolvConf: null,
  }
  const units = {
    live: true,
    units: [unit('kubelet.service', 'active'), unit('systemd-networkd.service', 'active')],
  }
  const time = { service: 'chronyd' }
  const kernel = { cmdline: ['quiet', 'ignition.platform.id=aliyun'] }
  return factsWith({ osRelease, kubelet, units, time, kernel, ...changes }, hostFacts())
}

const fieldOf = (fields: readonly ProbedField[], path: string): ProbedField | undefined =>
  fields.find((field) => field.path === path)

describe('probeProfile', () => {
  it('fills in what the profile did not know, with host, day and fact as the source', () => {
    const { profile, fields } = probeProfile(lifseaos, machine())
    const source = (fact: string): string => `worker-1, 2026-11-20: fact ${fact}`
    expect(profile.identity.osImage).toEqual({ value: 'LifseaOS', source: source('osRelease') })
    expect(profile.ignition.platformIds).toEqual({ value: ['aliyun'], source: source('kernel') })
    expect(profile.kubernetes.kubeletVersion).toEqual({ value: '1.30.7', source: source('kubelet') })
    expect(profile.kubernetes.kubeletUnit).toEqual({ value: 'kubelet.service', source: source('units') })
    expect(profile.network.stack).toEqual({ value: 'systemd-networkd', source: source('units') })
    expect(profile.time.service).toEqual({ value: 'chronyd', source: source('time') })
    expect(fieldOf(fields, 'identity.osReleaseId')).toMatchObject({ state: 'same', value: 'lifsea' })
  })

  it('knows of programs by their packages, and that none is there from no package', () => {
    const { packages } = machine().facts
    const [first] = packages?.status === 'ok' ? packages.value.packages : []
    const lvm2 = { ...first!, name: 'lvm2' }
    const { profile } = probeProfile(lifseaos, machine({ packages: { packages: [first!, lvm2] } }))
    expect(profile.packages.lvm).toMatchObject({ value: true })
    expect(profile.packages.mdadm).toHaveProperty('unknown')
  })

  it('leaves everything as it was that no fact tells', () => {
    const { profile, fields } = probeProfile(lifseaos, machine())
    const told = new Set(fields.map(({ path }) => path))
    for (const { path, field } of profileRows(lifseaos).filter((row) => !told.has(row.path)))
      expect(profileRows(profile).find((row) => row.path === path)?.field).toEqual(field)
    expect(unknownFields(profile).map(({ path }) => path)).toContain('ignition.maxSpec')
  })

  it('tells where the machine is otherwise, and keeps what the profile says', () => {
    const units = { live: true, units: [unit('sshd.service', 'active')] }
    const { profile, fields } = probeProfile(lifseaos, machine({ units }))
    expect(fieldOf(fields, 'packages.sshd')).toMatchObject({ state: 'differs', value: true })
    expect(profile.packages.sshd).toEqual(lifseaos.packages.sshd)
  })

  it('says that there is no kubelet and no containerd where there is none', () => {
    const absent = { kubelet: { installed: false }, containerRuntimes: { containerd: null } }
    const { profile } = probeProfile(lifseaos, machine(absent))
    for (const field of [profile.kubernetes.kubeletPath, profile.kubernetes.containerdPath])
      expect(field).toMatchObject({ value: null })
  })

  it('believes no fact that is not whole, nor two network programs at once, nor what no profile can hold', () => {
    const units = {
      live: true,
      units: [unit('NetworkManager.service', 'active'), unit('systemd-networkd.service', 'active')],
    }
    const document = machine({ units, kubelet: { rootDir: '/var/../kubelet' } })
    const { time } = document.facts
    const facts = { ...document.facts, time: { ...time!, degraded: 'cut off' } } as HostFacts['facts']
    const { profile } = probeProfile(lifseaos, { ...document, facts })
    for (const field of [profile.network.stack, profile.kubernetes.kubeletRoot, profile.time.service])
      expect(field).toHaveProperty('unknown')
  })
})
