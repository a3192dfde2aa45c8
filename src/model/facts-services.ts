import { z } from 'zod'

const text = z.string()

export const Units = z.object({
  units: z.array(
    z.object({
      name: text,
      /** is-enabled's word (`enabled`, `disabled`, `static`, `masked`, ...); null when only loaded. */
      enabled: text.nullable(),
      /** active / inactive / failed / activating; null when not loaded. */
      active: text.nullable(),
      sub: text.nullable(),
      /** Unit file, and whether a package's directory (/usr/lib), the administrator (/etc) or a generator (/run) made it. */
      path: text.nullable(),
      origin: z.enum(['vendor', 'administrator', 'runtime', 'unknown']),
    }),
  ),
  /** false when systemd could not be asked: then `enabled` comes from links on disk and `active` is null. */
  live: z.boolean(),
})
export type Units = z.infer<typeof Units>

export const Ports = z.object({
  listening: z.array(
    z.object({
      protocol: z.enum(['tcp', 'udp']),
      address: text,
      port: z.int(),
      process: text.nullable(),
      pid: z.int().nullable(),
      unit: text.nullable(),
    }),
  ),
})
export type Ports = z.infer<typeof Ports>

/** Accounts beyond the distribution's own; authorized keys as fingerprints only. */
export const Users = z.object({
  users: z.array(z.object({ name: text, uid: z.int(), gid: z.int(), home: text, shell: text })),
  groups: z.array(z.object({ name: text, gid: z.int(), members: z.array(text) })),
  authorizedKeys: z.array(z.object({ user: text, type: text, fingerprint: text })),
  sudoersFiles: z.array(text),
})
export type Users = z.infer<typeof Users>

/** Cron jobs beyond the distribution's own; commands are redacted and cut at 200 characters. */
export const Cron = z.object({
  jobs: z.array(z.object({ source: text, user: text.nullable(), schedule: text, command: text })),
})
export type Cron = z.infer<typeof Cron>

/** Known third-party agents (security, monitoring, backup, configuration management), by package, unit or path. */
export const Agents = z.object({ agents: z.array(z.object({ id: text, name: text, evidence: text })) })
export type Agents = z.infer<typeof Agents>

export const CloudInit = z.object({
  installed: z.boolean(),
  enabled: z.boolean(),
  datasources: z.array(text),
})
export type CloudInit = z.infer<typeof CloudInit>

export const Selinux = z.object({
  mode: z.enum(['enforcing', 'permissive', 'disabled']),
  configured: text.nullable(),
  policy: text.nullable(),
  /** Locally installed policy modules (priority 400 and up); null when they could not be read. */
  customModules: z.array(text).nullable(),
})
export type Selinux = z.infer<typeof Selinux>

export const Firewall = z.object({
  firewalldActive: z.boolean(),
  firewalldEnabled: z.boolean(),
  cleanupModulesOnExit: z.boolean().nullable(),
  /** null when not allowed to read. */
  nftTables: z.array(text).nullable(),
  iptablesRules: z.int().nullable(),
  iptablesBackend: z.enum(['nf_tables', 'legacy']).nullable(),
  iptablesServiceEnabled: z.boolean(),
})
export type Firewall = z.infer<typeof Firewall>

export const Crypto = z.object({
  policy: text.nullable(),
  fipsKernel: z.boolean().nullable(),
  fipsArg: z.boolean(),
})
export type Crypto = z.infer<typeof Crypto>

export const Sshd = z.object({
  permitRootLogin: text.nullable(),
  passwordAuthentication: text.nullable(),
  ports: z.array(z.int()),
  /** Who we came in as. */
  loginUser: text,
})
export type Sshd = z.infer<typeof Sshd>

/** Certificate authorities added by the administrator (/etc/pki/ca-trust/source/anchors): file names only. */
export const TrustAnchors = z.object({ files: z.array(text) })
export type TrustAnchors = z.infer<typeof TrustAnchors>

/** ld.so.conf.d entries that no distribution package ships, and a global LD_LIBRARY_PATH or ld.so.preload. */
export const DynamicLinker = z.object({
  directories: z.array(z.object({ file: text, path: text })),
  preload: z.array(text),
})
export type DynamicLinker = z.infer<typeof DynamicLinker>
