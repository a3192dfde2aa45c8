import { z } from 'zod'

const text = z.string()

export const InstalledPackage = z.object({
  name: text,
  epoch: z.int(),
  version: text,
  release: text,
  arch: text,
  vendor: text.nullable(),
  /** Long id of the signing key, 16 lower-case hex digits; null when unsigned. */
  keyId: text.nullable(),
  /** Seconds since 1970. */
  installTime: z.int().nullable(),
  /** `name:stream` of the module it came from. */
  module: text.nullable(),
  /** Why it is there; null when the history could not be read. */
  reason: z.enum(['user', 'dependency', 'weak', 'group']).nullable(),
})
export type InstalledPackage = z.infer<typeof InstalledPackage>

export const Packages = z.object({ packages: z.array(InstalledPackage) })
export type Packages = z.infer<typeof Packages>

/** Signing keys in the package database (gpg-pubkey). */
export const PackageKeys = z.object({ keys: z.array(z.object({ id: text, summary: text })) })
export type PackageKeys = z.infer<typeof PackageKeys>

export const Repositories = z.object({
  repositories: z.array(
    z.object({
      id: text,
      name: text.nullable(),
      file: text,
      enabled: z.boolean(),
      /** Credentials removed. */
      baseurl: z.array(text),
      mirrorlist: text.nullable(),
      metalink: text.nullable(),
      gpgcheck: z.boolean().nullable(),
      gpgkey: z.array(text),
      exclude: z.array(text),
    }),
  ),
  /** Names and values of /etc/dnf/vars and /etc/yum/vars. */
  vars: z.record(text, text),
})
export type Repositories = z.infer<typeof Repositories>

/** dnf.conf / yum.conf: only these keys. */
export const DnfConfig = z.object({
  exclude: z.array(text),
  pluginpath: text.nullable(),
  plugins: z.boolean().nullable(),
  distroverpkg: text.nullable(),
  installonlyLimit: z.int().nullable(),
  /** /etc/yum.conf is a plain file, not the usual link to dnf.conf. */
  yumConfIsFile: z.boolean(),
  enabledPlugins: z.array(text),
})
export type DnfConfig = z.infer<typeof DnfConfig>

export const ModuleStreams = z.object({
  streams: z.array(
    z.object({
      name: text,
      stream: text,
      state: z.enum(['enabled', 'disabled', 'unknown']),
      profiles: z.array(text),
    }),
  ),
})
export type ModuleStreams = z.infer<typeof ModuleStreams>

export const Versionlock = z.object({ entries: z.array(text) })
export type Versionlock = z.infer<typeof Versionlock>

/** `rpm -Va`, only with --deep. Flags as rpm prints them (`S.5....T.`, `missing`). */
export const ModifiedFiles = z.object({
  files: z.array(z.object({ path: text, flags: text, attribute: text.nullable() })),
  truncated: z.boolean(),
})
export type ModifiedFiles = z.infer<typeof ModifiedFiles>

export const Alternatives = z.object({
  links: z.array(z.object({ name: text, mode: z.enum(['auto', 'manual']), target: text.nullable() })),
})
export type Alternatives = z.infer<typeof Alternatives>
