import { stringify } from 'yaml'
import { certificate } from './ignition-request.ts'
import type { Sshd } from './sshd.ts'

export const secretNodes = ['ferry-a', 'ferry-b'] as const
export type SecretNode = (typeof secretNodes)[number]

/** Everything for which a credential is needed. */
export const secretPlaybook = `
schema: playbook/v1
name: secrets
title: { en: Secrets, zh: 密钥 }
target: containeros
phases:
  migrate:
    - uses: cluster.snapshot
    - uses: cluster.cordon
    - uses: images.park
    - uses: data.park
  replace:
    - uses: ignition.render
    - uses: host.provision
      pointOfNoReturn: true
      timeout: 5m
  restore:
    - uses: data.restore
    - uses: images.restore
    - uses: cluster.restore-metadata
    - uses: cluster.uncordon
`

/** One host takes root and one a user who becomes root by sudo, each over another transport. */
export function inventoryOf({
  user,
  keyFile,
  passphrase,
  sshd,
  reached,
}: {
  user: string
  keyFile: string
  /** The file where it is. */
  passphrase: string
  sshd: Readonly<Record<SecretNode, Sshd>>
  reached: (sshd: Sshd) => object
}): object {
  const login = { identityFiles: [keyFile], passphrase: `file:${passphrase}`, agent: false }
  const sudo = { user, become: 'sudo', becomePassword: 'env:SUDO_PASSWORD' }
  const ways = {
    'ferry-a': { user: 'root', backend: 'ssh2' },
    'ferry-b': { ...sudo, backend: 'openssh' },
  }
  const hosts = secretNodes.map((name) => ({
    name,
    address: '127.0.0.1',
    ssh: { ...login, ...ways[name], ...reached(sshd[name]) },
  }))
  return { schema: 'inventory/v1', hosts }
}

/** osferry.yaml: who approves; and a store, a gate and a webhook, each with the file or the variable where its secret is. */
export function settingsOf({
  s3,
  s3Secret,
  server,
  gateToken,
}: {
  s3: { endpoint: string; region: string; bucket: string }
  s3Secret: string
  server: string
  gateToken: string
}): object {
  const gate = {
    name: 'alerts',
    type: 'promql',
    url: server,
    query: 'count(ALERTS)',
    threshold: { is: 'below', value: 1 },
    token: `file:${gateToken}`,
  }
  return {
    stores: {
      cold: { type: 's3', ...s3, accessKeyId: 'env:S3_KEY_ID', secretAccessKey: `file:${s3Secret}` },
    },
    store: 'cold',
    approvals: { allowedSigners: 'signers' },
    ignition: { profiles: ['ours.yaml'], settings: 'ignition.yaml' },
    gates: [gate],
    notify: [{ name: 'us', url: `${server}/hook`, secret: 'env:HOOK_SECRET' }],
  }
}

/** With a bearer token. */
export function kubeconfigOf({ server, token }: { server: string; token: string }): string {
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'c',
    contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
    clusters: [{ name: 'c', cluster: { server } }],
    users: [{ name: 'u', user: { token } }],
  })
}

/** Its token is what a program prints. */
export function ignitionSettings(tokenFile: string): object {
  return {
    schema: 'ignition-settings/v1',
    join: {
      server: 'https://10.0.0.1:6443',
      certificateAuthority: certificate,
      token: `exec:/bin/sh -c "sleep 0.11; exec cat ${tokenFile}"`,
    },
    accept: ['kubelet-config:/var/lib/kubelet/config.yaml'],
  }
}

/** Takes the configuration and the data as a new system does; the key is not taken while there is no file `works`. */
export function provisionScript(machines: string): string {
  return `
read -r request
field() { printf '%s' "$request" | sed -n "s/.*\\"$1\\":\\"\\([^\\"]*\\)\\".*/\\1/p"; }
host=$(field host)
tr '\\0' '\\n' </proc/$$/environ >"${machines}/environment-$host"
printf '%s' "$request" >"${machines}/request-$host"
sleep 0.12
echo "the key $FERRY_KEY was not taken" >&2
test -e works || exit 1
echo "$host" >>acts
cp "$(field path)" "${machines}/$host.ign"
test "$host" != ferry-b || rm -rf "${machines}/data"
`
}

/** Images go to a registry and data to a bucket; the provider's program gets one variable. */
export function planOptions({ registry, bucket }: { registry: string; bucket: string }): object {
  return {
    schema: 'plan-options/v1',
    playbook: './secrets.yaml',
    rollback: { means: 'reinstall' },
    acceptFindings: 'high',
    canary: { perClass: 0, soak: '0s' },
    soak: '0s',
    zones: 'any',
    order: 'name',
    noRoom: 'wait',
    data: [
      { kind: 'images', action: 'park', reason: 'the test' },
      { kind: 'host-path', action: 'park', reason: 'the test' },
    ],
    with: {
      'images.park': { to: 'registry', registry: `${registry}/moved` },
      'data.park': { store: `s3://${bucket}` },
      'ignition.render': { profile: 'ours' },
      'host.provision': {
        provider: 'command',
        argv: ['/bin/sh', './provision.sh'],
        environment: ['FERRY_KEY'],
      },
    },
  }
}
