import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A key of a person, made by the real ssh-keygen. */
export interface TestKey {
  path: string
  /** `ssh-ed25519 AAAA...`, without the comment. */
  publicKey: string
}

/** Makes a key in a directory; with a passphrase it cannot sign without being asked. */
export function makeKey(
  directory: string,
  name: string,
  options: { passphrase?: string; type?: string } = {},
): TestKey {
  const path = join(directory, `key-${name}`)
  const { passphrase = '', type = 'ed25519' } = options
  execFileSync('ssh-keygen', ['-q', '-t', type, '-N', passphrase, '-C', `${name}@example.com`, '-f', path])
  return { path, publicKey: readFileSync(`${path}.pub`, 'utf8').split(' ').slice(0, 2).join(' ') }
}

/** The same key as a certificate of a person, signed by the real ssh-keygen with the key of an authority. */
export function certify({ path, publicKey }: TestKey, authority: TestKey, person: string): TestKey {
  const flags = ['-q', '-s', authority.path, '-I', person, '-n', person]
  execFileSync('ssh-keygen', [...flags, `${path}.pub`], { stdio: 'pipe' })
  return { path: `${path}-cert.pub`, publicKey }
}

/** What `ssh-keygen -Y sign` says for a text: for signatures that osferry would not make. */
export function signBySshKeygen({ path }: TestKey, text: string, namespace: string): string {
  return execFileSync('ssh-keygen', ['-q', '-Y', 'sign', '-n', namespace, '-f', path], {
    input: text,
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'ignore'],
  })
}
