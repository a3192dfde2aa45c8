import type { CollectorInput } from '../model/collector.ts'
import { defineCollector } from '../model/collector.ts'
import { baseName, lineOf } from './values.ts'

const uuids = '/sys/block/dm-*/dm/uuid'
const transports = '/sys/class/nvme/nvme*/transport'
const iscsi = '/sys/class/iscsi_session/session*'
const fibreChannel = '/sys/class/fc_host/host*'
const bcache = '/sys/block/bcache*'
const ceph = '/var/lib/ceph/osd/*'

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
    ceph,
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
      cephOsds: names(ceph).slice(0, 200),
    }
  },
})

/** Device-mapper targets: the prefix of the uuid says who made them. */
function mapped(input: CollectorInput): { name: string; uuid: string }[] {
  return input.matching(uuids).flatMap((path) => {
    const uuid = lineOf(input, path)
    return uuid === null ? [] : [{ name: lineOf(input, path.replace(/uuid$/, 'name')) ?? path, uuid }]
  })
}
