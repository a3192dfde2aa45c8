import { builtInProfiles } from '../../src/ignition/built-in-profiles.ts'
import { OsProfile } from '../../src/model/os-profile.ts'
import { unknownFields, type ProfilePath } from '../../src/model/profile-fields.ts'

/** What a team might write where the built-in profile of LifseaOS says that it is not known. */
const written: Partial<Record<ProfilePath, unknown>> = {
  'identity.osReleaseVariantId': null,
  'identity.osImage': 'LifseaOS',
  'ignition.maxSpec': '3.3.0',
  'paths.opt': 'link-to-var',
  'paths.usrLocal': 'link-to-var',
  'packages.tar': true,
  'packages.curl': true,
  'packages.zstd': true,
  'kubernetes.kubeletPath': '/usr/bin/kubelet',
  'kubernetes.kubeletVersion': '1.26.15',
  'kubernetes.kubeletUnit': 'kubelet.service',
  'kubernetes.kubeletRoot': '/var/lib/kubelet',
  'kubernetes.kubeadmPath': '/usr/bin/kubeadm',
  'kubernetes.containerdPath': '/usr/bin/containerd',
  'kubernetes.containerdVersion': '1.6.33',
  'kubernetes.containerdConfig': '/etc/containerd/config.toml',
  'kubernetes.containerdConfigVersion': 2,
  'kubernetes.runtimeEndpoint': 'unix:///run/containerd/containerd.sock',
  'kubernetes.cgroupDriver': 'systemd',
  'network.stack': 'networkmanager',
  'time.service': 'chronyd',
  'trust.directory': '/etc/pki/ca-trust/source/anchors',
  'trust.update': ['/usr/bin/update-ca-trust', 'extract'],
}

/** LifseaOS as a team knows it: what is needed is filled in, with some values changed. */
export function wholeProfile(changes: Partial<Record<ProfilePath, unknown>> = {}): OsProfile {
  const document = structuredClone(builtInProfiles[0]!) as unknown as Record<string, Record<string, unknown>>
  const known = unknownFields(builtInProfiles[0]!).flatMap(({ path }) =>
    Object.hasOwn(written, path) ? [[path, written[path]] as const] : [],
  )
  for (const [path, value] of [...known, ...Object.entries(changes)]) {
    const [group = '', name = ''] = path.split('.')
    document[group]![name] = { value, source: 'the test' }
  }
  return OsProfile.parse(document)
}
