import { z } from 'zod'

const text = z.string()

/** One row a PCI function; ids are 4 lower-case hex digits, the class 6. */
export const Pci = z.object({
  devices: z.array(
    z.object({
      slot: text,
      vendor: text,
      device: text,
      subsystemVendor: text.nullable(),
      subsystemDevice: text.nullable(),
      class: text,
      driver: text.nullable(),
    }),
  ),
})
export type Pci = z.infer<typeof Pci>

export const Nics = z.object({
  interfaces: z.array(
    z.object({
      name: text,
      kind: z.enum(['physical', 'bond', 'vlan', 'bridge', 'team', 'loopback', 'virtual']),
      mac: text.nullable(),
      permanentMac: text.nullable(),
      driver: text.nullable(),
      slot: text.nullable(),
      speedMbps: z.int().nullable(),
      mtu: z.int().nullable(),
      state: text.nullable(),
      altnames: z.array(text),
      master: text.nullable(),
      physPortName: text.nullable(),
      bond: z.object({ mode: text.nullable(), ports: z.array(text) }).nullable(),
      vlan: z.object({ id: z.int(), parent: text }).nullable(),
      bridgePorts: z.array(text).nullable(),
    }),
  ),
})
export type Nics = z.infer<typeof Nics>

export const Addresses = z.object({
  addresses: z.array(
    z.object({
      interface: text,
      family: z.union([z.literal(4), z.literal(6)]),
      address: text,
      prefix: z.int(),
      scope: text,
      dynamic: z.boolean(),
    }),
  ),
})
export type Addresses = z.infer<typeof Addresses>

export const Routes = z.object({
  routes: z.array(
    z.object({
      family: z.union([z.literal(4), z.literal(6)]),
      /** CIDR or `default`. */
      destination: text,
      gateway: text.nullable(),
      interface: text.nullable(),
      metric: z.int().nullable(),
      protocol: text.nullable(),
    }),
  ),
})
export type Routes = z.infer<typeof Routes>

export const Dns = z.object({
  servers: z.array(text),
  search: z.array(text),
  options: z.array(text),
  /** What /etc/resolv.conf links to, or null when it is a plain file. */
  resolvConfTarget: text.nullable(),
  /** Entries of /etc/hosts beyond localhost. */
  hostsEntries: z.array(z.object({ address: text, names: z.array(text) })),
})
export type Dns = z.infer<typeof Dns>

/** How the network is configured on disk; only keys from a fixed list, never pre-shared keys. */
export const NetworkConfig = z.object({
  networkManager: z.boolean(),
  networkScripts: z.boolean(),
  networkd: z.boolean(),
  ifcfg: z.array(z.object({ file: text, device: text.nullable(), settings: z.record(text, text) })),
  keyfiles: z.array(
    z.object({
      file: text,
      id: text.nullable(),
      type: text.nullable(),
      interface: text.nullable(),
      settings: z.record(text, text),
    }),
  ),
  /** Dispatcher and ifup-local scripts that no package owns, as paths. */
  scripts: z.array(text),
  routeFiles: z.array(text),
  linkFiles: z.array(text),
  udevNetRules: z.array(text),
})
export type NetworkConfig = z.infer<typeof NetworkConfig>

/** Proxy settings of the environment, systemd and dnf; credentials removed from URLs. */
export const Proxy = z.object({ settings: z.array(z.object({ file: text, key: text, value: text })) })
export type Proxy = z.infer<typeof Proxy>

export const Gpu = z.object({
  /** `class`: PCI class code, six hex digits; absent in documents of 0.1.0. */
  devices: z.array(
    z.object({ slot: text, class: text.optional(), vendor: text, device: text, driver: text.nullable() }),
  ),
  drivers: z.array(z.object({ name: text, version: text.nullable() })),
})
export type Gpu = z.infer<typeof Gpu>
