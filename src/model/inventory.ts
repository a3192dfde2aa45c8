import { z } from 'zod'

/**
 * Where a secret is, never the secret: `env:NAME`, `file:/path` (mode 0600 or stricter), or `exec:argv...`
 * (the command's stdout without its last newline).
 */
export const SecretRef = z
  .string()
  .regex(/^(env:[A-Za-z_][A-Za-z0-9_]*|file:.+|exec:.+)$/, 'expected env:NAME, file:PATH or exec:COMMAND')
export type SecretRef = z.infer<typeof SecretRef>

/** A label key or group name: letters, digits, `.`, `_`, `-`, `/`. */
const LabelKey = z
  .string()
  .regex(/^[A-Za-z0-9]([A-Za-z0-9._/-]{0,127})$/, 'expected letters, digits and . _ - /')
export const Labels = z.record(LabelKey, z.string().max(256))
export type Labels = z.infer<typeof Labels>

/**
 * What ends up in a file that ssh reads, so that a line end in it would be a new setting (ProxyCommand runs programs):
 * no control characters, and for names nothing that ssh_config or a shell gives a meaning.
 */
const PlainLine = z
  .string()
  .min(1)
  .regex(/^[^\p{Cc}\u2028\u2029]*$/u, 'expected one line without control characters')
const FilePath = PlainLine.max(4096)

/** A login name: any letters and signs but spaces, quotes, `\`` and `$`, and no `-` first (ssh(1) takes it as an option). */
const loginName = /^[^-\s"'`$;&<>|(){}\p{Cc}][^\s"'`$;&<>|(){}\p{Cc}]*$/u

/** True when `user` can be a login name, as the inventory's `ssh.user` has it. */
export function isLoginName(user: string): boolean {
  return user.length <= 64 && loginName.test(user) && !user.endsWith('\\')
}

const LoginName = z
  .string()
  .min(1)
  .max(64)
  .regex(loginName, 'expected a login name without spaces, quotes and shell characters')
  .refine((user) => !user.endsWith('\\'), 'a login name cannot end with a backslash')

/** A host name or IP address, also `[address]:port`: letters, digits and . _ : % - and brackets. */
const HostName = z
  .string()
  .max(253)
  .regex(
    /^[A-Za-z0-9_:[][A-Za-z0-9_.:%[\]-]*$/,
    'expected a host name or address: letters, digits and . _ : % -',
  )

/** How to reach one host. Every field may be left out: group, then defaults, then the built-in value apply. */
export const SshSettings = z.strictObject({
  user: LoginName.optional(),
  port: z.int().min(1).max(65_535).optional(),
  /** `auto` takes ssh2 unless the host needs what only OpenSSH has (certificates, FIDO keys, Match rules). */
  backend: z.enum(['auto', 'ssh2', 'openssh']).optional(),
  identityFiles: z.array(FilePath).max(32).optional(),
  certificateFiles: z.array(FilePath).max(32).optional(),
  /** Use the ssh-agent of SSH_AUTH_SOCK. */
  agent: z.boolean().optional(),
  password: SecretRef.optional(),
  passphrase: SecretRef.optional(),
  /** Jump hosts in order, nearest first: names of inventory hosts or of `jumpHosts`, or user@host:port. */
  jump: z.array(PlainLine).max(8).optional(),
  become: z.enum(['none', 'sudo']).optional(),
  becomePassword: SecretRef.optional(),
  hostKeys: z.enum(['strict', 'accept-new']).optional(),
  knownHostsFiles: z.array(FilePath).max(16).optional(),
  /** The name under which the host key is stored, as ssh's HostKeyAlias. */
  hostKeyAlias: HostName.optional(),
  connectTimeoutMs: z.int().min(100).max(600_000).optional(),
  /** An ssh_config for the openssh backend (`ssh -F`). */
  configFile: FilePath.optional(),
})
export type SshSettings = z.infer<typeof SshSettings>

export const InventoryHost = z.strictObject({
  /** May hold ranges: `node[01-50].prod`, `rack[a-c]-[1-3]`. */
  name: z.string().min(1).max(512),
  /** Where to connect, when it is not the name. With ranges: as many as the name expands to. */
  address: z.string().min(1).max(512).optional(),
  groups: z.array(LabelKey).max(64).optional(),
  labels: Labels.optional(),
  ssh: SshSettings.optional(),
})
export type InventoryHost = z.infer<typeof InventoryHost>

export const InventoryGroup = z.strictObject({
  labels: Labels.optional(),
  ssh: SshSettings.optional(),
  /** Groups whose hosts belong to this one too. */
  children: z.array(LabelKey).max(256).optional(),
})
export type InventoryGroup = z.infer<typeof InventoryGroup>

/** inventory/v1: the file people write (YAML or JSON). */
export const Inventory = z.strictObject({
  schema: z.literal('inventory/v1'),
  defaults: z.strictObject({ labels: Labels.optional(), ssh: SshSettings.optional() }).optional(),
  groups: z.record(LabelKey, InventoryGroup).optional(),
  jumpHosts: z
    .record(LabelKey, z.strictObject({ address: HostName.optional(), ssh: SshSettings.optional() }))
    .optional(),
  hosts: z.array(InventoryHost).max(100_000),
})
export type Inventory = z.infer<typeof Inventory>

/** ssh settings after group, default and built-in values were laid over each other; jump hosts resolved. */
export interface ResolvedSsh {
  user: string
  port: number
  backend: 'auto' | 'ssh2' | 'openssh'
  identityFiles: readonly string[]
  certificateFiles: readonly string[]
  agent: boolean
  password?: SecretRef
  passphrase?: SecretRef
  jump: readonly JumpHop[]
  become: 'none' | 'sudo'
  becomePassword?: SecretRef
  hostKeys: 'strict' | 'accept-new'
  knownHostsFiles: readonly string[]
  hostKeyAlias?: string
  connectTimeoutMs: number
  configFile?: string
}

/** One hop of a ProxyJump chain, resolved like a host of its own; its own `jump` is empty. */
export interface JumpHop {
  name: string
  address: string
  ssh: ResolvedSsh
}

/** One host of the fleet, ranges expanded and settings resolved. `name` is unique. */
export interface ResolvedHost {
  name: string
  address: string
  groups: readonly string[]
  labels: Readonly<Labels>
  ssh: ResolvedSsh
  /** Where it was written: file and 1-based line. */
  origin: { file: string; line: number }
}
