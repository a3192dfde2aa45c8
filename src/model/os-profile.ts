import { z } from 'zod'
import { kernelLines } from './kernel.ts'

const short = z.string().min(1).max(200)
const path = z
  .string()
  .max(400)
  .regex(/^\/(?!.*(?:\/\/|\/\.{1,2}(?:\/|$)))\P{Cc}*$/u, 'an absolute path without . and ..')
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, '64 lower-case hex digits')
const https = z.url({ protocol: /^https?$/ }).max(2000)
const words = z.array(z.string().regex(/^[^\s\0]{1,400}$/, 'one word')).max(100)

/** Ignition specifications that osferry knows, oldest first. */
export const ignitionSpecs = ['3.0.0', '3.1.0', '3.2.0', '3.3.0', '3.4.0', '3.5.0'] as const
export type IgnitionSpec = (typeof ignitionSpecs)[number]

/** A value and where it is written, or how to find it out on a machine that runs the system. */
export type ProfileField<T> = { value: T; source: string } | { unknown: string }

function field<T extends z.ZodType>(value: T): z.ZodType<ProfileField<z.output<T>>> {
  const known = z.strictObject({ value, source: short })
  return z.union([known, z.strictObject({ unknown: short })]) as never
}

const directoryNature = z.enum(['writable', 'link-to-var', 'read-only'])

/** A file that is fetched to install the system. */
const Artifact = z.strictObject({
  role: z.enum(['kernel', 'initramfs', 'rootfs', 'image']),
  architecture: z.enum(['x86_64', 'aarch64']),
  url: https,
  sha256,
  /** Detached signature beside it; null when there is none. */
  signature: https.nullable(),
})

const PartitionOfImage = z.strictObject({
  number: z.int().min(1).max(128),
  label: z
    .string()
    .max(36)
    .regex(/^[^:\p{Cc}]+$/u, 'at most 36 letters without a colon'),
  use: z.enum(['bios', 'efi', 'boot', 'system', 'data', 'reserved']),
})

/** Everything that is asked of a system, by group; each one is known with its source, or unknown with a way to find out. */
export const profileGroups = {
  identity: z.strictObject({
    /** `ID` of os-release. */
    osReleaseId: field(short),
    /** `VARIANT_ID` of os-release; null when it has none. */
    osReleaseVariantId: field(short.nullable()),
    /** What `status.nodeInfo.osImage` of a node begins with. */
    osImage: field(short),
  }),
  ignition: z.strictObject({
    /** The newest specification that its Ignition reads. */
    maxSpec: field(z.enum(ignitionSpecs)),
    /** Values of `ignition.platform.id` that its images exist for. */
    platformIds: field(z.array(z.string().regex(/^[a-z0-9]{1,40}$/)).max(60)),
  }),
  paths: z.strictObject({
    /** Directories that accept writes and keep them. */
    writable: field(z.array(path).min(1).max(50)),
    opt: field(directoryNature),
    usrLocal: field(directoryNature),
  }),
  /** Programs that are in the image. */
  packages: z.strictObject({
    python: field(z.boolean()),
    sshd: field(z.boolean()),
    tar: field(z.boolean()),
    curl: field(z.boolean()),
    zstd: field(z.boolean()),
    /** These were not asked of profiles that were written earlier. */
    mdadm: field(z.boolean()).default({ unknown: 'command -v mdadm' }),
    lvm: field(z.boolean()).default({ unknown: 'command -v lvm' }),
    /** What opens the containers of /etc/crypttab at boot. */
    cryptsetup: field(z.boolean()).default({ unknown: 'test -x /usr/lib/systemd/systemd-cryptsetup' }),
  }),
  kubernetes: z.strictObject({
    /** Null: not in the image. */
    kubeletPath: field(path.nullable()),
    kubeletVersion: field(short.nullable()),
    /** Unit that runs the kubelet, whose drop-ins lie below /etc/systemd/system; null when there is none. */
    kubeletUnit: field(
      z
        .string()
        .regex(/^[A-Za-z0-9@:._-]{1,100}\.service$/)
        .nullable(),
    ),
    kubeletRoot: field(path),
    /** Null: not in the image. */
    kubeadmPath: field(path.nullable()),
    /** Null: not in the image. */
    containerdPath: field(path.nullable()),
    containerdVersion: field(short.nullable()),
    containerdConfig: field(path),
    /** 2 is of containerd 1.x, 3 of 2.x. */
    containerdConfigVersion: field(z.union([z.literal(2), z.literal(3)])),
    runtimeEndpoint: field(z.string().regex(/^unix:\/\/\/\S{1,300}$/, 'unix:///path/of.sock')),
    cgroupDriver: field(z.enum(['systemd', 'cgroupfs'])),
  }),
  network: z.strictObject({
    stack: field(z.enum(['networkmanager', 'systemd-networkd'])),
    /** What the kubelet gives to pods as resolv.conf. */
    resolvConf: field(path),
  }),
  time: z.strictObject({ service: field(z.enum(['chronyd', 'systemd-timesyncd'])) }),
  trust: z.strictObject({
    /** Where certificate authorities of a team are put. */
    directory: field(path),
    /** Program and arguments that make them count; null when the system does it by itself at boot. */
    update: field(words.min(1).nullable()),
  }),
  kernel: z.strictObject({
    /** The kernel line of osferry that is nearest to its kernel; null when there is none. */
    line: field(z.enum(kernelLines).nullable()),
  }),
  install: z.strictObject({
    artifacts: field(z.array(Artifact).min(1).max(40)),
    /** Kernel arguments of the installer. */
    installArguments: field(words),
    /** Kernel arguments of the first boot. */
    firstBootArguments: field(words),
  }),
  disk: z.strictObject({ partitions: field(z.array(PartitionOfImage).min(1).max(128)) }),
  operations: z.strictObject({
    /** How people reach a machine that runs it. */
    channel: field(z.enum(['ssh', 'cloud-assistant', 'operations-container', 'none'])),
  }),
} as const

/** os-profile/v1: what an immutable system is and takes; the built-in ones and those of a team have the same form. */
export const OsProfile = z.strictObject({
  schema: z.literal('os-profile/v1'),
  name: z.string().regex(/^[a-z][a-z0-9.-]{0,62}$/, 'a profile is named by a-z, 0-9, . and -'),
  title: z.strictObject({ en: short, zh: short }),
  ...profileGroups,
})
export type OsProfile = z.infer<typeof OsProfile>
