import { z } from 'zod'

const text = z.string()

/** lsblk, flattened; `parents` are kernel names, empty for a whole disk. */
export const Disks = z.object({
  devices: z.array(
    z.object({
      name: text,
      path: text,
      type: text,
      sizeBytes: z.int(),
      parents: z.array(text),
      fstype: text.nullable(),
      mountpoint: text.nullable(),
      uuid: text.nullable(),
      label: text.nullable(),
      partLabel: text.nullable(),
      partUuid: text.nullable(),
      rotational: z.boolean().nullable(),
      readOnly: z.boolean(),
      model: text.nullable(),
      serial: text.nullable(),
      transport: text.nullable(),
      /** Kernel drivers from the disk up to its bus, nearest first: `sd`, `mpi3mr`, ...; empty when not known. */
      drivers: z.array(text),
    }),
  ),
  /** Kernel name of the whole disks that hold `/`; more than one for RAID or LVM over disks. */
  rootDisks: z.array(text),
})
export type Disks = z.infer<typeof Disks>

export const Lvm = z.object({
  volumeGroups: z.array(z.object({ name: text, sizeBytes: z.int(), freeBytes: z.int() })),
  logicalVolumes: z.array(
    z.object({ name: text, volumeGroup: text, sizeBytes: z.int(), segmentType: text.nullable() }),
  ),
  physicalVolumes: z.array(z.object({ name: text, volumeGroup: text.nullable() })),
})
export type Lvm = z.infer<typeof Lvm>

export const Raid = z.object({
  arrays: z.array(
    z.object({ name: text, level: text, state: text, degraded: z.boolean(), devices: z.array(text) }),
  ),
})
export type Raid = z.infer<typeof Raid>

/** xfs_info and dumpe2fs -h of mounted local filesystems. */
export const Filesystems = z.object({
  filesystems: z.array(
    z.object({
      device: text,
      mountpoint: text,
      type: text,
      /** xfs: `crc=1`, `ftype=1`, `bigtime=0`, ...; ext: feature names. null when the tool could not read it. */
      features: z.array(text).nullable(),
    }),
  ),
})
export type Filesystems = z.infer<typeof Filesystems>

export const Mounts = z.object({
  mounts: z.array(z.object({ source: text, target: text, fstype: text, options: z.array(text) })),
})
export type Mounts = z.infer<typeof Mounts>

export const Fstab = z.object({
  entries: z.array(
    z.object({
      line: z.int(),
      source: text,
      target: text,
      fstype: text,
      options: z.array(text),
    }),
  ),
  malformed: z.array(z.object({ line: z.int(), reason: text })),
})
export type Fstab = z.infer<typeof Fstab>

export const Swap = z.object({
  devices: z.array(z.object({ name: text, type: text, sizeKiB: z.int(), usedKiB: z.int() })),
})
export type Swap = z.infer<typeof Swap>

/** df of mounted filesystems; inodes null where the filesystem has no fixed number. */
export const Space = z.object({
  filesystems: z.array(
    z.object({
      source: text,
      target: text,
      fstype: text,
      sizeKiB: z.int(),
      availableKiB: z.int(),
      inodes: z.int().nullable(),
      inodesFree: z.int().nullable(),
    }),
  ),
})
export type Space = z.infer<typeof Space>

export const Boot = z.object({
  mode: z.enum(['bios', 'uefi']),
  esp: z.object({ device: text, mountpoint: text, fstype: text }).nullable(),
  /** null when it cannot be told (BIOS, no efivarfs, no permission). */
  secureBoot: z.boolean().nullable(),
  tpm: text.nullable(),
  efiTools: z.boolean(),
  efiEntries: z.array(z.object({ id: text, label: text, active: z.boolean(), path: text.nullable() })),
  efiBootOrder: z.array(text),
  efiBootCurrent: text.nullable(),
  /** /etc/default/grub; null when missing. */
  grubDefault: z
    .object({ cmdline: z.array(text), blscfg: z.boolean().nullable(), problems: z.array(text) })
    .nullable(),
  /** grubenv must be 1024 bytes; null when there is none. */
  grubenvBytes: z.int().nullable(),
  /** true = its directory could not be looked into: null above says nothing. */
  grubenvHidden: z.boolean().optional(),
  dracutConf: z.array(z.object({ file: text, key: text, value: text })),
})
export type Boot = z.infer<typeof Boot>

/** Storage stacks that need their own configuration in an initramfs or on the new system. */
export const StorageStack = z.object({
  multipath: z.boolean(),
  nvmeOf: z.boolean(),
  iscsiSessions: z.int(),
  fibreChannelHosts: z.int(),
  luks: z.array(text),
  bcache: z.array(text),
  drbd: z.boolean(),
  vdo: z.boolean(),
  cephOsds: z.array(text),
})
export type StorageStack = z.infer<typeof StorageStack>

/** What lies outside /etc and /var and no package owns: it is lost or read-only on an immutable system. */
export const LocalPaths = z.object({
  entries: z.array(
    z.object({ path: text, kind: z.enum(['directory', 'file', 'link', 'mount']), package: text.nullable() }),
  ),
  truncated: z.boolean(),
})
export type LocalPaths = z.infer<typeof LocalPaths>
