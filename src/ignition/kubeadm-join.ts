import { profileValue } from '../model/profile-fields.ts'
import type { File, Unit } from './config.ts'
import { tokenPlaceholder } from './placeholders.ts'
import { refuseUnfit, type IgnitionRequest } from './request.ts'
import { privateFile } from './text-file.ts'

const joinFile = '/etc/kubernetes/osferry-join.json'
const discoveryFile = '/etc/kubernetes/osferry-discovery.conf'
/** Where kubeadm writes what the cluster says of all kubelets. */
const kubeletConfig = '/var/lib/kubelet/config.yaml'

/**
 * What a try that failed has left must not refuse the next one: kubeadm writes these files anew, and has started the kubelet.
 * https://kubernetes.io/docs/reference/setup-tools/kubeadm/kubeadm-join/
 */
const leftByTries = [
  'FileAvailable--etc-kubernetes-bootstrap-kubelet.conf',
  'FileAvailable--etc-kubernetes-pki-ca.crt',
  'Port-10250',
]

/** Joins by `kubeadm join` with a token; the cluster's certificate authority stands in a file, so that nobody is asked for it. */
export function kubeadmJoin(request: IgnitionRequest): { files: File[]; units: Unit[] } {
  const { profile, settings, node } = request
  const program = profileValue(profile, 'kubernetes.kubeadmPath')
  if (program === null)
    return refuseUnfit(request, `settings.join is by kubeadm, and the image of ${profile.name} has none`)
  const { server = '', certificateAuthority = '' } = settings.join ?? {}
  const discovery = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      { name: 'cluster', cluster: { server, 'certificate-authority-data': base64(certificateAuthority) } },
    ],
    contexts: [{ name: 'cluster', context: { cluster: 'cluster' } }],
    'current-context': 'cluster',
  }
  const join = {
    apiVersion: `kubeadm.k8s.io/${configVersion(profileValue(profile, 'kubernetes.kubeletVersion'))}`,
    kind: 'JoinConfiguration',
    discovery: { file: { kubeConfigPath: discoveryFile }, tlsBootstrapToken: tokenPlaceholder },
    nodeRegistration: {
      name: node.name,
      criSocket: profileValue(profile, 'kubernetes.runtimeEndpoint'),
      ignorePreflightErrors: leftByTries,
    },
  }
  return {
    files: [privateFile(discoveryFile, json(discovery)), privateFile(joinFile, json(join))],
    units: [{ name: 'osferry-join.service', enabled: true, contents: joinUnit(program) }],
  }
}

/** The kubelet starts when kubeadm has written its configuration; its flags win over that. */
export function kubeadmDropin(command: readonly string[]): string {
  const [program = '', ...flags] = command
  const words = [program, `--config=${kubeletConfig}`, '$KUBELET_KUBEADM_ARGS', ...flags]
  return [
    '[Unit]',
    'After=network-online.target containerd.service',
    'Wants=network-online.target',
    `ConditionPathExists=${kubeletConfig}`,
    '[Service]',
    'EnvironmentFile=-/var/lib/kubelet/kubeadm-flags.env',
    'ExecStart=',
    `ExecStart=${words.join(' \\\n  ')}`,
    '',
  ].join('\n')
}

/** Tries until it has joined; the token is on the disk no longer than that. */
function joinUnit(program: string): string {
  return [
    '[Unit]',
    'Description=Join the cluster',
    'After=network-online.target containerd.service',
    'Wants=network-online.target',
    'ConditionPathExists=!/etc/kubernetes/kubelet.conf',
    '[Service]',
    'Type=oneshot',
    `ExecStart=${program} join --config ${joinFile}`,
    `ExecStartPost=/bin/rm -f ${joinFile} ${discoveryFile}`,
    'Restart=on-failure',
    'RestartSec=15',
    '[Install]',
    'WantedBy=multi-user.target',
    '',
  ].join('\n')
}

/** The form that a kubeadm of that version reads. https://kubernetes.io/docs/reference/config-api/kubeadm-config.v1beta4/ */
function configVersion(kubelet: string | null): string {
  const minor = Number(/^v?1\.(\d+)/.exec(kubelet ?? '')?.[1] ?? Number.NaN)
  if (minor < 22) return 'v1beta2'
  return minor < 31 ? 'v1beta3' : 'v1beta4'
}

/** JSON is a part of YAML. */
function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}

function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)))
}
