import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { auditPolicy } from './audit.ts'
import type { Authority, KeyPair } from './certificates.ts'
import { createTokenKeys } from './certificates.ts'
import { writeKubeconfig } from './kubeconfig.ts'
import { releases, type Component, type Release } from './releases.ts'

/** Command lines of the programs, as kubeadm would write them where that matters. */
export interface CommandLines {
  url: string
  auditLog: string
  programs: Readonly<Record<Component | 'etcd', readonly string[]>>
}

const serviceRange = '10.96.0.0/16'
const serviceAddress = '10.96.0.1'

export function commandLines(options: {
  release: Release
  assets: string
  directory: string
  authority: Authority
  ports: readonly number[]
  controllers: boolean
}): CommandLines {
  const { release, assets, directory, authority } = options
  const [apiPort = 0, etcdPort = 0, peerPort = 0] = options.ports
  const url = `https://127.0.0.1:${apiPort}`
  const auditLog = path.join(directory, 'audit.log')
  const tokens = createTokenKeys(directory)
  const etcdServer = authority.server('etcd', ['IP:127.0.0.1'])
  const program = (name: string, flags: Flags): readonly string[] => [
    path.join(assets, name),
    ...Object.entries(flags).map(([flag, value]) => `--${flag}=${value}`),
  ]
  const client = (name: 'kube-controller-manager' | 'kube-scheduler'): Flags => ({
    kubeconfig: writeKubeconfig(path.join(directory, `${name}.kubeconfig`), {
      url,
      authority,
      pair: authority.client(name, { user: `system:${name}` }),
    }),
    'leader-elect': 'false',
    'kube-api-qps': '200',
    'kube-api-burst': '400',
    ...withoutOwnServer(release),
  })
  return {
    url,
    auditLog,
    programs: {
      etcd: program(
        'etcd',
        etcdFlags({ directory, authority, pair: etcdServer, ports: [etcdPort, peerPort] }),
      ),
      'kube-apiserver': program('kube-apiserver', {
        ...storageFlags(etcdPort, { authority, pair: etcdServer }),
        ...servingFlags(apiPort, authority),
        ...auditFlags(directory, auditLog),
        'service-account-key-file': tokens.public,
        'service-account-signing-key-file': tokens.private,
        'service-account-issuer': 'https://kubernetes.default.svc',
        'service-cluster-ip-range': serviceRange,
        'authorization-mode': 'Node,RBAC',
        'enable-admission-plugins': 'NodeRestriction',
        'enable-bootstrap-token-auth': 'true',
        // Without the controller manager nobody makes the service accounts that this plugin asks for.
        ...(options.controllers ? {} : { 'disable-admission-plugins': 'ServiceAccount' }),
      }),
      'kube-controller-manager': program('kube-controller-manager', {
        ...client('kube-controller-manager'),
        'use-service-account-credentials': 'true',
        'service-account-private-key-file': tokens.private,
        'root-ca-file': authority.certificate,
        'cluster-signing-cert-file': authority.certificate,
        'cluster-signing-key-file': authority.key,
      }),
      'kube-scheduler': program('kube-scheduler', client('kube-scheduler')),
    },
  }
}

type Flags = Readonly<Record<string, string>>

function etcdFlags(options: {
  directory: string
  authority: Authority
  pair: KeyPair
  ports: readonly [number, number]
}): Flags {
  const client = `https://127.0.0.1:${options.ports[0]}`
  const peer = `http://127.0.0.1:${options.ports[1]}`
  return {
    name: 'only',
    'data-dir': path.join(options.directory, 'etcd'),
    // No test survives a power cut; it makes writes several times as fast.
    'unsafe-no-fsync': 'true',
    'listen-client-urls': client,
    'advertise-client-urls': client,
    'listen-peer-urls': peer,
    'initial-advertise-peer-urls': peer,
    'initial-cluster': `only=${peer}`,
    'client-cert-auth': 'true',
    'trusted-ca-file': options.authority.certificate,
    'cert-file': options.pair.certificate,
    'key-file': options.pair.key,
  }
}

function storageFlags(port: number, options: { authority: Authority; pair: KeyPair }): Flags {
  return {
    'etcd-servers': `https://127.0.0.1:${port}`,
    'etcd-cafile': options.authority.certificate,
    'etcd-certfile': options.pair.certificate,
    'etcd-keyfile': options.pair.key,
  }
}

function servingFlags(port: number, authority: Authority): Flags {
  const names = ['IP:127.0.0.1', `IP:${serviceAddress}`, 'DNS:localhost', 'DNS:kubernetes.default.svc']
  const pair = authority.server('kube-apiserver', names)
  return {
    'bind-address': '127.0.0.1',
    'advertise-address': '127.0.0.1',
    'secure-port': String(port),
    // Endpoints may not hold a loopback address.
    'endpoint-reconciler-type': 'none',
    'tls-cert-file': pair.certificate,
    'tls-private-key-file': pair.key,
    'client-ca-file': authority.certificate,
    'allow-privileged': 'true',
    profiling: 'false',
  }
}

function auditFlags(directory: string, auditLog: string): Flags {
  const policy = path.join(directory, 'audit-policy.json')
  writeFileSync(policy, auditPolicy)
  return { 'audit-policy-file': policy, 'audit-log-path': auditLog, 'audit-log-format': 'json' }
}

/** Nobody asks these programs for their health or metrics; before 1.24 they had a port without TLS as well. */
function withoutOwnServer(release: Release): Flags {
  const minor = Number(releases[release].split('.')[1])
  return { 'secure-port': '0', ...(minor < 24 ? { port: '0' } : {}) }
}
