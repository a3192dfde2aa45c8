import { profileValue } from '../model/profile-fields.ts'
import type { File } from './config.ts'
import { kubeadmDropin, kubeadmJoin } from './kubeadm-join.ts'
import { tokenPlaceholder } from './placeholders.ts'
import { needFact, refuseUnfit, type IgnitionRequest, type OpenMatter, type Piece } from './request.ts'
import { privateFile, textFile } from './text-file.ts'

const kubeconfigFile = '/etc/kubernetes/kubelet.conf'
const bootstrapFile = '/etc/kubernetes/bootstrap-kubelet.conf'
const authorityFile = '/etc/kubernetes/pki/ca.crt'

/** Flags that say what the node is and gives: they are repeated as they are. */
const repeated = new Set(
  `node-ip node-labels register-with-taints max-pods pods-per-core pod-max-pids system-reserved kube-reserved
  system-reserved-cgroup kube-reserved-cgroup enforce-node-allocatable eviction-hard eviction-soft
  eviction-soft-grace-period eviction-minimum-reclaim cluster-dns cluster-domain cpu-manager-policy
  cpu-manager-policy-options memory-manager-policy reserved-memory reserved-cpus topology-manager-policy
  topology-manager-scope image-gc-high-threshold image-gc-low-threshold container-log-max-size container-log-max-files
  serialize-image-pulls protect-kernel-defaults fail-swap-on rotate-certificates rotate-server-certificates tls-min-version
  tls-cipher-suites runtime-request-timeout cloud-provider provider-id read-only-port`.split(/\s+/),
)
/** Flags whose place is taken by the new system's own, and those that kubelets have no more. */
const replaced = new Set(
  `config kubeconfig bootstrap-kubeconfig hostname-override container-runtime container-runtime-endpoint
  image-service-endpoint cgroup-driver resolv-conf root-dir network-plugin cni-bin-dir cni-conf-dir cni-cache-dir
  pod-infra-container-image runtime-cgroups kubelet-cgroups`.split(/\s+/),
)

/** The kubelet with the node's name, labels, taints and reserves, and with paths of the new system, and how it joins. */
export function kubeletPiece(request: IgnitionRequest): Piece {
  const kubelet = needFact(request, 'kubelet')
  const from = ['facts.kubelet', 'settings.join', 'profile.kubernetes']
  if (!kubelet.installed) return { from }
  const { profile, settings } = request
  const program = profileValue(profile, 'kubernetes.kubeletPath')
  const unit = profileValue(profile, 'kubernetes.kubeletUnit')
  if (program === null || unit === null)
    return refuseUnfit(
      request,
      `the image of ${profile.name} has no kubelet, or no unit for it: build one that has`,
    )
  const { flags, open } = carriedFlags(kubelet.args)
  const own = [
    `--hostname-override=${request.node.name}`,
    `--root-dir=${profileValue(profile, 'kubernetes.kubeletRoot')}`,
    `--container-runtime-endpoint=${profileValue(profile, 'kubernetes.runtimeEndpoint')}`,
    `--cgroup-driver=${profileValue(profile, 'kubernetes.cgroupDriver')}`,
    `--resolv-conf=${profileValue(profile, 'network.resolvConf')}`,
    `--kubeconfig=${kubeconfigFile}`,
    `--bootstrap-kubeconfig=${bootstrapFile}`,
  ]
  const isKubeadm = settings.join?.by === 'kubeadm'
  const contents = isKubeadm
    ? kubeadmDropin([program, ...own, ...flags].map(unitWord))
    : bootstrapDropin([program, ...own, `--client-ca-file=${authorityFile}`, ...flags].map(unitWord))
  const join = isKubeadm ? kubeadmJoin(request) : { files: bootstrapFiles(request), units: [] }
  return {
    from,
    files: join.files,
    units: [{ name: unit, enabled: true, dropins: [{ name: '90-osferry.conf', contents }] }, ...join.units],
    open: [
      ...open,
      ...(settings.join === undefined ? [noJoin] : []),
      ...(kubelet.configFile === null || isKubeadm ? [] : [ownConfig(kubelet.configFile)]),
    ],
  }
}

function bootstrapDropin(command: readonly string[]): string {
  return `[Unit]\nAfter=network-online.target containerd.service\nWants=network-online.target\n[Service]\nExecStart=\nExecStart=${command.join(' \\\n  ')}\n`
}

const noJoin: OpenMatter = {
  id: 'kubelet:join',
  why: {
    en: 'nothing says how the node joins: settings.join names the API server and its certificate authority',
    zh: '未说明节点如何加入集群：请在 settings.join 中写明 API server 及其证书颁发机构',
  },
}

function ownConfig(path: string): OpenMatter {
  return {
    id: `kubelet-config:${path}`,
    why: {
      en: `what ${path} says beyond flags is not read from hosts, and is not carried over`,
      zh: `${path} 中命令行参数以外的内容不会从主机读取，也不会随迁`,
    },
  }
}

function carriedFlags(args: readonly string[]): { flags: string[]; open: OpenMatter[] } {
  const named = args.map((word) => ({
    word,
    name: /^--([A-Za-z][\w-]*)/.exec(word)?.[1]?.replaceAll('_', '-') ?? '',
  }))
  const isWhole = ({ word, name }: (typeof named)[number]): boolean =>
    repeated.has(name) && !word.includes('***') && /^\P{Cc}*$/u.test(word)
  return {
    flags: named.filter(isWhole).map(({ word }) => word),
    open: named
      .filter(
        (flag) =>
          !isWhole(flag) && !replaced.has(flag.name) && !/^(v|logtostderr|stderrthreshold)$/.test(flag.name),
      )
      .map(({ word, name }) => ({
        id: `kubelet-flag:--${name === '' ? word.slice(0, 40) : name}`,
        why: {
          en: `this flag of the kubelet is not carried over: ${word}`,
          zh: `该 kubelet 参数不随迁：${word}`,
        },
      })),
  }
}

function bootstrapFiles({ settings, node }: IgnitionRequest): File[] {
  if (settings.join === undefined) return []
  const { server, certificateAuthority } = settings.join
  const kubeconfig = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'cluster', cluster: { server, 'certificate-authority': authorityFile } }],
    users: [{ name: 'bootstrap', user: { token: tokenPlaceholder } }],
    contexts: [{ name: node.name, context: { cluster: 'cluster', user: 'bootstrap' } }],
    'current-context': node.name,
  }
  return [
    textFile(authorityFile, certificateAuthority),
    // A kubeconfig is YAML, and JSON is a part of it.
    privateFile(bootstrapFile, `${JSON.stringify(kubeconfig, null, 2)}\n`),
  ]
}

/** A word of ExecStart: quoted, with the signs that systemd would replace doubled. systemd.service(5) */
function unitWord(word: string): string {
  const text = word
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('%', '%%')
    .replaceAll('$', '$$$$')
  return /^[A-Za-z0-9@%+=:,./_-]+$/.test(text) ? text : `"${text}"`
}
