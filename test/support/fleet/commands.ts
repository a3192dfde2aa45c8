import type { CentosOptions, Nic } from './centos.ts'
import { deviceRows, ipAnswers, kernelAnswers } from './system-answers.ts'

/** What the canned programs of one kind of host answer. */
export interface HostAnswers {
  /** Version of kubelet, kubeadm and kubectl. */
  kubernetes: string
  /** Version of Docker, when it is there. */
  docker?: string
  /** Enabled and running units beyond the usual ones. */
  units?: readonly string[]
  /** A local NVMe disk beside the root disk. */
  nvme?: boolean
  /** Two disks in a RAID 1, two ports in a bond with a VLAN. */
  bonded?: boolean
  outOfTree?: readonly { name: string; version: string; symbols: readonly string[] }[]
}

export interface AnswerContext extends HostAnswers {
  kernel: string
  kernelBuild: string
  centos: CentosOptions
}

/** Programs that would ask this machine's kernel or daemons; each answers as it does on that CentOS host. */
export function commandsOf(context: AnswerContext): Record<string, string> {
  return {
    ...systemctl(context),
    ...runtimes(context),
    ...kernelAnswers(context),
    ...ipAnswers(context),
    ...storage(context),
    ss: answer(socketRows),
    nft: answer('table ip filter\ntable ip nat\ntable ip mangle\n'),
    'iptables-save': answer(
      '*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -j KUBE-FIREWALL\n-A FORWARD -j KUBE-FORWARD\nCOMMIT\n',
    ),
    'systemd-detect-virt':
      context.bonded === true ? 'echo none; exit 1' : 'case "$*" in *-c*) echo none; exit 1;; esac; echo kvm',
    'systemd-analyze': answer(
      'Startup finished in 1.123s (kernel) + 2.345s (initrd) + 9.876s (userspace) = 13.344s\nmulti-user.target reached after 9.800s in userspace\n',
    ),
    getenforce: 'echo Permissive',
    chronyc: answer(
      'Reference ID    : 0A140009 (ntp1.prod.example)\nStratum         : 3\nSystem time     : 0.000012 seconds fast of NTP time\nLeap status     : Normal\n',
    ),
    timedatectl: answer('Timezone=Asia/Shanghai\nNTP=yes\nNTPSynchronized=yes\n'),
  }
}

/** A sh body that prints this text, whatever it is asked. */
export function answer(text: string): string {
  return `printf '%s' '${text.replaceAll("'", String.raw`'\''`)}'`
}

/** Unit files of the usual services, the links that enable them, and systemd's marks of running ones. */
export function unitFiles(): { files: Record<string, string>; links: Record<string, string> } {
  const services = usualUnits.filter((unit) => unit.endsWith('.service') && !unit.includes('@'))
  const own = ['kubelet.service', 'containerd.service']
  return {
    files: Object.fromEntries([
      ...services
        .filter((unit) => !own.includes(unit))
        .map((unit) => [
          `usr/lib/systemd/system/${unit}`,
          `[Unit]\nDescription=${unit}\n[Service]\nExecStart=/usr/sbin/${unit.replace('.service', '')}\n[Install]\nWantedBy=multi-user.target\n`,
        ]),
      ['run/chrony/chronyd.pid', '800\n'],
      ['run/systemd/system/.keep', ''],
    ]),
    links: Object.fromEntries(
      services.flatMap((unit) => [
        [`etc/systemd/system/multi-user.target.wants/${unit}`, `/usr/lib/systemd/system/${unit}`],
        [`run/systemd/units/invocation:${unit}`, '0123456789abcdef0123456789abcdef'],
      ]),
    ),
  }
}

function systemctl(context: AnswerContext): Record<string, string> {
  const enabled = [...usualUnits, ...(context.units ?? [])]
  const units = enabled
    .map((unit) => `${unit} loaded active ${unit.endsWith('.timer') ? 'waiting' : 'running'} ${unit}\n`)
    .join('')
  const files = [
    ...enabled.map((unit) => `${unit} enabled\n`),
    ...disabledUnits.map((unit) => `${unit} disabled\n`),
    'systemd-journald.service static\n',
    'ctrl-alt-del.target disabled\n',
  ].join('')
  const body = [
    'case "$*" in',
    `*list-unit-files*) ${answer(files)} ;;`,
    `*list-units*) ${answer(units)} ;;`,
    '*is-active*|*is-enabled*) echo active ;;',
    '*is-system-running*) echo running ;;',
    'esac',
  ].join('\n')
  return { systemctl: body }
}

