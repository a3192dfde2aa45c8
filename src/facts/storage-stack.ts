import type { CollectorInput } from '../model/collector.ts'
import { defineCollector } from '../model/collector.ts'
import { baseName, lineOf } from './values.ts'

const uuids = '/sys/block/dm-*/dm/uuid'
const transports = '/sys/class/nvme/nvme*/transport'
const iscsi = '/sys/class/iscsi_session/session*'
const fibreChannel = '/sys/class/fc_host/host*'
const bcache = '/sys/block/bcache*'
/** Directories of OSDs: ceph-volume and ceph-disk, cephadm (below the cluster's id), Rook (cluster id, OSD uuid). */
const ceph = ['/var/lib/ceph/osd/*', '/var/lib/ceph/*/osd.*', '/var/lib/rook/*/*-*-*-*-*_*-*-*-*-*']

/** Storage that needs drivers and configuration of its own before the root filesystem can be mounted. */
export const storageStack = defineCollector({
  fact: 'storageStack',
  set: 'full',
  command:
    'cat /sys/block/dm-*/dm/uuid /sys/class/nvme/*/transport; ls /sys/class/iscsi_session /sys/class/fc_host',
  files: [uuids, uuids.replace('uuid', 'name'), transports],
  paths: [
    iscsi,
    fibreChannel,
    bcache,
    ...ceph,
    '/etc/multipath.conf',
    '/sys/module/drbd',
    '/sys/module/kvdo',
    '/sys/module/dm_vdo',
    '/etc/vdoconf.yml',
  ],
  parse(input) {
    const targets = mapped(input)
    const has = (...paths: string[]): boolean => paths.some((path) => input.paths.has(path))
    const names = (pattern: string): string[] => input.pathsMatching(pattern).map((path) => baseName(path))
    return {
      multipath: has('/etc/multipath.conf') || targets.some(({ uuid }) => uuid.startsWith('mpath-')),
      nvmeOf: input
        .matching(transports)
        .some((path) => ['tcp', 'rdma', 'fc'].includes(lineOf(input, path) ?? '')),
      iscsiSessions: names(iscsi).length,
      fibreChannelHosts: names(fibreChannel).length,
      luks: targets.filter(({ uuid }) => uuid.startsWith('CRYPT-')).map(({ name }) => name),
      bcache: names(bcache),
      drbd: has('/sys/module/drbd'),
      vdo:
        has('/sys/module/kvdo', '/sys/module/dm_vdo', '/etc/vdoconf.yml') ||
        targets.some(({ uuid }) => uuid.startsWith('VDO-')),
      cephOsds: [...input.atMost(cephOsds(input, targets), 200, 'OSDs')],
    }
  },
})

/** By their directories; where those are elsewhere (a container's), by the names that ceph-volume gives to LVM. */
function cephOsds(input: CollectorInput, targets: readonly { name: string }[]): string[] {
  const directories = ceph.flatMap((pattern) => input.pathsMatching(pattern).map((path) => baseName(path)))
  if (directories.length > 0) return directories
  // Device-mapper doubles the hyphens within a name: ceph-UUID/osd-block-UUID.
  return targets.map(({ name }) => name).filter((name) => /^ceph--|osd--(?:block|data)--/.test(name))
}

/** Device-mapper targets: the prefix of the uuid says who made them. */
function mapped(input: CollectorInput): { name: string; uuid: string }[] {
  return input.matching(uuids).flatMap((path) => {
    const uuid = lineOf(input, path)
    return uuid === null ? [] : [{ name: lineOf(input, path.replace(/uuid$/, 'name')) ?? path, uuid }]
  })
}
