import { defineCheck, pass, unknown } from '../src/model/check.ts'
import { deviceNamed, isOnRootDisk } from '../src/model/disk-tree.ts'
import { excerptOf, nameSome } from '../src/model/excerpt.ts'
import type { FactValue } from '../src/model/facts.ts'
import { isBelow } from '../src/model/space-of-path.ts'

/** State that the system, the kubelet, runtimes and network plugins make anew, or that a check of its own judges. */
const madeAnew = new Set(
  [
    'alternatives calico chrony cilium cloud cni containerd containers crio dbus dhclient dnf docker dockershim etcd',
    'flannel kube-proxy kube-router kubelet logrotate machines misc NetworkManager nodelocaldns os-prober portables',
    'private rhsm rpm rpm-state rsyslog selinux sss systemd tuned weave yum',
  ]
    .join(' ')
    .split(' ')
    .map((name) => `/var/lib/${name}`),
)

/** Directories that come with a package and hold the data of what it runs. */
const dataOfPackages = new Set(
  [
    'cassandra clickhouse docker-distribution elasticsearch gitlab grafana influxdb jenkins kafka ldap libvirt mariadb',
    'minio mongo mongodb mysql neo4j nexus pgsql postgresql prometheus rabbitmq redis registry samba tftpboot zookeeper',
  ]
    .join(' ')
    .split(' ')
    .map((name) => `/var/lib/${name}`),
)

/** Data below /var that no package owns, or that a database keeps: ContainerOS could keep it there, but the rewrite of the disk takes it. */
export const varDataOnRootDisk = defineCheck({
  id: 'var-data-on-root-disk',
  domain: 'storage',
  targets: ['containeros'],
  needs: ['localPaths', 'mounts', 'disks'],
  severity: 'high',
  title: { en: 'Data below /var goes with the system disk', zh: '/var 下的数据会随系统盘一起清除' },
  what: {
    en: 'Installing ContainerOS rewrites the system disk. What programs and people put below /var, docker volumes and hostPath directories of pods included, is gone unless it lies on another disk or is parked first.',
    zh: '安装 ContainerOS 会改写系统盘。程序或人员放在 /var 下的数据（包括 Docker 卷与 Pod 的 hostPath 目录），除非位于其他磁盘或事先转存，否则都会丢失。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Find the owner of each directory; move it to another disk or a PersistentVolume, park it for the restore, or declare it disposable by a waiver with an owner.',
        zh: '逐个确认目录的负责人：迁到其他磁盘或 PersistentVolume、转存以便恢复，或通过注明负责人的豁免声明其可丢弃。',
      },
    },
    { kind: 'command', argv: ['du', '-xsh', '/var/lib'] },
  ],
  effort: { onceMinutes: 60, perHostMinutes: 30 },
  sources: [
    'https://www.alibabacloud.com/help/document_detail/2852013.html (data on the system disk is lost)',
    'Filesystem Hierarchy Standard 3.0, 5.8 (/var/lib)',
  ],
  evaluate({ localPaths, mounts, disks }) {
    if (disks.rootDisks.length === 0) {
      return unknown('It is not known which disk holds the system.', '无法确定系统位于哪块磁盘。')
    }
    const data = localPaths.entries.filter(
      ({ path, kind, package: owner }) =>
        (kind === 'directory' || kind === 'file') &&
        isBelow(path, '/var') &&
        (owner === null ? !madeAnew.has(path) : dataOfPackages.has(path)),
    )
    const held = data.map(({ path }) => ({ path, place: placeOf(path, mounts, disks) }))
    const lost = held.filter(({ place }) => place === 'root disk').map(({ path }) => path)
    const open = held.filter(({ place }) => place === 'unknown').map(({ path }) => path)
    if (lost.length === 0 && open.length > 0) {
      return unknown(
        `It is not known on which disk these lie: ${nameSome(open)}.`,
        `无法确定以下目录位于哪块磁盘：${nameSome(open)}。`,
        [{ fact: 'localPaths', excerpt: excerptOf(open) }],
      )
    }
    if (lost.length === 0 && localPaths.truncated) {
      return unknown('The list of directories was cut.', '目录列表被截断。')
    }
    if (lost.length === 0) return pass
    return {
      status: 'fail',
      here: {
        en: `On the system disk, to be parked or given up: ${nameSome(lost)}.`,
        zh: `位于系统盘，需转存或确认丢弃：${nameSome(lost)}。`,
      },
      evidence: [
        { fact: 'localPaths', excerpt: excerptOf(lost) },
        { fact: 'disks', excerpt: `system disk: ${disks.rootDisks.join(' ')}` },
      ],
    }
  },
})

/** File systems of other machines, and of memory. */
const elsewhere =
  /^(nfs4?|cifs|smb3|ceph|fuse\.ceph|glusterfs|fuse\.glusterfs|lustre|gpfs|beegfs|9p|virtiofs|tmpfs|ramfs)$/

type Place = 'root disk' | 'other disk' | 'unknown'

/** Where the file system that holds the path lies; a network file system is another place. */
function placeOf(path: string, { mounts }: FactValue<'mounts'>, disks: FactValue<'disks'>): Place {
  const mount = mounts
    .filter(({ target }) => isBelow(path, target))
    .toSorted((a, b) => b.target.length - a.target.length)[0]
  if (mount === undefined) return 'unknown'
  if (!mount.source.startsWith('/dev/')) return elsewhere.test(mount.fstype) ? 'other disk' : 'unknown'
  const device = deviceNamed(disks, mount.source)
  if (device === undefined) return mount.target === '/' ? 'root disk' : 'unknown'
  return isOnRootDisk(disks, device.name) ? 'root disk' : 'other disk'
}
