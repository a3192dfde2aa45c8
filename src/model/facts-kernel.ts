import { z } from 'zod'

const text = z.string()

export const RunningKernel = z.object({
  /** `uname -r`. */
  release: text,
  /** `uname -v`. */
  build: text,
  arch: text,
  /** Words of /proc/cmdline; values of secret-looking keys are redacted. */
  cmdline: z.array(text),
  bootId: text.nullable(),
  uptimeSeconds: z.int().nullable(),
  /** /proc/sys/kernel/tainted. */
  taint: z.int().nullable(),
})
export type RunningKernel = z.infer<typeof RunningKernel>

export const InstalledKernels = z.object({
  /** One row a kernel release found in /lib/modules, /boot or the package database. */
  kernels: z.array(
    z.object({
      release: text,
      vmlinuz: z.boolean(),
      initramfs: z.boolean(),
      config: z.boolean(),
      packaged: z.boolean(),
    }),
  ),
  /** Kernel release of the default boot entry (grubenv saved_entry or the first BLS entry); null when not known. */
  defaultRelease: text.nullable(),
  defaultEntry: text.nullable(),
  /** Newest packaged kernel release by rpm version order; null when none is packaged. */
  newestRelease: text.nullable(),
  blsEntries: z.array(z.object({ id: text, release: text.nullable() })),
})
export type InstalledKernels = z.infer<typeof InstalledKernels>

/** /proc/modules; `taint` holds the letters of `(POE)`, empty when clean. */
export const Modules = z.object({
  loaded: z.array(
    z.object({ name: text, sizeBytes: z.int(), useCount: z.int(), usedBy: z.array(text), taint: text }),
  ),
})
export type Modules = z.infer<typeof Modules>

export const ModuleOrigin = z.enum(['in-tree', 'extra', 'updates', 'weak-updates', 'dkms', 'other'])
export type ModuleOrigin = z.infer<typeof ModuleOrigin>

/** Where the loaded modules' files lie; details only for those that are not in-tree. */
export const ModuleFiles = z.object({
  files: z.array(z.object({ name: text, path: text, origin: ModuleOrigin })),
  /** Out-of-tree modules: signer, vermagic, and the symbols they take from the kernel with their CRCs (hex). */
  outOfTree: z.array(
    z.object({
      name: text,
      path: text,
      origin: ModuleOrigin,
      version: text.nullable(),
      license: text.nullable(),
      signer: text.nullable(),
      vermagic: text.nullable(),
      package: text.nullable(),
      /** null when the module's symbol table could not be read. */
      symbols: z.array(z.object({ name: text, crc: text.nullable() })).nullable(),
    }),
  ),
  /** Loaded modules for which no file was found (built by hand, file removed). */
  withoutFile: z.array(text),
})
export type ModuleFiles = z.infer<typeof ModuleFiles>

/** modules-load.d and modprobe.d. */
export const ModuleConfig = z.object({
  load: z.array(z.object({ file: text, module: text })),
  directives: z.array(
    z.object({
      file: text,
      directive: z.enum(['options', 'blacklist', 'install', 'remove', 'alias', 'softdep']),
      module: text,
      value: text,
    }),
  ),
})
export type ModuleConfig = z.infer<typeof ModuleConfig>

export const Sysctl = z.object({
  /** Live values of every key that a file sets, and of the keys Kubernetes needs. */
  live: z.record(text, text),
  /** Keys set in files, in the order systemd-sysctl applies them. */
  files: z.array(z.object({ file: text, key: text, value: text })),
  /** Keys that a file sets and the running kernel does not have. */
  missing: z.array(text),
})
export type Sysctl = z.infer<typeof Sysctl>

export const Bpf = z.object({
  btf: z.boolean(),
  jit: z.boolean().nullable(),
  unprivilegedDisabled: z.boolean().nullable(),
  /** Paths below /sys/fs/bpf (bounded). */
  pinned: z.array(text),
  /** null when bpftool is not there or may not be used. */
  programs: z.array(z.object({ type: text, count: z.int(), names: z.array(text) })).nullable(),
  maps: z.array(z.object({ type: text, count: z.int() })).nullable(),
  /** Program types and helpers that `bpftool feature` says the kernel has; null without bpftool. */
  features: z
    .object({ programTypes: z.array(text), mapTypes: z.array(text), helpers: z.array(text) })
    .nullable(),
})
export type Bpf = z.infer<typeof Bpf>

export const Lsm = z.object({ active: z.array(text) })
export type Lsm = z.infer<typeof Lsm>

export const LivePatches = z.object({ patches: z.array(z.object({ name: text, enabled: z.boolean() })) })
export type LivePatches = z.infer<typeof LivePatches>

export const Kdump = z.object({
  active: z.boolean(),
  enabled: z.boolean(),
  crashkernel: text.nullable(),
  reservedBytes: z.int().nullable(),
})
export type Kdump = z.infer<typeof Kdump>

export const Cgroup = z.object({
  mode: z.enum(['v1', 'v2', 'hybrid']),
  controllers: z.array(text),
  pressure: z.boolean(),
})
export type Cgroup = z.infer<typeof Cgroup>
