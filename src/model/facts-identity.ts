import { z } from 'zod'

const text = z.string()

/** /etc/os-release (fallback /usr/lib/os-release) and the release file with the minor version. */
export const OsRelease = z.object({
  id: text,
  idLike: z.array(text),
  name: text,
  version: text.nullable(),
  versionId: text.nullable(),
  platformId: text.nullable(),
  prettyName: text.nullable(),
  variantId: text.nullable(),
  cpeName: text.nullable(),
  /** First line of /etc/centos-release, else /etc/redhat-release, for example `CentOS Linux release 8.5.2111`. */
  releaseLine: text.nullable(),
  /** `8.5` out of the release line, or null. */
  release: text.nullable(),
})
export type OsRelease = z.infer<typeof OsRelease>

/** Packages that provide `system-release`, and branding packages that an in-place conversion swaps. */
export const ReleasePackages = z.object({
  packages: z.array(
    z.object({
      name: text,
      version: text,
      release: text,
      vendor: text.nullable(),
      role: z.enum(['release', 'branding']),
    }),
  ),
})
export type ReleasePackages = z.infer<typeof ReleasePackages>

export const HostIdentity = z.object({
  hostname: text,
  staticHostname: text.nullable(),
  fqdn: text.nullable(),
})
export type HostIdentity = z.infer<typeof HostIdentity>

/** /etc/machine-id; `id` is null when missing, empty, `uninitialized` or not 32 hex digits. */
export const MachineId = z.object({
  id: text.nullable(),
  raw: z.enum(['valid', 'missing', 'empty', 'uninitialized', 'malformed']),
})
export type MachineId = z.infer<typeof MachineId>

/** DMI of /sys/class/dmi/id; serials are null for a caller without root. */
export const Hardware = z.object({
  vendor: text.nullable(),
  product: text.nullable(),
  productVersion: text.nullable(),
  serial: text.nullable(),
  uuid: text.nullable(),
  boardName: text.nullable(),
  biosVendor: text.nullable(),
  biosVersion: text.nullable(),
  biosDate: text.nullable(),
  chassisType: text.nullable(),
})
export type Hardware = z.infer<typeof Hardware>

export const Cpu = z.object({
  arch: text,
  vendor: text.nullable(),
  model: text.nullable(),
  logicalCount: z.int(),
  socketCount: z.int().nullable(),
  coresPerSocket: z.int().nullable(),
  flags: z.array(text),
  /** psABI level 1-4 of x86-64; null on other architectures. */
  microarchitectureLevel: z.int().min(1).max(4).nullable(),
})
export type Cpu = z.infer<typeof Cpu>

export const Memory = z.object({
  totalKiB: z.int(),
  availableKiB: z.int(),
  swapTotalKiB: z.int(),
  pageSizeBytes: z.int().nullable(),
  transparentHugepages: text.nullable(),
  hugepages: z.array(z.object({ sizeKiB: z.int(), total: z.int(), free: z.int() })),
  numaNodes: z.array(z.object({ id: z.int(), cpus: text, totalKiB: z.int().nullable() })),
})
export type Memory = z.infer<typeof Memory>

export const Virtualization = z.object({
  /** `none` on bare metal, else systemd-detect-virt's word (`kvm`, `vmware`, `microsoft`, ...); null when not known. */
  type: text.nullable(),
  container: z.boolean(),
  kvmDevice: z.boolean(),
  vhostVsock: z.boolean(),
  vhostNet: z.boolean(),
  /** kvm_intel/kvm_amd `nested` parameter; null when the module is not loaded. */
  nested: z.boolean().nullable(),
  iommuGroups: z.int(),
})
export type Virtualization = z.infer<typeof Virtualization>

/** Markers of confidential computing on this host. */
export const Confidential = z.object({
  sevDevice: z.boolean(),
  sevEnabled: z.boolean().nullable(),
  sevSnpEnabled: z.boolean().nullable(),
  tdxEnabled: z.boolean().nullable(),
  sgxDevice: z.boolean(),
  tdxGuest: z.boolean(),
  sevGuest: z.boolean(),
  memEncryptArg: z.boolean(),
})
export type Confidential = z.infer<typeof Confidential>

export const Time = z.object({
  /** Seconds since 1970 on the host when the section ran. */
  epochSeconds: z.int(),
  /** Host clock minus controller clock, seconds; null when read from a bundle. */
  skewSeconds: z.number().nullable(),
  timezone: text.nullable(),
  /** Unit that keeps time: chronyd, ntpd, systemd-timesyncd, or null. */
  service: text.nullable(),
  active: z.boolean(),
  synchronized: z.boolean().nullable(),
  servers: z.array(text),
})
export type Time = z.infer<typeof Time>

/** systemd-analyze; milliseconds, null for phases this boot did not have. */
export const BootTime = z.object({
  firmwareMs: z.int().nullable(),
  loaderMs: z.int().nullable(),
  kernelMs: z.int().nullable(),
  initrdMs: z.int().nullable(),
  userspaceMs: z.int().nullable(),
  totalMs: z.int().nullable(),
})
export type BootTime = z.infer<typeof BootTime>