const usualUnits = [
  'auditd.service',
  'chronyd.service',
  'containerd.service',
  'crond.service',
  'dbus.service',
  'getty@tty1.service',
  'irqbalance.service',
  'kdump.service',
  'kubelet.service',
  'NetworkManager.service',
  'polkit.service',
  'rsyslog.service',
  'sshd.service',
  'sssd.service',
  'systemd-logind.service',
  'tuned.service',
  'dnf-makecache.timer',
  'unbound-anchor.timer',
] as const
const disabledUnits = [
  'firewalld.service',
  'iscsid.service',
  'nfs-server.service',
  'rpcbind.service',
  'nftables.service',
  'serial-getty@.service',
] as const

const socketRows = [
  'tcp   LISTEN 0      128          0.0.0.0:22         0.0.0.0:*    users:(("sshd",pid=1,fd=3))',
  'tcp   LISTEN 0      4096       127.0.0.1:10248      0.0.0.0:*    users:(("kubelet",pid=2101,fd=21))',
  'tcp   LISTEN 0      4096               *:10250            *:*    users:(("kubelet",pid=2101,fd=25))',
  'udp   UNCONN 0      0          127.0.0.1:323        0.0.0.0:*    users:(("chronyd",pid=800,fd=5))',
  '',
].join('\n')

function runtimes(context: AnswerContext): Record<string, string> {
  const images = {
    images: [
      {
        id: `sha256:${'a1'.repeat(32)}`,
        repoTags: ['registry.k8s.io/pause:3.5'],
        repoDigests: [`registry.k8s.io/pause@sha256:${'b2'.repeat(32)}`],
        size: '683000',
      },
      {
        id: `sha256:${'c3'.repeat(32)}`,
        repoTags: ['registry.prod.example/pay/api:1.9.2'],
        repoDigests: [`registry.prod.example/pay/api@sha256:${'d4'.repeat(32)}`],
        size: '183000000',
      },
    ],
  }
  const docker = [
    [
      'sha256:' + 'e5'.repeat(32),
      'registry.prod.example/pay/api',
      '1.9.2',
      'sha256:' + 'f6'.repeat(32),
      '183MB',
    ],
    ['sha256:' + '17'.repeat(32), 'pay/batch-local', 'hotfix', '<none>', '96MB'],
  ]
  return {
    kubelet: `echo 'Kubernetes v${context.kubernetes}'`,
    kubeadm: `echo 'v${context.kubernetes}'`,
    kubectl: `echo 'Client Version: v${context.kubernetes}'`,
    containerd: "echo 'containerd containerd.io 1.4.12 7b11cfaabd73bb80907dd23182b9347b4245eb5d'",
    crictl: answer(JSON.stringify(images)),
    ctr: `case "$*" in *'namespaces ls'*) echo k8s.io ;; *) exit 1 ;; esac`,
    ...(context.docker === undefined
      ? {}
      : {
          dockerd: `echo 'Docker version ${context.docker}, build 459d0df'`,
          docker: `case "$*" in *images*) ${answer(docker.map((row) => `${row.join('\t')}\n`).join(''))} ;; *) echo 'Docker version ${context.docker}, build e91ed57' ;; esac`,
        }),
  }
}

function storage(context: AnswerContext): Record<string, string> {
  const xfs =
    'meta-data=/dev/vda2 isize=512 agcount=4, agsize=6547968 blks\n         =           sectsz=512 attr=2, projid32bit=1\n         =           crc=1 finobt=1, sparse=1, rmapbt=0\n         =           reflink=1\ndata     =           bsize=4096 blocks=26191872, imaxpct=25\nnaming   =version 2  bsize=4096 ascii-ci=0, ftype=1\n'
  return {
    ...deviceRows(context),
    xfs_info: answer(xfs),
    'usr/sbin/efibootmgr': answer(
      'BootCurrent: 0001\nTimeout: 1 seconds\nBootOrder: 0001,0000\nBoot0000* UiApp\tFvVol(...)\nBoot0001* CentOS Linux\tHD(1,GPT,aaaa,0x800,0x64000)/File(\\EFI\\centos\\shimx64.efi)\n',
    ),
    mokutil: "echo 'SecureBoot disabled'",
    lvs: 'exit 0',
    vgs: 'exit 0',
    pvs: 'exit 0',
  }
}

/** The ports of the host. */
export function nicsOf(context: AnswerContext): readonly Nic[] {
  return (
    context.centos.nics ?? [
      { name: 'eth0', mac: '52:54:00:aa:00:01', driver: 'virtio_net', slot: '0000:00:03.0' },
    ]
  )
}
