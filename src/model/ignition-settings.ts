import { z } from 'zod'
import { SecretRef } from './inventory.ts'

const line = (max: number): z.ZodString =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(/^\P{Cc}*$/u, 'one line')
const account = z.string().regex(/^[a-z_][a-z0-9_-]{0,31}$/, 'a-z, 0-9, _ and -, at most 32')
const hostName = z.string().regex(/^[A-Za-z0-9]([A-Za-z0-9.:_-]{0,251}[A-Za-z0-9])?$/, 'a name or address')
/** Without name and password: a configuration is read by many. */
const plainUrl = z
  .string()
  .max(1000)
  .regex(/^https?:\/\/[^\s@"'\\]+$/, 'http(s) URL without name and password')
const certificates = z
  .string()
  .max(256 * 1024)
  .regex(/-----BEGIN CERTIFICATE-----/, 'certificates in PEM form')
  .refine((pem) => !/PRIVATE KEY/.test(pem), 'holds a private key: only certificates belong here')

/** An account that people may use on the new system. */
const AllowedUser = z.strictObject({
  name: account,
  authorizedKeys: z
    .array(line(16 * 1024).regex(/^(?:\S+ +)?(?:ssh-|ecdsa-|sk-)\S+ \S+/, 'a line of authorized_keys'))
    .min(1)
    .max(100),
  groups: z.array(account).max(50).default([]),
})

const Registry = z.strictObject({
  /** As images name it: `registry.example.com:5000`. */
  host: hostName,
  mirrors: z.array(plainUrl).max(20).default([]),
  certificateAuthority: certificates.optional(),
})

/**
 * ignition-settings/v1: what a configuration holds that no fact says, decided by people: who may log in, whom the machine trusts,
 * how it joins, and what is let go.
 */
export const IgnitionSettings = z.strictObject({
  schema: z.literal('ignition-settings/v1'),
  users: z.array(AllowedUser).max(200).default([]),
  certificateAuthorities: z
    .array(z.strictObject({ name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/), pem: certificates }))
    .max(100)
    .default([]),
  registries: z.array(Registry).max(200).default([]),
  /** Instead of those of the host. */
  timeServers: z.array(hostName).max(20).optional(),
  /** Besides those that are carried over. */
  kernelArguments: z
    .array(z.string().regex(/^[^\s"'\0]{1,500}$/, 'one word'))
    .max(100)
    .default([]),
  /** Snapshotters and other plugins of containerd that run beside it. */
  containerdPlugins: z
    .array(
      z.strictObject({
        name: z.string().regex(/^[A-Za-z0-9_-]{1,63}$/),
        type: z.enum(['snapshot', 'content', 'diff']),
        address: z.string().regex(/^\/\S{1,200}$/, 'path of a socket'),
      }),
    )
    .max(20)
    .default([]),
  /**
   * How the kubelet joins: TLS bootstrap by itself, or by `kubeadm join`, which takes the kubelet's configuration from the cluster.
   * `token` says where the bootstrap token is read when `ignition.render` writes the configuration; without it a placeholder stays for
   * whoever hands the configuration out.
   */
  join: z
    .strictObject({
      server: plainUrl,
      certificateAuthority: certificates,
      by: z.enum(['tls-bootstrap', 'kubeadm']).optional(),
      token: SecretRef.optional(),
    })
    .optional(),
  /**
   * The team's own Ignition configuration (.ign, .json), or Butane (.bu, .yaml; needs `butane`), beside this file: merged over what is
   * made here as Ignition merges.
   */
  ownConfig: line(4096).optional(),
  /**
   * Encrypted containers with preserved data, by the names under which they are open, and the file that opens each at boot. `ownConfig`
   * brings it from a URL: no key is in a configuration.
   */
  luks: z
    .array(
      z.strictObject({
        container: z.string().regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$/),
        keyFile: z.string().regex(/^(?:\/[A-Za-z0-9_-][A-Za-z0-9_.-]{0,63}){1,10}$/, 'an absolute path'),
      }),
    )
    .max(50)
    .default([]),
  /** UUIDs of swap partitions on disks that stay: they are used again as they are. The kubelet has to be told that it may. */
  swap: z
    .array(z.string().regex(/^[0-9A-Fa-f-]{4,64}$/, 'the UUID of a swap area'))
    .max(20)
    .default([]),
  /** Things of the old system that may be lost, by the names under which they are listed: `cron:/etc/cron.d/backup`. */
  accept: z.array(line(500)).max(10_000).default([]),
})
export type IgnitionSettings = z.infer<typeof IgnitionSettings>
