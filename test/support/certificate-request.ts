import { execFileSync } from 'node:child_process'

/** A request in PEM with a key of its own, made by openssl; names as `DNS:a` and `IP:10.0.0.1`. */
export function makeCertificateRequest(subject: string, names: readonly string[] = []): string {
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', '/dev/null']
  const alternative = names.length === 0 ? [] : ['-addext', `subjectAltName=${names.join(',')}`]
  return execFileSync('openssl', ['req', '-new', ...key, '-subj', subject, ...alternative], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
}

/** The subject that a kubelet asks for. */
export function nodeSubject(node: string): string {
  return `/O=system:nodes/CN=system:node:${node}`
}
