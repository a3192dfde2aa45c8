import type { FactMap, FactName, FactValue, HostFacts } from '../model/facts.ts'
import type { z } from 'zod'
import { OsProfile, profileGroups } from '../model/os-profile.ts'
import { profileRows, type ProfileGroup, type ProfilePath } from '../model/profile-fields.ts'

/** One field of a profile beside what a machine says of it. */
export interface ProbedField {
  path: ProfilePath
  /** `filled`: the profile did not know it. `differs`: the profile says otherwise, and stays as it is. */
  state: 'filled' | 'same' | 'differs'
  /** As the machine has it. */
  value: unknown
  /** Of the machine: the host, the day, and the fact. */
  source: string
}

export interface ProbedProfile {
  /** The profile with what it did not know. */
  profile: OsProfile
  fields: ProbedField[]
}

/**
 * What the facts of a machine that runs the system say of the fields of its profile. Only facts that are whole are believed; what no
 * fact tells stays as it is.
 */
export function probeProfile(profile: OsProfile, document: HostFacts): ProbedProfile {
  const told = new Map(toldBy(document.facts).map((row) => [row.path, row]))
  const day = document.collection.startedAt.slice(0, 10)
  const filled = structuredClone(profile) as unknown as Record<string, Record<string, unknown>>
  const fields = profileRows(profile).flatMap(({ path, field }): ProbedField[] => {
    const row = told.get(path)
    if (row === undefined) return []
    const { value } = row
    const source = `${document.host.name}, ${day}: fact ${row.fact}`.slice(0, 200)
    if ('value' in field)
      return [{ path, state: isSame(field.value, value) ? 'same' : 'differs', value, source }]
    const [group = '', name = ''] = path.split('.')
    const known = { value, source }
    // What a machine says may be nothing that a profile can hold: then nobody has told it.
    if (!isField(group, name, known)) return []
    Object.assign(filled[group] ?? {}, { [name]: known })
    return [{ path, state: 'filled', value, source }]
  })
  return { profile: OsProfile.parse(filled, { jitless: true }), fields }
}

function isField(group: string, name: string, known: unknown): boolean {
  const { shape } = profileGroups[group as ProfileGroup] as { shape: Record<string, z.ZodType> }
  return shape[name]?.safeParse(known, { jitless: true }).success === true
}

interface Told {
  path: ProfilePath
  value: unknown
  fact: FactName
}

function toldBy(facts: FactMap): Told[] {
  const of = <F extends FactName>(
    fact: F,
    tell: (value: FactValue<F>) => Partial<Record<ProfilePath, unknown>>,
  ): Told[] => {
    const found = facts[fact]
    if (found?.status !== 'ok' || found.degraded !== undefined) return []
    const rows = Object.entries(tell(found.value as FactValue<F>)) as [ProfilePath, unknown][]
    return rows.flatMap(([path, value]) => (value === undefined ? [] : [{ path, value, fact }]))
  }
  return [
    ...of('osRelease', identityOf),
    ...of('kernel', ({ cmdline }) => ({ 'ignition.platformIds': platformIds(cmdline) })),
    ...of('kubelet', kubeletOf),
    ...of('kubeadm', ({ installed }) => ({ 'kubernetes.kubeadmPath': installed ? undefined : null })),
    ...of('containerRuntimes', ({ containerd }) => containerdOf(containerd)),
    ...of('units', unitsOf),
    ...of('packages', packagesOf),
    ...of('time', ({ service }) => ({
      'time.service': service === 'chronyd' || service === 'systemd-timesyncd' ? service : undefined,
    })),
  ]
}

type Fields = Partial<Record<ProfilePath, unknown>>

function identityOf({ id, variantId, name, prettyName }: FactValue<'osRelease'>): Fields {
  return {
    'identity.osReleaseId': id,
    'identity.osReleaseVariantId': variantId,
    // The rest of PRETTY_NAME is another one in each release.
    'identity.osImage': prettyName?.startsWith(name) === true ? name : undefined,
  }
}

function platformIds(cmdline: readonly string[]): string[] | undefined {
  const ids = cmdline.flatMap((word) => /^ignition\.platform\.id=([a-z0-9]{1,40})$/.exec(word)?.[1] ?? [])
  return ids.length === 0 ? undefined : ids
}

function kubeletOf(kubelet: FactValue<'kubelet'>): Fields {
  const { installed, version, rootDir, runtimeEndpoint, cgroupDriver, resolvConf } = kubelet
  if (!installed)
    return {
      'kubernetes.kubeletPath': null,
      'kubernetes.kubeletVersion': null,
      'kubernetes.kubeletUnit': null,
    }
  const isSocket = /^unix:\/\/\/\S{1,300}$/.test(runtimeEndpoint ?? '')
  const isDriver = cgroupDriver === 'systemd' || cgroupDriver === 'cgroupfs'
  return {
    'kubernetes.kubeletVersion': version ?? undefined,
    'kubernetes.kubeletRoot': rootDir,
    'kubernetes.runtimeEndpoint': isSocket ? runtimeEndpoint : undefined,
    'kubernetes.cgroupDriver': isDriver ? cgroupDriver : undefined,
    'network.resolvConf': resolvConf ?? undefined,
  }
}

function containerdOf(containerd: FactValue<'containerRuntimes'>['containerd']): Fields {
  if (containerd === null) return { 'kubernetes.containerdPath': null, 'kubernetes.containerdVersion': null }
  const { version, configPath, configVersion } = containerd
  return {
    'kubernetes.containerdVersion': version ?? undefined,
    'kubernetes.containerdConfig': configPath ?? undefined,
    'kubernetes.containerdConfigVersion':
      configVersion === 2 || configVersion === 3 ? configVersion : undefined,
  }
}

/** Of two network programs that both run nobody knows which one counts. */
function unitsOf({ units, live }: FactValue<'units'>): Fields {
  if (!live) return {}
  const names = new Set(units.map(({ name }) => name))
  const isActive = (wanted: string): boolean =>
    units.some(({ name, active }) => name === wanted && active === 'active')
  const manager = isActive('NetworkManager.service')
  const networkd = isActive('systemd-networkd.service')
  const stack = manager ? 'networkmanager' : 'systemd-networkd'
  return {
    'network.stack': manager === networkd ? undefined : stack,
    'kubernetes.kubeletUnit': names.has('kubelet.service') ? 'kubelet.service' : undefined,
    'packages.sshd': names.has('sshd.service') || names.has('ssh.service'),
  }
}

/** What is in no package may be in the image all the same. */
function packagesOf({ packages }: FactValue<'packages'>): Fields {
  const names = new Set(packages.map(({ name }) => name))
  return {
    'packages.mdadm': names.has('mdadm') || undefined,
    'packages.lvm': names.has('lvm2') || undefined,
  }
}

function isSame(one: unknown, other: unknown): boolean {
  if (Array.isArray(one) && Array.isArray(other)) return other.every((item) => one.includes(item))
  return one === other
}
