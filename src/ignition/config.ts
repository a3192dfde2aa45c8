import { z } from 'zod'

const text = z.string()
const texts = z.array(z.string())

/** Something that Ignition fetches, or that stands in the configuration itself (`data:`). */
const Resource = z.strictObject({
  source: text.nullish(),
  compression: text.nullish(),
  httpHeaders: z.array(z.strictObject({ name: text, value: text.nullish() })).nullish(),
  verification: z.strictObject({ hash: text.nullish() }).nullish(),
})
export type Resource = z.infer<typeof Resource>

const Owner = z.strictObject({ id: z.int().nullish(), name: text.nullish() }).nullish()
const node = { path: text, overwrite: z.boolean().nullish(), user: Owner, group: Owner }

const File = z.strictObject({
  ...node,
  /** Decimal: 420 is 0644. */
  mode: z.int().nullish(),
  contents: Resource.nullish(),
  append: z.array(Resource).nullish(),
})
export type File = z.infer<typeof File>
const Directory = z.strictObject({ ...node, mode: z.int().nullish() })
const Link = z.strictObject({ ...node, target: text.nullish(), hard: z.boolean().nullish() })

const Partition = z.strictObject({
  label: text.nullish(),
  number: z.int().nullish(),
  sizeMiB: z.int().nullish(),
  startMiB: z.int().nullish(),
  typeGuid: text.nullish(),
  guid: text.nullish(),
  wipePartitionEntry: z.boolean().nullish(),
  shouldExist: z.boolean().nullish(),
  resize: z.boolean().nullish(),
})
export type Partition = z.infer<typeof Partition>
const Disk = z.strictObject({
  device: text,
  wipeTable: z.boolean().nullish(),
  partitions: z.array(Partition).nullish(),
})
const Raid = z.strictObject({
  name: text,
  level: text.nullish(),
  devices: texts.nullish(),
  spares: z.int().nullish(),
  options: texts.nullish(),
})
const Luks = z.strictObject({
  name: text,
  device: text.nullish(),
  keyFile: Resource.nullish(),
  label: text.nullish(),
  uuid: text.nullish(),
  options: texts.nullish(),
  openOptions: texts.nullish(),
  discard: z.boolean().nullish(),
  wipeVolume: z.boolean().nullish(),
  clevis: z
    .strictObject({
      tpm2: z.boolean().nullish(),
      threshold: z.int().nullish(),
      tang: z
        .array(z.strictObject({ url: text, thumbprint: text.nullish(), advertisement: text.nullish() }))
        .nullish(),
      custom: z
        .strictObject({ pin: text.nullish(), config: text.nullish(), needsNetwork: z.boolean().nullish() })
        .nullish(),
    })
    .nullish(),
  cex: z.strictObject({ enabled: z.boolean().nullish() }).nullish(),
})
const Filesystem = z.strictObject({
  device: text,
  format: text.nullish(),
  path: text.nullish(),
  label: text.nullish(),
  uuid: text.nullish(),
  options: texts.nullish(),
  mountOptions: texts.nullish(),
  wipeFilesystem: z.boolean().nullish(),
})
export type Filesystem = z.infer<typeof Filesystem>

const Unit = z.strictObject({
  name: text,
  enabled: z.boolean().nullish(),
  mask: z.boolean().nullish(),
  contents: text.nullish(),
  dropins: z.array(z.strictObject({ name: text, contents: text.nullish() })).nullish(),
})
export type Unit = z.infer<typeof Unit>

const User = z.strictObject({
  name: text,
  uid: z.int().nullish(),
  gecos: text.nullish(),
  homeDir: text.nullish(),
  shell: text.nullish(),
  groups: texts.nullish(),
  primaryGroup: text.nullish(),
  passwordHash: text.nullish(),
  sshAuthorizedKeys: texts.nullish(),
  noCreateHome: z.boolean().nullish(),
  noUserGroup: z.boolean().nullish(),
  noLogInit: z.boolean().nullish(),
  shouldExist: z.boolean().nullish(),
  system: z.boolean().nullish(),
})
export type User = z.infer<typeof User>
const Group = z.strictObject({
  name: text,
  gid: z.int().nullish(),
  passwordHash: text.nullish(),
  shouldExist: z.boolean().nullish(),
  system: z.boolean().nullish(),
})

/** An Ignition configuration of specifications 3.0.0 to 3.5.0, with no key that Ignition would pass over without a word. */
export const IgnitionConfig = z.strictObject({
  ignition: z.strictObject({
    version: text,
    config: z.strictObject({ merge: z.array(Resource).nullish(), replace: Resource.nullish() }).nullish(),
    timeouts: z
      .strictObject({ httpResponseHeaders: z.int().nullish(), httpTotal: z.int().nullish() })
      .nullish(),
    security: z
      .strictObject({
        tls: z.strictObject({ certificateAuthorities: z.array(Resource).nullish() }).nullish(),
      })
      .nullish(),
    proxy: z
      .strictObject({ httpProxy: text.nullish(), httpsProxy: text.nullish(), noProxy: texts.nullish() })
      .nullish(),
  }),
  kernelArguments: z
    .strictObject({ shouldExist: texts.nullish(), shouldNotExist: texts.nullish() })
    .nullish(),
  passwd: z.strictObject({ users: z.array(User).nullish(), groups: z.array(Group).nullish() }).nullish(),
  storage: z
    .strictObject({
      disks: z.array(Disk).nullish(),
      raid: z.array(Raid).nullish(),
      luks: z.array(Luks).nullish(),
      filesystems: z.array(Filesystem).nullish(),
      files: z.array(File).nullish(),
      directories: z.array(Directory).nullish(),
      links: z.array(Link).nullish(),
    })
    .nullish(),
  systemd: z.strictObject({ units: z.array(Unit).nullish() }).nullish(),
})
export type IgnitionConfig = z.infer<typeof IgnitionConfig>
