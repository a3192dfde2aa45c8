import { readFileSync, writeFileSync } from 'node:fs'
import { stringify } from 'yaml'
import type { KeyPair } from './certificates.ts'

/** Writes a kubeconfig that holds everything in itself, readable by its owner only, and gives its path. */
export function writeKubeconfig(
  file: string,
  login: { url: string; authority: { certificate: string }; pair: KeyPair },
): string {
  const data = (path: string): string => readFileSync(path).toString('base64')
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name: 'test',
        cluster: { server: login.url, 'certificate-authority-data': data(login.authority.certificate) },
      },
    ],
    users: [
      {
        name: 'test',
        user: {
          'client-certificate-data': data(login.pair.certificate),
          'client-key-data': data(login.pair.key),
        },
      },
    ],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'test' } }],
    'current-context': 'test',
  }
  writeFileSync(file, stringify(config), { mode: 0o600 })
  return file
}

/** A kubeconfig without credentials, for a proxy that has its own; gives its path. */
export function writeProxyKubeconfig(file: string, { url, ca }: { url: string; ca: string }): string {
  const authority = Buffer.from(ca).toString('base64')
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'proxy', cluster: { server: url, 'certificate-authority-data': authority } }],
    users: [{ name: 'proxy', user: {} }],
    contexts: [{ name: 'proxy', context: { cluster: 'proxy', user: 'proxy' } }],
    'current-context': 'proxy',
  }
  writeFileSync(file, stringify(config), { mode: 0o600 })
  return file
}
