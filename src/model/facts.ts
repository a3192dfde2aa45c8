import { z } from 'zod'
import * as container from './facts-container.ts'
import * as hardware from './facts-hardware.ts'
import * as identity from './facts-identity.ts'
import * as kernel from './facts-kernel.ts'
import * as packages from './facts-packages.ts'
import * as services from './facts-services.ts'
import * as storage from './facts-storage.ts'

/** The shape of every fact's value, by fact name. The order is the order in which people read them. */
export const factSchemas = {
  osRelease: identity.OsRelease,
  releasePackages: identity.ReleasePackages,
  identity: identity.HostIdentity,
  machineId: identity.MachineId,
  hardware: identity.Hardware,
  cpu: identity.Cpu,
  memory: identity.Memory,
  virtualization: identity.Virtualization,
  confidential: identity.Confidential,
  time: identity.Time,
  bootTime: identity.BootTime,
  kernel: kernel.RunningKernel,
  installedKernels: kernel.InstalledKernels,
  modules: kernel.Modules,
  moduleFiles: kernel.ModuleFiles,
  moduleConfig: kernel.ModuleConfig,
  sysctl: kernel.Sysctl,
  bpf: kernel.Bpf,
  lsm: kernel.Lsm,
  livePatches: kernel.LivePatches,
  kdump: kernel.Kdump,
  cgroup: kernel.Cgroup,
  pci: hardware.Pci,
  nics: hardware.Nics,
  addresses: hardware.Addresses,
  routes: hardware.Routes,
  dns: hardware.Dns,
  networkConfig: hardware.NetworkConfig,
  proxy: hardware.Proxy,
  gpu: hardware.Gpu,
  disks: storage.Disks,
  lvm: storage.Lvm,
  raid: storage.Raid,
  filesystems: storage.Filesystems,
  mounts: storage.Mounts,
  fstab: storage.Fstab,
  swap: storage.Swap,
  space: storage.Space,
  boot: storage.Boot,
  storageStack: storage.StorageStack,
  localPaths: storage.LocalPaths,
  packages: packages.Packages,
  packageKeys: packages.PackageKeys,
  repositories: packages.Repositories,
  dnfConfig: packages.DnfConfig,
  moduleStreams: packages.ModuleStreams,
  versionlock: packages.Versionlock,
  modifiedFiles: packages.ModifiedFiles,
  alternatives: packages.Alternatives,
  units: services.Units,
  ports: services.Ports,
  users: services.Users,
  cron: services.Cron,
  agents: services.Agents,
  cloudInit: services.CloudInit,
  selinux: services.Selinux,
  firewall: services.Firewall,
  crypto: services.Crypto,
  sshd: services.Sshd,
  trustAnchors: services.TrustAnchors,
  dynamicLinker: services.DynamicLinker,
  containerRuntimes: container.ContainerRuntimes,
  images: container.Images,
  kubelet: container.Kubelet,
  kubeadm: container.Kubeadm,
  etcd: container.Etcd,
  cni: container.Cni,
  csi: container.Csi,
  cloudNative: container.CloudNative,
} as const

export type FactName = keyof typeof factSchemas
export type FactValue<F extends FactName> = z.infer<(typeof factSchemas)[F]>
export const factNames = Object.keys(factSchemas) as readonly FactName[]

/** Why a fact is not there, or not whole; none of them is ever taken for "absent" or "fine". */
export const gapReasons = [
  'not-collected',
  'permission-denied',
  'command-missing',
  'timeout',
  'too-large',
  'failed',
  'unparsable',
  'lost',
  /** There, but not whole: what was read is a part of what there is. */
  'degraded',
] as const
export const GapReason = z.enum(gapReasons)
export type GapReason = z.infer<typeof GapReason>

/** What was read, by which command, when; `sha256` (hex) and `bytes` are of the raw output. */
export const FactSource = z.object({
  command: z.string(),
  collectedAt: z.iso.datetime(),
  sha256: z.string().nullable(),
  bytes: z.int(),
})
export type FactSource = z.infer<typeof FactSource>

function factOf<T extends z.ZodType>(
  value: T,
): z.ZodType<
  | { status: 'ok'; value: z.infer<T>; source: FactSource; degraded?: string | undefined }
  | { status: 'unavailable'; reason: GapReason; message: string; source: FactSource }
> {
  return z.discriminatedUnion('status', [
    z.object({
      status: z.literal('ok'),
      value,
      source: FactSource,
      /** What is missing from an otherwise good value, for example "read without root: serial numbers absent". */
      degraded: z.string().optional(),
    }),
    z.object({
      status: z.literal('unavailable'),
      reason: GapReason,
      message: z.string(),
      source: FactSource,
    }),
  ]) as never
}

const factShape = Object.fromEntries(
  Object.entries(factSchemas).map(([name, schema]) => [name, factOf(schema).optional()]),
)

export type Fact<F extends FactName> =
  | { status: 'ok'; value: FactValue<F>; source: FactSource; degraded?: string | undefined }
  | { status: 'unavailable'; reason: GapReason; message: string; source: FactSource }
export type FactMap = { [F in FactName]?: Fact<F> }

/** Why a host as a whole gave nothing or not all. `code` is an ErrorCode. */
export const HostFailure = z.object({ code: z.string(), message: z.string(), hint: z.string().optional() })
export type HostFailure = z.infer<typeof HostFailure>

/** facts/v1: one host, one file. `failed` = nothing usable; `partial` = some sections did not answer. */
export const HostFacts = z.object({
  schema: z.literal('facts/v1'),
  tool: z.object({ name: z.literal('osferry'), version: z.string() }),
  host: z.object({
    name: z.string(),
    address: z.string(),
    groups: z.array(z.string()),
    labels: z.record(z.string(), z.string()),
  }),
  collection: z.object({
    startedAt: z.iso.datetime(),
    finishedAt: z.iso.datetime(),
    /** How it came here: over SSH by which transport, from a bundle, or recorded. */
    via: z.enum(['ssh2', 'openssh', 'bundle', 'recording']),
    set: z.enum(['basic', 'full', 'deep']),
    privilege: z.enum(['root', 'sudo', 'user']),
  }),
  status: z.enum(['complete', 'partial', 'failed']),
  failure: HostFailure.optional(),
  facts: z.object(factShape) as unknown as z.ZodType<FactMap>,
})
export type HostFacts = z.infer<typeof HostFacts>
