import { execFileSync } from 'node:child_process'
import path from 'node:path'

/** Paths of a certificate and its key, both PEM. */
export interface KeyPair {
  certificate: string
  key: string
}

/** Makes certificates in `directory`, below a CA of its own. */
export interface Authority {
  certificate: string
  key: string
  server(name: string, addresses: readonly string[]): KeyPair
  /** A client certificate: Kubernetes reads the user from CN and the groups from O. */
  client(name: string, identity: Identity): KeyPair
}

export interface Identity {
  user: string
  groups?: readonly string[]
}

const days = '7'

export function createAuthority(directory: string): Authority {
  const ca = pairIn(directory, 'ca')
  makeCertificate(ca, ['-subj', '/CN=control-plane-test-ca'])
  const issue = (name: string, args: readonly string[]): KeyPair => {
    const pair = pairIn(directory, name)
    makeCertificate(pair, [
      '-CA',
      ca.certificate,
      '-CAkey',
      ca.key,
      '-addext',
      'basicConstraints=CA:FALSE',
      ...args,
    ])
    return pair
  }
  return {
    ...ca,
    server: (name, addresses) =>
      issue(name, [
        '-subj',
        `/CN=${name}`,
        '-addext',
        `subjectAltName=${addresses.join(',')}`,
        // etcd and the API server speak to themselves with their own certificate, as clients.
        '-addext',
        'extendedKeyUsage=serverAuth,clientAuth',
      ]),
    client: (name, { user, groups = [] }) =>
      issue(name, ['-subj', subject(user, groups), '-addext', 'extendedKeyUsage=clientAuth']),
  }
}

/** The pair of keys that signs and checks the tokens of service accounts. */
export function createTokenKeys(directory: string): { public: string; private: string } {
  const keys = { public: path.join(directory, 'tokens.pub'), private: path.join(directory, 'tokens.key') }
  openssl(['genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', keys.private])
  openssl(['pkey', '-in', keys.private, '-pubout', '-out', keys.public])
  return keys
}

function pairIn(directory: string, name: string): KeyPair {
  return { certificate: path.join(directory, `${name}.crt`), key: path.join(directory, `${name}.key`) }
}

function makeCertificate(pair: KeyPair, args: readonly string[]): void {
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', pair.key]
  openssl(['req', '-x509', '-days', days, ...key, '-out', pair.certificate, ...args])
}

function subject(user: string, groups: readonly string[]): string {
  return [...groups.map((group) => ['O', group]), ['CN', user]]
    .map(([field, value]) => `/${field}=${value?.replaceAll(/[/+\\]/g, String.raw`\$&`)}`)
    .join('')
}

function openssl(args: readonly string[]): void {
  execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'], timeout: 30_000 })
}
