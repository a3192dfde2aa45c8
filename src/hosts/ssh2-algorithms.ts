import type { Algorithms, ServerHostKeyAlgorithm } from 'ssh2'

/**
 * What ssh2 offers. Left out: group-exchange (1.2 s of JavaScript a handshake), the 6144 and 8192 bit groups (as slow),
 * everything with SHA-1 or CBC. CentOS 8's sshd (OpenSSH 8.0, DEFAULT, FUTURE and FIPS policies) has several of each list.
 * `knownTypes` are the key types known_hosts holds for the host: they are asked for first, as ssh does.
 */
export function offeredAlgorithms(knownTypes: readonly string[]): Algorithms {
  const preferred = hostKeyAlgorithms.filter((algorithm) => knownTypes.includes(keyTypeOf(algorithm)))
  const others = hostKeyAlgorithms.filter((algorithm) => !preferred.includes(algorithm))
  return {
    kex: [
      'curve25519-sha256',
      'curve25519-sha256@libssh.org',
      'ecdh-sha2-nistp256',
      'ecdh-sha2-nistp384',
      'ecdh-sha2-nistp521',
      'diffie-hellman-group14-sha256',
      'diffie-hellman-group16-sha512',
    ],
    serverHostKey: [...preferred, ...others],
    cipher: [
      'aes128-gcm@openssh.com',
      'aes256-gcm@openssh.com',
      'aes128-ctr',
      'aes192-ctr',
      'aes256-ctr',
      'chacha20-poly1305@openssh.com',
    ],
    hmac: [
      'hmac-sha2-256-etm@openssh.com',
      'hmac-sha2-512-etm@openssh.com',
      'hmac-sha2-256',
      'hmac-sha2-512',
    ],
    compress: ['none'],
  }
}

const hostKeyAlgorithms: readonly ServerHostKeyAlgorithm[] = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
]

function keyTypeOf(algorithm: ServerHostKeyAlgorithm): string {
  return algorithm.startsWith('rsa-sha2') ? 'ssh-rsa' : algorithm
}
